import keras
import numpy as np
import pytest
from keras import layers

from gan_tf.networks.weight_normalisation import WeightNormDense, initialise

IMAGES = np.random.default_rng(0).normal(2, 3, (500, 6)).astype(np.float32)


def test_length_and_direction_are_apart():
    layer = WeightNormDense(4, train_scale=True)
    layer.build((None, 6))
    layer.scale.assign([1, 2, 3, 0])
    layer.bias.assign([0, 0, 0, 7])
    kernel = layer.kernel.numpy() / np.linalg.norm(layer.kernel, axis=0) * [1, 2, 3, 0]
    np.testing.assert_allclose(layer(IMAGES), IMAGES @ kernel + [0, 0, 0, 7], rtol=1e-4, atol=1e-4)
    before = layer(IMAGES).numpy()
    layer.kernel.assign(layer.kernel * 5)
    np.testing.assert_allclose(layer(IMAGES), before, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("train_scale, count", [(True, 3), (False, 2)])
def test_lengths_are_trained_where_wanted(train_scale, count):
    layer = WeightNormDense(4, train_scale=train_scale)
    layer.build((None, 6))
    assert len(layer.trainable_weights) == count and len(layer.weights) == 3


@pytest.mark.parametrize("dtype, tolerance", [("float32", 1e-3), ("mixed_bfloat16", 0.05)])
def test_initialise_makes_every_preactivation_standard(dtype, tolerance):
    image = layers.Input((6,))
    x = WeightNormDense(8, activation="relu", dtype=dtype)(image)
    network = keras.Model(image, WeightNormDense(3, dtype=dtype)(x))
    initialise(network, IMAGES)
    first, second = (layer for layer in network.layers if isinstance(layer, WeightNormDense))
    hidden = first.preactivation(IMAGES).numpy()
    for values in (hidden, second.preactivation(np.maximum(hidden, 0)).numpy()):
        np.testing.assert_allclose(values.mean(axis=0), 0, atol=tolerance)
        np.testing.assert_allclose(values.std(axis=0), 1, rtol=tolerance)


def test_a_copy_of_a_network_has_it():
    network = keras.Sequential([layers.Input((6,)), WeightNormDense(3, "relu", train_scale=True)])
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    assert len(copy.trainable_weights) == 3
    assert np.array_equal(copy(IMAGES), network(IMAGES))


@pytest.mark.parametrize("train_scale", [True, False])
def test_saved_weights_have_the_lengths(tmp_path, train_scale):
    def network():
        return keras.Sequential([layers.Input((6,)), WeightNormDense(3, train_scale=train_scale)])

    saved, loaded = network(), network()
    saved.layers[0].scale.assign([1, 2, 3])
    saved.save_weights(tmp_path / "network.weights.h5")
    loaded.load_weights(tmp_path / "network.weights.h5")
    assert np.array_equal(loaded(IMAGES), saved(IMAGES))
