from functools import partial

import keras
import numpy as np
import pytest

from gan_tf.networks import generators


@pytest.mark.parametrize(
    "build, inputs, side, parameters",
    [
        (generators.dcgan, 100, 28, 2_330_944),
        (generators.dcgan_28, 100, 28, 885_121),
        (generators.cgan, 110, 28, 397_441),
        (generators.cgan_extra_layer, 110, 28, 423_201),
        (partial(generators.dcgan, kernel=3), 100, 28, 1_674_560),
        (generators.svhn, 100, 32, 2_730_304),
        (generators.semi_supervised, 100, 28, 696_568),
        (generators.dcgan_conditional, 110, 28, 7_080_059),
        (generators.residual, 110, 28, 443_905),
        (partial(generators.residual, classes=0), 100, 28, 412_545),
        (partial(generators.svhn, kernel=3), 100, 32, 2_073_920),
    ],
)
def test_generator(build, inputs, side, parameters):
    generator = build()
    assert generator.count_params() == parameters
    assert generator.input_shape == (None, inputs)
    images = generator(np.random.default_rng(0).normal(size=(3, inputs)), training=True).numpy()
    assert images.shape == (3, side, side, 1)
    assert np.abs(images).max() <= 1


@pytest.mark.parametrize("classes, parameters", [(10, 443_009), (0, 411_649)])
def test_residual_generator_begins_nearly_black_and_is_not_bounded(classes, parameters):
    keras.utils.set_random_seed(0)
    generator = generators.residual(normalised=False, classes=classes)
    assert generator.count_params() == parameters
    inputs = np.random.default_rng(0).normal(size=(20, 100 + classes))
    images = generator(inputs).numpy()
    assert images.shape == (20, 28, 28, 1) and abs(images.mean() + 1) < 0.5
    assert (generator(10 * inputs).numpy() < -1).any()


def test_generator_of_gavazzi():
    generator = generators.gavazzi()
    assert sum(np.prod(w.shape) for w in generator.trainable_weights) == 377_121
    assert (generator.input_shape, generator.output_shape) == ((None, 100), (None, 28, 28, 1))


@pytest.mark.parametrize("build", [generators.dcgan, generators.dcgan_28])
def test_images_are_float32_in_mixed_precision(build):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        generator = build()
    finally:
        keras.config.set_dtype_policy("float32")
    assert generator.layers[1].compute_dtype == "bfloat16"
    assert generator(np.zeros((1, 100))).dtype == "float32"


def test_dcgan_28_has_the_layers_of_its_report():
    expected = [(128, 7, 1), (64, 5, 2), (32, 5, 1), (1, 5, 2)]
    assert deconvolutions(generators.dcgan_28()) == expected


@pytest.mark.parametrize(
    "options, expected",
    [
        ({}, [(64, 7, 1), (32, 5, 2), (1, 5, 2)]),
        ({"filters": 128}, [(128, 7, 1), (64, 5, 2), (1, 5, 2)]),
        ({"kernel": 4}, [(64, 7, 1), (32, 4, 2), (1, 4, 2)]),
    ],
)
def test_cgan_has_the_layers_of_its_report(options, expected):
    generator = generators.cgan(**options)
    assert deconvolutions(generator) == expected
    assert generator.output_shape == (None, 28, 28, 1)


def deconvolutions(generator):
    return [
        (layer.filters, layer.kernel_size[0], layer.strides[0])
        for layer in generator.layers
        if isinstance(layer, keras.layers.Conv2DTranspose)
    ]


class TestDcganConditional:
    def test_latents_become_uniform(self):
        generator = generators.dcgan_conditional()
        erf = next(each for each in generator.operations if each.name.startswith("erf"))
        inner = keras.Model(generator.inputs[0], erf.output)
        uniform = inner(np.array([[0.0, -0.67449, 1.95996] + [0.0] * 107])).numpy()[0, :3]
        assert uniform == pytest.approx([0, -0.5, 0.95], abs=1e-4)

    def test_the_label_joins_every_layer(self):
        generator = generators.dcgan_conditional()
        widths = [layer.kernel.shape for layer in generator.layers if hasattr(layer, "kernel")]
        assert widths == [(110, 1024), (1034, 6272), (5, 5, 128, 138), (5, 5, 1, 138)]
