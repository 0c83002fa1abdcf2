import numpy as np
import pytest

from gan_tf import data, runs
from gan_tf.data import downloads
from gan_tf.environment import profiles
from tests.data.helpers import random_images


class TestSyntheticDigits:
    @pytest.fixture
    def folder(self, tmp_path, monkeypatch):
        monkeypatch.setattr(downloads, "FOLDER", tmp_path)
        return tmp_path

    def test_recognisable_ones(self, folder):
        images = random_images(5, 28, 28, 1)
        labels = np.int8([3, -1, 0])
        np.savez(folder / "synthetic_digits.npz", images=images, labels=labels, first_labels=labels)
        digits = data.synthetic_digits()
        recognisable, their_labels = digits.recognisable()
        assert np.array_equal(recognisable, images[[0, 2]])
        assert their_labels.tolist() == [3, 0] and len(digits.images) == 5

    def test_released_images_are_those_of_the_released_run(self):
        released = data.synthetic_digits()
        assert released.images.shape == (6336, 28, 28, 1)
        drawn = runs.load(profiles.get("paper").home / "data/runs/dcgan/seed0").generate(64, 2018)
        difference = drawn.astype(int) - released.images[:64]
        # Other processors round otherwise.
        assert np.abs(difference).mean() < 1

    def test_released_labels(self):
        released = data.synthetic_digits()
        for labels in (released.first_labels, released.labels):
            assert labels.shape == (1000,) and set(labels) == set(range(-1, 10))
        assert (released.first_labels != released.labels).sum() == 56
        assert len(released.recognisable()[1]) == 629

    def test_released_conditional_ones(self):
        released = data.synthetic_digits("dcgan-conditional")
        assert released.images.shape == (6336, 28, 28, 1)
        assert released.asked.shape == (6336,) and set(released.asked) == set(range(10))
        for labels in (released.first_labels, released.labels):
            assert labels.shape == (1000,) and set(labels) == set(range(-1, 10))
        assert (released.first_labels != released.labels).sum() == 12
        assert len(released.recognisable()[1]) == 977
        run = runs.load(profiles.get("paper").home / "data/runs/dcgan-conditional/seed0")
        drawn = run.generate(64, 2018, labels=released.asked[:64])
        assert np.abs(drawn.astype(int) - released.images[:64]).mean() < 1

    def test_unknown_generator(self):
        with pytest.raises(ValueError, match="no digits of 'cgan' .* Known: dcgan, dcgan-cond"):
            data.synthetic_digits("cgan")

    def test_conditional_ones_without_what_was_asked(self, folder):
        arrays = dict.fromkeys(("images", "labels", "first_labels"), np.zeros(1))
        np.savez(folder / "conditional_digits.npz", **arrays)
        with pytest.raises(ValueError, match="has no asked: restore it"):
            data.synthetic_digits("dcgan-conditional")

    def test_missing(self, folder):
        with pytest.raises(FileNotFoundError, match="synthetic_digits.npz is not in .*: restore"):
            data.synthetic_digits()

    def test_of_something_else(self, folder):
        np.savez(folder / "synthetic_digits.npz", x_train=np.zeros(3))
        with pytest.raises(ValueError, match="has no images and no labels and no first_labels"):
            data.synthetic_digits()
