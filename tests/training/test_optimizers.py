import keras
import numpy as np
import pytest
import tensorflow as tf

from gan_tf.training import optimizers

RATE, BETA_1, BETA_2, EPSILON = 0.1, 0.5, 0.999, 1e-2


def trained(optimizer, gradients, dtype="float32"):
    variable = keras.Variable(np.ones(4), dtype=dtype)
    optimizer.build([variable])
    apply = tf.function(lambda gradient: optimizer.apply([gradient], [variable]))
    for gradient in gradients:
        apply(tf.constant(gradient))
    return variable.numpy()


def as_published(gradients):
    """Algorithm 1 of Kingma and Ba 2015."""
    value, m, v = np.ones(4), 0.0, 0.0
    for step, gradient in enumerate(gradients.astype(float), 1):
        m = BETA_1 * m + (1 - BETA_1) * gradient
        v = BETA_2 * v + (1 - BETA_2) * gradient**2
        m_hat, v_hat = m / (1 - BETA_1**step), v / (1 - BETA_2**step)
        value -= RATE * m_hat / (np.sqrt(v_hat) + EPSILON)
    return value


@pytest.fixture
def gradients():
    return np.random.default_rng(0).normal(0, EPSILON, (6, 4)).astype(np.float32)


@pytest.mark.parametrize("amsgrad", [False, True])
def test_adam_is_that_of_keras(gradients, amsgrad):
    options = {"amsgrad": amsgrad, "weight_decay": 0.1, "clipnorm": EPSILON}
    settings = RATE, BETA_1, BETA_2, EPSILON
    ours = trained(optimizers.Adam(*settings, **options), gradients)
    kerases = trained(keras.optimizers.Adam(*settings, **options), gradients)
    np.testing.assert_allclose(ours, kerases, rtol=1e-6)
    assert np.abs(ours - 1).max() > 0.01


def test_adam_takes_the_gradients_of_an_embedding():
    def trained_embedding(adam):
        keras.utils.set_random_seed(0)
        network = keras.Sequential(
            [keras.layers.Input((2,), dtype="int32"), keras.layers.Embedding(5, 3)]
        )
        network.compile(adam, "mse")
        network.fit(np.array([[0, 1], [1, 4]]), np.ones((2, 2, 3)), epochs=3, verbose=0)
        return network.get_weights()[0]

    ours = trained_embedding(optimizers.Adam(RATE))
    np.testing.assert_allclose(ours, trained_embedding(keras.optimizers.Adam(RATE)), rtol=1e-6)


def test_adam_in_double_precision(gradients):
    ours = trained(optimizers.PublishedAdam(RATE, BETA_1, BETA_2, EPSILON), gradients, "float64")
    np.testing.assert_allclose(ours, as_published(gradients), rtol=1e-8)


def test_adam_survives_its_configuration():
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizers.Adam(RATE, BETA_1)))
    assert type(again) is optimizers.Adam
    assert (float(again.learning_rate), again.beta_1) == (pytest.approx(RATE), BETA_1)


def test_published_adam_is_the_published_one(gradients):
    settings = RATE, BETA_1, BETA_2, EPSILON
    ours = trained(optimizers.PublishedAdam(*settings), gradients)
    np.testing.assert_allclose(ours, as_published(gradients), rtol=1e-5)
    # Keras's, whose epsilon weighs more in the first steps, moves much less.
    kerases = trained(keras.optimizers.Adam(*settings), gradients)
    assert np.abs(kerases - 1).max() < np.abs(ours - 1).max() / 5


def test_a_tiny_epsilon_makes_no_difference_to_keras(gradients):
    settings = RATE, BETA_1, BETA_2, 1e-12
    ours = trained(optimizers.PublishedAdam(*settings), gradients)
    kerases = trained(keras.optimizers.Adam(*settings), gradients)
    np.testing.assert_allclose(ours, kerases, rtol=1e-5)


def test_the_rate_falls_to_zero_in_the_end():
    optimizer = optimizers.late_decaying_adam(
        1e-3, BETA_1, BETA_2, EPSILON, constant_steps=100, decay_steps=50
    )
    rates = [float(optimizer._learning_rate(step)) for step in (0, 1, 99, 100, 125, 150, 200)]
    assert rates == pytest.approx([1e-3, 1e-3, 1e-3, 1e-3, 5e-4, 0, 0], abs=1e-8)


class TestAveraging:
    def network(self):
        network = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
        network.add(keras.layers.BatchNormalization())
        network.set_weights([np.zeros_like(weight) for weight in network.get_weights()])
        return network

    def train(self, optimizer, network, steps):
        optimizer.build(network.trainable_variables)
        apply = tf.function(
            lambda: optimizer.apply(
                [-tf.ones_like(w) for w in network.trainable_variables], network.trainable_variables
            )
        )
        for _ in range(steps):
            apply()

    def test_first_steps_weigh_less_and_later_ones_as_the_momentum_says(self):
        network = self.network()
        optimizer = optimizers.AveragingAdam(1.0, 0.0, 0.0, ema_momentum=0.5)
        self.train(optimizer, network, 20)
        expected = 0.0
        for step in range(20):  # Adam without memory goes one further at each step.
            momentum = min(0.5, step / (step + 10))
            expected = momentum * expected + (1 - momentum) * (step + 1)
        kernel, bias, gamma, beta, mean, variance = optimizers.averaged(network, optimizer)
        for weight in (kernel, bias, gamma, beta):
            np.testing.assert_allclose(weight, expected, rtol=1e-5)
        assert mean == variance == 0  # What no optimiser trains is as it is.
        np.testing.assert_allclose(network.get_weights()[0], 20, rtol=1e-5)

    def test_survives_its_configuration(self):
        optimizer = optimizers.cosine_adam(1e-3, 0.0, 0.99, 100, ema_momentum=0.9)
        again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
        assert isinstance(again, optimizers.AveragingAdam)
        assert again.get_config() == optimizer.get_config()
        assert (again.use_ema, again.ema_momentum, again.beta_1) == (True, 0.9, 0.0)


def test_the_rate_falls_by_half_a_cosine():
    optimizer = optimizers.cosine_adam(1e-3, BETA_1, BETA_2, decay_steps=100)
    rates = [float(optimizer._learning_rate(step)) for step in (0, 50, 100, 200)]
    assert rates == pytest.approx([1e-3, 5e-4, 0, 0], abs=1e-8)
    assert not optimizer.use_ema
