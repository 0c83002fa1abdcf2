import keras
import numpy as np
import pytest

from gan_tf import generators


@pytest.mark.parametrize(
    "build, parameters", [(generators.dcgan, 2_330_944), (generators.dcgan_28, 885_121)]
)
def test_generator(build, parameters):
    generator = build()
    assert generator.count_params() == parameters
    assert generator.input_shape == (None, 100)
    images = generator(np.random.default_rng(0).normal(size=(3, 100)), training=True).numpy()
    assert images.shape == (3, 28, 28, 1)
    assert np.abs(images).max() <= 1


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
    deconvolutions = [
        (layer.filters, layer.kernel_size[0], layer.strides[0])
        for layer in generators.dcgan_28().layers
        if isinstance(layer, keras.layers.Conv2DTranspose)
    ]
    assert deconvolutions == [(128, 7, 1), (64, 5, 2), (32, 5, 1), (1, 5, 2)]
