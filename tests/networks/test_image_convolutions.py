import keras
import numpy as np
import pytest
import tensorflow as tf

from gan_tf.networks import image_convolutions
from gan_tf.networks.image_convolutions import ImageConv2D, ImageConv2DTranspose

# Kernel, strides, channels of the image, bias; the last ones are computed by the plain layers.
KINDS = [
    (5, 2, 1, False),
    (3, 2, 1, True),
    (4, 2, 3, True),
    (5, 2, 3, False),
    (4, 4, 1, True),
    (5, 4, 1, True),
    (5, 1, 1, True),
    (2, 2, 1, True),
    (3, 4, 1, True),
]


def first_and_second_gradients(layer, inputs, weights):
    """The outputs, their gradients by inputs and kernel, and those of these gradients' squares."""
    with tf.GradientTape() as outer:
        outer.watch(inputs)
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            outputs = layer(inputs)
        gradients = inner.gradient(outputs, [inputs, layer.kernel.value], weights)
        squares = tf.add_n([tf.reduce_sum(gradient**2) for gradient in gradients])
    return [outputs, *gradients, *outer.gradient(squares, [inputs, layer.kernel.value])]


def check_is_plain(layer, plain, inputs):
    for each in (layer, plain):
        each.build(inputs.shape)
    layer.set_weights(plain.get_weights())
    random = np.random.default_rng(1)
    weights = tf.constant(random.normal(size=plain(inputs).shape), tf.float32)
    found = [first_and_second_gradients(each, inputs, weights) for each in (layer, plain)]
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-3 * np.std(other))


def values(*shape):
    return tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)


@pytest.mark.parametrize("kernel, strides, channels, bias", KINDS)
def test_to_an_image_it_is_the_plain_layer_to_rounding(kernel, strides, channels, bias):
    options = {"strides": strides, "padding": "same", "use_bias": bias, "activation": "tanh"}
    layer = ImageConv2DTranspose(channels, kernel, **options)
    plain = keras.layers.Conv2DTranspose(channels, kernel, **options)
    check_is_plain(layer, plain, values(3, 7, 8, 5))


@pytest.mark.parametrize("kernel, strides, channels, bias", KINDS)
@pytest.mark.parametrize("sides", [(8, 12), (9, 7)])
def test_of_an_image_it_is_the_plain_layer_to_rounding(kernel, strides, channels, bias, sides):
    options = {"strides": strides, "padding": "same", "use_bias": bias, "activation": "tanh"}
    layer, plain = ImageConv2D(5, kernel, **options), keras.layers.Conv2D(5, kernel, **options)
    check_is_plain(layer, plain, values(3, *sides, channels))


def test_is_the_plain_layer_where_there_is_a_gpu(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [kind])
    monkeypatch.delattr(image_convolutions, "_added_up")
    layer = ImageConv2DTranspose(1, 5, strides=2, padding="same")
    assert layer(values(3, 4, 4, 5)).shape == (3, 8, 8, 1)
