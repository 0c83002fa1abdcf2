import keras
import numpy as np
import tensorflow as tf
from keras import Sequential, layers

from gan_tf.training import seeds
from tests.training.helpers import digits, fit, make_model, tiny_networks, two_replicas, weights


def test_same_seed_same_weights_other_seed_other_weights():
    def trained(seed):
        model = make_model(tiny_networks, seed=seed)
        fit(model)
        return weights(model)

    assert np.array_equal(trained(0), trained(0))
    assert not np.array_equal(trained(0), trained(1))


def test_global_random_state_has_no_part_in_a_step():
    first, second = make_model(tiny_networks), make_model(tiny_networks)
    first.train_step(digits()[:64])
    tf.random.set_seed(99)
    keras.utils.set_random_seed(77)
    second.train_step(digits()[:64])
    assert np.array_equal(weights(first), weights(second))


def test_dropout_differs_by_step_and_layer_and_repeats():
    model = make_model(tiny_networks)
    dropouts = [layer for layer in model.discriminator.layers if isinstance(layer, layers.Dropout)]

    def states(step):
        seeds.seed_dropout([model.generator, model.discriminator], 0, step)
        return [tuple(layer.seed_generator.state.numpy()) for layer in dropouts]

    assert len({*states(0), *states(1)}) == 4
    assert states(3) == states(3)


def test_dropout_at_a_rate_of_0_draws_nothing():
    seeds.seed_dropout([Sequential([layers.Input((2,)), layers.Dropout(0.0)])], 0, 0)


def test_replicas_draw_different_dropout():
    strategy = two_replicas()
    with strategy.scope():
        model = make_model(tiny_networks)
    fit(model, images=digits()[:64], epochs=1)
    dropout = next(
        layer for layer in model.discriminator.layers if isinstance(layer, layers.Dropout)
    )
    first, second = strategy.experimental_local_results(dropout.seed_generator.state.value)
    assert not np.array_equal(first, second)
