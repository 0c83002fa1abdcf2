"""Networks built for other images than their reports'."""

import inspect

import numpy as np
import pytest

from gan_tf.networks import classifiers, discriminators, generators, image_shapes

SHAPE = 32, 24, 3


def builders(module):
    """The builders of a module that take the shape of the images."""
    functions = inspect.getmembers(module, inspect.isfunction)
    return [
        build
        for name, build in functions
        if build.__module__ == module.__name__
        and "image_shape" in inspect.signature(build).parameters
    ]


def built(build):
    """The network for images of `SHAPE`, of four classes where it takes classes."""
    takes = inspect.signature(build).parameters
    return build(image_shape=SHAPE, **({"classes": 4} if "classes" in takes else {}))


def test_all_builders_take_the_shape_but_the_one_of_a_study():
    counts = [len(builders(module)) for module in (generators, discriminators, classifiers)]
    assert counts == [9, 13, 12]


@pytest.mark.parametrize("build", builders(generators), ids=lambda build: build.__name__)
def test_generators(build):
    generator = built(build)
    inputs = np.random.default_rng(0).normal(size=(2, generator.input_shape[1]))
    images = generator(inputs, training=False).numpy()
    assert images.shape == (2, *SHAPE) and np.abs(images).max() <= 1
    takes_classes = "classes" in inspect.signature(build).parameters
    assert generator.input_shape[1] == (104 if takes_classes else 100)


@pytest.mark.parametrize("build", builders(discriminators), ids=lambda build: build.__name__)
def test_discriminators(build):
    discriminator = built(build)
    *sides, channels = discriminator.input_shape[1:]
    assert sides == [32, 24] and channels in (3, 7)
    outputs = discriminator(np.zeros((2, 32, 24, channels)), training=False)
    assert (outputs[1] if isinstance(outputs, list | tuple) else outputs).shape in ((2, 1), (2, 4))


@pytest.mark.parametrize("build", builders(classifiers), ids=lambda build: build.__name__)
def test_classifiers(build):
    probabilities = built(build)(np.zeros((2, *SHAPE)), training=False).numpy()
    assert probabilities.shape == (2, 4)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("build", [generators.dcgan, generators.dcgan_28, discriminators.cgan])
def test_sides_that_cannot_be_halved_twice(build):
    with pytest.raises(ValueError, match=r"multiples of 4, but they are 30 and 28.*--size 32"):
        build(image_shape=(30, 28, 1))


def test_a_quarter():
    assert image_shapes.quarter((32, 24, 3)) == (8, 6)
