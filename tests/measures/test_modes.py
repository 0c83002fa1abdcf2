import numpy as np
import pytest
from scipy.stats import entropy

from gan_tf.measures.modes import modes, stacked_kinds
from gan_tf.networks import classifiers


def test_all_kinds_alike():
    assert modes(np.arange(3000) % 1000) == (1000, pytest.approx(0, abs=1e-12))


def test_one_kind():
    assert modes(np.full(50, 7)) == (1, pytest.approx(np.log(1000)))


def test_the_divergence_is_that_of_scipy():
    kinds = np.random.default_rng(0).integers(0, 4, 100) ** 2
    shares = np.bincount(kinds, minlength=12) / 100
    found, divergence = modes(kinds, known=12)
    assert found == 4
    assert divergence == pytest.approx(entropy(shares, np.full(12, 1 / 12)))


def test_of_few_images_it_is_not_0():
    kinds = np.random.default_rng(0).integers(0, 1000, 25_600)
    assert modes(kinds).divergence == pytest.approx(999 / 2 / 25_600, rel=0.15)


def test_impossible_kinds():
    with pytest.raises(ValueError, match="kinds must be from 0 to 999, but are from 0 to 1000"):
        modes(np.array([0, 1000]))
    with pytest.raises(ValueError, match="give one for each image"):
        modes(np.zeros((0,)))


def test_the_kind_of_an_image_is_its_three_digits():
    class Brightest:
        """Reads the digit from how bright the first pixel is."""

        input_shape, output_shape = (None, 28, 28, 1), (None, 10)

        def predict(self, images, batch_size, verbose):
            return np.eye(10)[np.rint(images[:, 0, 0, 0] * 255).astype(int)]

    images = np.zeros((2, 28, 28, 3), np.uint8)
    images[0, 0, 0], images[1, 0, 0] = (1, 2, 3), (9, 0, 4)
    assert list(stacked_kinds(Brightest(), images)) == [123, 904]


def test_a_classifier_of_other_classes():
    letters = classifiers.lenet(classes=26)
    with pytest.raises(ValueError, match="tells 26 classes apart, but must read the ten digits"):
        stacked_kinds(letters, np.zeros((2, 28, 28, 3), np.uint8))
