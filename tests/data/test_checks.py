from pathlib import Path

import numpy as np
import pytest

from gan_tf import data
from tests.data.helpers import GOOD, error_of, random_images


@pytest.mark.parametrize("make", [str, Path])
def test_own_file(make, tmp_path):
    arrays = {
        "x_train": random_images(3, 8, 6),
        "y_train": np.array([0, 5, 9]),
        "x_test": random_images(2, 8, 6, 1),
        "y_test": np.array([1, 2], np.int8),
    }
    np.savez(tmp_path / "own.npz", **arrays)
    dataset = data.load(make(tmp_path / "own.npz"))
    np.testing.assert_array_equal(dataset.x_train, arrays["x_train"][..., None])
    np.testing.assert_array_equal(dataset.x_test, arrays["x_test"])
    assert dataset.y_train.tolist() == [0, 5, 9] and dataset.y_train.dtype == np.uint8
    assert dataset.y_test.tolist() == [1, 2] and dataset.y_test.dtype == np.uint8


def test_own_colour_images_are_kept_and_what_is_lacking_is_none(tmp_path):
    images = random_images(2, 32, 32, 3)
    np.savez_compressed(tmp_path / "own.npz", x_train=images)
    dataset = data.load(tmp_path / "own.npz")
    np.testing.assert_array_equal(dataset.x_train, images)
    assert dataset[1:] == (None, None, None, ())


@pytest.mark.parametrize(
    "arrays, named",
    [
        ({"pictures": GOOD["x_train"]}, "holds pictures"),
        ({"images": GOOD["x_train"], "x": GOOD["x_train"]}, "several arrays"),
        ({"x_train": random_images(3, 64)}, "(3, 64)"),
        ({"x_train": random_images(3, 1, 8, 8, 1)}, "(3, 1, 8, 8, 1)"),
        ({"x_train": random_images(3, 8, 8, 8)}, "8 channels"),
        ({"x_train": random_images(3, 3, 32, 3)}, "(n, channels, height, width) or"),
        ({"x_train": random_images(0, 8, 8)}, "empty"),
        ({"x_train": random_images(3, 8, 8) % 2}, "0 and 1"),
        ({"x_train": np.full((3, 8, 8), "a")}, "<U1"),
        ({"x_train": random_images(3, 8, 8).astype(int) * 257}, "to 255"),
        ({"x_train": random_images(3, 8, 8) / 50 - 2}, "range from -2"),
        ({"x_train": np.full((3, 8, 8), np.nan)}, "NaN"),
        ({**GOOD, "x_test": random_images(0, 8, 8)}, "x_test in {path} is empty"),
        ({**GOOD, "x_test": random_images(3, 9, 8)}, "(9, 8, 1)"),
        ({**GOOD, "x_test": random_images(3, 8, 8, 3)}, "(8, 8, 3)"),
        ({**GOOD, "y_train": np.array([0.5, 5.0, 9.0])}, "float64"),
        ({**GOOD, "y_train": np.array([0, np.nan, 9.0])}, "float64"),
        ({**GOOD, "y_train": 2 * np.eye(10, dtype=int)[:3]}, "one-hot"),
        ({**GOOD, "y_train": np.zeros((3, 2, 2), int)}, "(3, 2, 2)"),
        ({**GOOD, "y_train": np.array([0, 5])}, "(2,)"),
        ({**GOOD, "y_train": np.array([], int)}, "(0,)"),
        ({**GOOD, "y_train": np.array([0, 5, 256])}, "0 to 256"),
        ({**GOOD, "y_train": np.array([0, -1, 9])}, "-1 to 9"),
        ({**GOOD, "y_test": np.array([1])}, "y_test without its images"),
        ({**GOOD, "x_test": random_images(2, 8, 8), "y_test": np.array([1])}, "y_test"),
    ],
)
def test_bad_arrays_in_own_file(arrays, named, tmp_path):
    path = tmp_path / "own.npz"
    np.savez(path, **arrays)
    message = error_of(ValueError, path)
    assert str(path) in message and named.format(path=path) in message


def test_classes_of_published_data_have_names():
    assert data.load("mnist").class_names == tuple("0123456789")


def test_more_classes_than_there_may_be(tmp_path):
    names = np.array([f"kind {number}" for number in range(257)])
    np.savez(tmp_path / "own.npz", x_train=random_images(257, 8, 8), y_train=names)
    assert "257 classes" in error_of(ValueError, tmp_path / "own.npz")
