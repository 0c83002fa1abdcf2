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
    assert dataset[1:] == (None, None, None)


@pytest.mark.parametrize(
    "arrays, named",
    [
        ({"images": GOOD["x_train"]}, "x_train"),
        ({"x_train": GOOD["x_train"] / 255}, "x_train in {path} is float64"),
        ({"x_train": GOOD["x_train"].astype(np.int64)}, "int64"),
        ({"x_train": random_images(3, 64)}, "(3, 64)"),
        ({"x_train": random_images(3, 1, 8, 8, 1)}, "(3, 1, 8, 8, 1)"),
        ({"x_train": random_images(3, 1, 8, 8)}, "8 channels"),
        ({"x_train": random_images(0, 8, 8)}, "empty"),
        ({**GOOD, "x_test": random_images(0, 8, 8)}, "x_test in {path} is empty"),
        ({**GOOD, "x_test": random_images(3, 9, 8)}, "(9, 8, 1)"),
        ({**GOOD, "x_test": random_images(3, 8, 8, 3)}, "(8, 8, 3)"),
        ({**GOOD, "y_train": np.array([0.0, 5.0, 9.0])}, "float64"),
        ({**GOOD, "y_train": np.array([True, False, True])}, "bool"),
        ({**GOOD, "y_train": np.eye(10, dtype=int)[:3]}, "(3, 10)"),
        ({**GOOD, "y_train": np.array([0, 5])}, "(2,)"),
        ({**GOOD, "y_train": np.array([], int)}, "(0,)"),
        ({**GOOD, "y_train": np.array([0, 5, 10])}, "0 to 10"),
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
