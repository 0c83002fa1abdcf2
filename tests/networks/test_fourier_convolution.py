import keras
import numpy as np
import pytest
import tensorflow as tf

from gan_tf.networks.fourier_convolution import FourierConv2DTranspose


def layers(filters, kernel_size, images):
    """A layer of each kind with the same weights."""
    fourier = FourierConv2DTranspose(filters, kernel_size)
    plain = keras.layers.Conv2DTranspose(filters, kernel_size, padding="same", use_bias=False)
    for layer in (fourier, plain):
        layer.build(images.shape)
    plain.set_weights(fourier.get_weights())
    return fourier, plain


@pytest.mark.parametrize("kernel_size", [1, 3, 5, (3, 5), 7])
@pytest.mark.parametrize("size", [(7, 7), (8, 8), (4, 9), (1, 1)])
def test_is_the_plain_layer_to_rounding(size, kernel_size):
    random = np.random.default_rng(0)
    images = tf.constant(random.normal(size=(2, *size, 3)), tf.float32)
    results = []
    for layer in layers(4, kernel_size, images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            output = layer(images)
            loss = tf.reduce_sum(output * np.cos(np.arange(output.shape[-1])))
        results.append([output, *tape.gradient(loss, [images, layer.kernel.value])])
    for fourier, plain in zip(*results, strict=True):
        assert fourier.shape == plain.shape
        np.testing.assert_allclose(fourier, plain, rtol=1e-4, atol=2e-5)


def test_is_as_exact_as_the_plain_layer_in_bfloat16():
    random = np.random.default_rng(0)
    images = tf.constant(random.normal(size=(64, 7, 7, 64)), tf.float32)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        keras.utils.set_random_seed(0)
        both = layers(32, 5, images)
    finally:
        keras.config.set_dtype_policy("float32")
    keras.utils.set_random_seed(0)
    exact = layers(32, 5, images)[1](images)
    errors = [np.std(tf.cast(each(images), tf.float32) - exact) / np.std(exact) for each in both]
    assert both[0](images).dtype == "bfloat16" and both[0].kernel.dtype == "float32"
    assert 1e-3 < errors[0] < 2 * errors[1]


def test_is_the_plain_layer_where_there_is_a_gpu(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [kind])
    images = np.random.default_rng(0).normal(size=(1, 5, 5, 2)).astype(np.float32)
    fourier, plain = layers(3, 5, images)
    assert np.array_equal(fourier(images), plain(images))
    assert not hasattr(fourier, "_image_to_spectrum")


@pytest.mark.parametrize("options", [{"strides": 2}, {"use_bias": True}, {"padding": "valid"}])
def test_takes_no_option_that_it_cannot_compute(options):
    with pytest.raises(TypeError):
        FourierConv2DTranspose(3, 5, **options)


def test_takes_no_even_kernel():
    with pytest.raises(ValueError, match="kernel of 4 x 4 .* odd"):
        FourierConv2DTranspose(3, 4)


def test_a_copy_of_a_network_has_it():
    network = keras.Sequential([keras.layers.Input((4, 4, 2)), FourierConv2DTranspose(3, (1, 5))])
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    images = np.random.default_rng(0).normal(size=(1, 4, 4, 2))
    assert isinstance(copy.layers[0], FourierConv2DTranspose)
    assert np.array_equal(copy(images), network(images))
