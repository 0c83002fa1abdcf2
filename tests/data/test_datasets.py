import hashlib

import numpy as np
import pytest

from gan_tf import data
from gan_tf.data import datasets, downloads
from tests.data.helpers import accept, error_of, idx, random_images, write_fashion_mnist

# MD5 sums of MNIST's four IDX files, unpacked, as they are published.
MNIST_IDX_MD5 = {
    "x_train": "6bbc9ace898e44ae57da46a324031adb",
    "y_train": "a25bea736e30d166cdddb491f175f624",
    "x_test": "2646ac647ad5339dbf082846283269ea",
    "y_test": "27ae3e4e09519cfbb04c329615203637",
}


def test_mnist_is_the_published_one():
    dataset = data.load("mnist")
    assert dataset.x_train.shape == (60000, 28, 28, 1)
    assert dataset.x_test.shape == (10000, 28, 28, 1)
    for key, md5 in MNIST_IDX_MD5.items():
        array = getattr(dataset, key)
        assert array.dtype == np.uint8
        content = idx(array[..., 0] if array.ndim == 4 else array)
        assert hashlib.md5(content).hexdigest() == md5


def test_mnist_is_unchanged_by_what_is_written_into_what_was_loaded():
    data.load("mnist").x_test[:] = 0
    assert data.load("mnist").x_test.any()


def test_stacked_mnist_has_each_digit_once_in_each_colour():
    digits, dataset = data.load("mnist"), data.load("stacked-mnist")
    assert dataset.x_train.shape == (60000, 28, 28, 3) and dataset.x_test.shape[0] == 10000
    assert dataset.y_train is dataset.y_test is None
    for stacked, plain in ((dataset.x_train, digits.x_train), (dataset.x_test, digits.x_test)):
        expected = sorted(image.tobytes() for image in plain)
        for colour in range(3):
            assert sorted(image.tobytes() for image in stacked[..., colour]) == expected
    again = data.load("stacked-mnist")
    assert np.array_equal(again.x_train[:100], dataset.x_train[:100])


def test_mnist_is_taken_from_the_users_folder_where_data_has_none(
    tmp_path, monkeypatch, user_folder
):
    monkeypatch.setattr(downloads, "FOLDER", tmp_path)
    images = random_images(2, 28, 28)
    np.savez(user_folder / "mnist.npz", x_train=images)
    monkeypatch.setattr(datasets, "MNIST_MD5", hashlib.md5(images.tobytes()).hexdigest())
    assert data.load("mnist").x_train.shape == (2, 28, 28, 1)


def test_missing_mnist(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "FOLDER", tmp_path)
    message = error_of(FileNotFoundError, "mnist")
    assert "mnist.npz" in message and "GAN_TF_DATA" in message


def test_truncated_mnist(tmp_path, monkeypatch):
    content = (downloads.FOLDER / "mnist.npz").read_bytes()
    (tmp_path / "mnist.npz").write_bytes(content[: len(content) // 2])
    monkeypatch.setattr(downloads, "FOLDER", tmp_path)
    message = error_of(ValueError, "mnist")
    assert str(tmp_path / "mnist.npz") in message and "damaged" in message


def test_mnist_of_other_bytes_but_the_same_arrays(tmp_path, monkeypatch):
    with np.load(downloads.FOLDER / "mnist.npz") as arrays:
        np.savez(tmp_path / "mnist.npz", **arrays)
    monkeypatch.setattr(downloads, "FOLDER", tmp_path)
    assert len(data.load("mnist").x_train) == 60_000


@pytest.mark.parametrize("place", [100, 5_000_000])
def test_mnist_with_a_damaged_byte(tmp_path, monkeypatch, place):
    content = bytearray((downloads.FOLDER / "mnist.npz").read_bytes())
    content[place] ^= 255
    (tmp_path / "mnist.npz").write_bytes(content)
    monkeypatch.setattr(downloads, "FOLDER", tmp_path)
    assert "damaged" in error_of(ValueError, "mnist")


def test_other_images_under_mnists_name(tmp_path, monkeypatch):
    np.savez(tmp_path / "mnist.npz", x_train=random_images(2, 28, 28))
    monkeypatch.setattr(downloads, "FOLDER", tmp_path)
    message = error_of(ValueError, "mnist")
    assert "not MNIST" in message and datasets.MNIST_MD5 in message


def test_fashion_mnist_from_the_users_folder(monkeypatch, user_folder):
    x_train, y_train, x_test, y_test = write_fashion_mnist(user_folder)
    accept(monkeypatch, user_folder)
    dataset = data.load("fashion-mnist")
    np.testing.assert_array_equal(dataset.x_train, x_train[..., None])
    np.testing.assert_array_equal(dataset.y_train, y_train)
    np.testing.assert_array_equal(dataset.x_test, x_test[..., None])
    np.testing.assert_array_equal(dataset.y_test, y_test)
    dataset.x_train[0] = 0  # Arrays can be written to.


def test_own_file_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    np.savez(tmp_path / "own.npz", x_train=random_images(2, 8, 8))
    assert data.load("~/own.npz").x_train.shape == (2, 8, 8, 1)


def test_missing_own_file(tmp_path):
    path = tmp_path / "nowhere.npz"
    assert str(path) in error_of(FileNotFoundError, path)


@pytest.mark.parametrize("name", ["cifar", "MNIST", "", None])
def test_unknown_name(name):
    message = error_of(ValueError, name)
    assert repr(name) in message
    assert "mnist, fashion-mnist, stacked-mnist, svhn, svhn-sample, or the path of a" in message
