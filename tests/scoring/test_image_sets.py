import keras
import numpy as np
import pytest
from keras import layers

from gan_tf import data
from gan_tf.scoring import image_sets
from gan_tf.scoring.image_sets import ImageSet
from tests.scoring.conftest import blobs


def test_a_third_is_held_out_where_there_are_no_test_images():
    labels = np.arange(90) % 3
    dataset = data.Dataset(blobs(90, 0), labels, None, None, ("a", "b", "c"))
    real = image_sets.real_images(dataset, "spots", seed=1)
    assert len(real.training) == 60 and len(real.held_out) == 30
    together = np.concatenate([real.training.images, real.held_out.images])
    order = [
        int(np.flatnonzero((blobs(90, 0) == each).all(axis=(1, 2, 3)))[0]) for each in together
    ]
    assert sorted(order) == list(range(90)) and order != list(range(90))
    told = np.concatenate([real.training.labels, real.held_out.labels])
    np.testing.assert_array_equal(told, labels[order])


def test_blur_keeps_labels_and_light():
    soft = image_sets.blurred(ImageSet(blobs(20, 0), np.arange(20)))
    assert soft.images.dtype == np.uint8 and soft.labels[3] == 3
    assert soft.images.mean() == pytest.approx(blobs(20, 0).mean(), abs=1)
    assert soft.images.std() < blobs(20, 0).std()


class TestReader:
    def test_the_layer_called_features_goes_before_the_last_but_one(self):
        network = keras.Sequential(
            [
                layers.Input((12, 12, 3)),
                layers.Flatten(),
                layers.Dense(7, name="features"),
                layers.Dense(6),
                layers.Dense(4, activation="softmax"),
            ]
        )
        read = image_sets.Reader(network, blobs(100, 0)).read(ImageSet(blobs(5, 1)))
        assert read.features.shape == (5, 7) and read.probabilities.shape == (5, 4)
        expected = network.layers[1](network.layers[0](data.to_unit(blobs(5, 1))))
        np.testing.assert_allclose(read.features, expected, rtol=1e-5, atol=1e-6)

    def test_of_what_is_no_vector(self):
        network = keras.Sequential([layers.Input((12, 12, 3)), layers.Conv2D(2, 3)])
        with pytest.raises(ValueError, match="must give one vector an image"):
            image_sets.Reader(network, blobs(100, 0))
        network = keras.Sequential([layers.Input((12, 12, 3)), layers.Flatten(), layers.Dense(1)])
        with pytest.raises(ValueError, match="probabilities of two or more classes"):
            image_sets.Reader(network, blobs(100, 0))


def test_images_that_are_real_ones():
    real = image_sets.real_images(data.Dataset(blobs(60, 0), None, blobs(40, 1), None), "spots", 0)
    mixed = np.concatenate([blobs(60, 0)[:3], blobs(40, 1)[:2], blobs(10, 2)])
    assert image_sets.identical(mixed, real) == 5
