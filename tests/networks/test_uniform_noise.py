import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from gan_tf.networks.uniform_noise import UniformNoise

IMAGES = tf.fill((500, 200), 2.0)


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
def test_mean_and_variance_are_those_of_gaussian_noise(dtype):
    for kind in (UniformNoise, layers.GaussianNoise):
        layer = kind(0.5, dtype=dtype, seed=0)
        noise = np.float32(layer(tf.cast(IMAGES, layer.compute_dtype), training=True)) - 2
        assert abs(noise.mean()) < 0.01 and noise.std() == pytest.approx(0.5, abs=0.01)


def test_it_is_uniform():
    noise = UniformNoise(0.5)(IMAGES, training=True) - 2
    counts, _ = np.histogram(noise, bins=10, range=(-(0.75**0.5), 0.75**0.5))
    assert counts.sum() == 100_000
    np.testing.assert_allclose(counts, 10_000, rtol=0.05)


def test_there_is_none_outside_training_or_where_it_is_zero():
    assert np.array_equal(UniformNoise(0.5)(IMAGES), IMAGES)
    assert np.array_equal(UniformNoise(0)(IMAGES, training=True), IMAGES)
