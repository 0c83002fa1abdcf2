from functools import partial

import keras
import numpy as np
import pytest

from gan_tf.networks import discriminators


@pytest.mark.parametrize(
    "build, channels, parameters",
    [
        (discriminators.dcgan, 1, 212_865),
        (discriminators.dcgan_28, 1, 264_065),
        (discriminators.cgan, 11, 63_489),
        (discriminators.cgan_extra_layer, 11, 166_209),
        (discriminators.dcgan_conditional, 11, 3_771_675),
        (discriminators.residual, 11, 506_017),
        (partial(discriminators.residual, projected=0), 11, 103_201),
        (partial(discriminators.residual, classes=0), 1, 98_081),
    ],
)
def test_discriminator(build, channels, parameters):
    discriminator = build()
    assert discriminator.count_params() == parameters
    assert discriminator.input_shape == (None, 28, 28, channels)
    images = np.random.default_rng(0).uniform(-1, 1, (200, 28, 28, channels))
    logits = discriminator(images).numpy()
    assert logits.shape == (200, 1)
    # Logits, not probabilities: some are negative.
    assert logits.min() < 0 < np.ptp(logits)


@pytest.mark.parametrize(
    "build, size, parameters",
    [
        (discriminators.critic, 28, 212_865),
        (discriminators.gavazzi, 28, 246_529),
        (discriminators.svhn, 32, 2_750_593),
        (discriminators.svhn_modified, 32, 1_059_441),
    ],
)
def test_other_discriminators(build, size, parameters):
    discriminator = build()
    assert discriminator.count_params() == parameters
    images = np.random.default_rng(0).uniform(-1, 1, (20, size, size, 1))
    assert discriminator(images).shape == (20, 1)
    assert discriminator.layers[-1].activation is keras.activations.linear


def test_dcgan_pooled_ends_in_probabilities():
    discriminator = discriminators.dcgan_pooled()
    assert discriminator.count_params() == 207_105
    outputs = discriminator(np.random.default_rng(0).uniform(-1, 1, (50, 28, 28, 1))).numpy()
    assert outputs.shape == (50, 1) and 0 < outputs.min() < outputs.max() < 1


def test_critic_has_neither_dropout_nor_batch_normalisation():
    kinds = {type(layer) for layer in discriminators.critic().layers}
    assert not kinds & {keras.layers.Dropout, keras.layers.BatchNormalization}


@pytest.mark.parametrize("build", [discriminators.dcgan, discriminators.dcgan_28])
def test_logits_are_float32_in_mixed_precision(build):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        discriminator = build()
    finally:
        keras.config.set_dtype_policy("float32")
    assert discriminator.layers[0].compute_dtype == "bfloat16"
    assert discriminator(np.zeros((1, 28, 28, 1))).dtype == "float32"


def test_dcgan_28_has_the_layers_of_its_report():
    layers = discriminators.dcgan_28().layers
    assert convolutions(layers) == [(32, 5, 2), (64, 5, 2), (128, 5, 1), (1, 7, 1)]
    assert isinstance(layers[1], keras.layers.LeakyReLU)
    assert sum(isinstance(layer, keras.layers.BatchNormalization) for layer in layers) == 2
    assert isinstance(layers[-1], keras.layers.Dropout)
    assert layers[-1].rate == 0.3
    assert discriminators.dcgan_28(dropout=0.0).layers[-1].rate == 0


@pytest.mark.parametrize(
    "options, expected",
    [
        ({}, [(32, 5, 2), (64, 5, 2), (1, 7, 1)]),
        ({"filters": 64, "dropout": 0.3}, [(64, 5, 2), (128, 5, 2), (1, 7, 1)]),
        ({"kernel": 4}, [(32, 4, 2), (64, 4, 2), (1, 7, 1)]),
    ],
)
def test_cgan_has_the_layers_of_its_report(options, expected):
    layers = discriminators.cgan(**options).layers
    assert convolutions(layers) == expected
    assert layers[-1].rate == options.get("dropout", 0)


def convolutions(layers):
    return [
        (layer.filters, layer.kernel_size[0], layer.strides[0])
        for layer in layers
        if isinstance(layer, keras.layers.Conv2D)
    ]


def test_semi_supervised_gives_features_and_logits():
    discriminator = discriminators.semi_supervised()
    assert discriminator.count_params() == 1_541_020
    frozen = sum(np.prod(w.shape) for w in discriminator.non_trainable_weights if w.name == "scale")
    assert frozen == 1000 + 500 + 3 * 250
    features, logits = discriminator(np.zeros((3, 28, 28, 1)))
    assert (features.shape, logits.shape) == ((3, 250), (3, 10))
    assert features.numpy().min() >= 0


def test_the_label_joins_every_layer_of_dcgan_conditional():
    discriminator = discriminators.dcgan_conditional()
    shapes = [layer.kernel.shape for layer in discriminator.layers if hasattr(layer, "kernel")]
    assert shapes == [(5, 5, 11, 11), (5, 5, 21, 74), (3636, 1024), (1034, 1)]


def test_projection_is_at_most_as_steep_as_its_report_says():
    """Each layer, after a step in training has normalised it, multiplies lengths by 1 at most."""
    discriminator = discriminators.projection(width=4)
    assert discriminators.projection().count_params() == 96_066
    images = np.random.default_rng(0).uniform(-1, 1, (4, 28, 28, 11))
    for _ in range(30):
        assert discriminator(images, training=True).shape == (4, 1)
    layers = [each for each in discriminator.layers if hasattr(each, "vector_u")]
    assert len(layers) == 8
    for layer in layers:
        kernel = layer.kernel.numpy().reshape(-1, layer.kernel.shape[-1])
        assert np.linalg.norm(kernel, 2) == pytest.approx(1, rel=0.05)


def test_projection_adds_an_inner_product_with_the_label():
    discriminator = discriminators.residual(width=4)
    image = np.random.default_rng(0).uniform(-1, 1, (28, 28, 1))
    planes = np.zeros((10, 28, 28, 10))
    for label in range(10):
        planes[label, ..., label] = 1
    inputs = np.concatenate([np.repeat(image[None], 10, axis=0), planes], axis=3)
    assert len(np.unique(discriminator(inputs).numpy().round(6))) == 10
