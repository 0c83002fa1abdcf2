import keras
import numpy as np
import pytest
import tensorflow as tf

from gan_tf.training import optimizers

RATE, BETA_1, BETA_2, EPSILON = 0.1, 0.5, 0.999, 1e-2


def trained(optimizer, gradients):
    variable = keras.Variable(np.ones(4, np.float32))
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


def test_adam_is_the_published_one(gradients):
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
