import gzip
import hashlib
import pickle
import shutil
import struct
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
import scipy.io
import tensorflow as tf

from gan_tf.data import datasets as data
from gan_tf.environment import profiles
from gan_tf.runs import life_of_a_run as runs

KERAS_GET_FILE = keras.utils.get_file

# MD5 sums of MNIST's four IDX files, unpacked, as they are published.
MNIST_IDX_MD5 = {
    "x_train": "6bbc9ace898e44ae57da46a324031adb",
    "y_train": "a25bea736e30d166cdddb491f175f624",
    "x_test": "2646ac647ad5339dbf082846283269ea",
    "y_test": "27ae3e4e09519cfbb04c329615203637",
}


@pytest.fixture(autouse=True)
def no_user_folder(monkeypatch):
    monkeypatch.delenv("GAN_TF_DATA", raising=False)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Keras's download fails as it does on a machine without network."""

    def get_file(fname, origin, **kwargs):
        raise Exception(f"URL fetch failure on {origin}: None -- [Errno -2] Name not known")

    monkeypatch.setattr(keras.utils, "get_file", get_file)


@pytest.fixture
def user_folder(tmp_path, monkeypatch):
    folder = tmp_path / "publishers"
    folder.mkdir()
    monkeypatch.setenv("GAN_TF_DATA", str(folder))
    return folder


def accept(monkeypatch, folder):
    """Take the files in `folder` for the published ones."""
    for path in folder.iterdir():
        monkeypatch.setitem(data.MD5, path.name, hashlib.md5(path.read_bytes()).hexdigest())


def random_images(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def idx(array):
    header = struct.pack(f">{array.ndim + 1}I", 0x800 + array.ndim, *array.shape)
    return header + array.tobytes()


def write_fashion_mnist(folder):
    arrays = {
        "train-images-idx3-ubyte.gz": random_images(4, 28, 28),
        "train-labels-idx1-ubyte.gz": np.array([0, 9, 1, 2], np.uint8),
        "t10k-images-idx3-ubyte.gz": random_images(2, 28, 28, seed=1),
        "t10k-labels-idx1-ubyte.gz": np.array([3, 4], np.uint8),
    }
    for name, array in arrays.items():
        (folder / name).write_bytes(gzip.compress(idx(array)))
    return list(arrays.values())


def write_svhn(folder, images=None, labels=(10, 1, 9), **others):
    images = random_images(32, 32, 3, len(labels)) if images is None else images
    arrays = {"X": images, "y": np.array(labels, np.uint8)[:, None], **others}
    for name in ("train_32x32.mat", "test_32x32.mat"):
        scipy.io.savemat(folder / name, arrays)


def error_of(error_class, name):
    """The message of the one-sentence error that loading `name` raises."""
    with pytest.raises(error_class) as caught:
        data.load(name)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


# MNIST


def test_mnist_is_the_published_one():
    dataset = data.load("mnist")
    assert dataset.x_train.shape == (60000, 28, 28, 1)
    assert dataset.x_test.shape == (10000, 28, 28, 1)
    for key, md5 in MNIST_IDX_MD5.items():
        array = getattr(dataset, key)
        assert array.dtype == np.uint8
        content = idx(array[..., 0] if array.ndim == 4 else array)
        assert hashlib.md5(content).hexdigest() == md5


def test_mnist_is_taken_from_the_users_folder_where_data_has_none(
    tmp_path, monkeypatch, user_folder
):
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    images = random_images(2, 28, 28)
    np.savez(user_folder / "mnist.npz", x_train=images)
    monkeypatch.setattr(data, "MNIST_MD5", hashlib.md5(images.tobytes()).hexdigest())
    assert data.load("mnist").x_train.shape == (2, 28, 28, 1)


def test_missing_mnist(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    message = error_of(FileNotFoundError, "mnist")
    assert "mnist.npz" in message and "GAN_TF_DATA" in message


def test_truncated_mnist(tmp_path, monkeypatch):
    content = (data.FOLDER / "mnist.npz").read_bytes()
    (tmp_path / "mnist.npz").write_bytes(content[: len(content) // 2])
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    message = error_of(ValueError, "mnist")
    assert str(tmp_path / "mnist.npz") in message and "damaged" in message


def test_mnist_of_other_bytes_but_the_same_arrays(tmp_path, monkeypatch):
    with np.load(data.FOLDER / "mnist.npz") as arrays:
        np.savez(tmp_path / "mnist.npz", **arrays)
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    assert len(data.load("mnist").x_train) == 60_000


@pytest.mark.parametrize("place", [100, 5_000_000])
def test_mnist_with_a_damaged_byte(tmp_path, monkeypatch, place):
    content = bytearray((data.FOLDER / "mnist.npz").read_bytes())
    content[place] ^= 255
    (tmp_path / "mnist.npz").write_bytes(content)
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    assert "damaged" in error_of(ValueError, "mnist")


def test_other_images_under_mnists_name(tmp_path, monkeypatch):
    np.savez(tmp_path / "mnist.npz", x_train=random_images(2, 28, 28))
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    message = error_of(ValueError, "mnist")
    assert "not MNIST" in message and data.MNIST_MD5 in message


# Fashion-MNIST and SVHN


def test_fashion_mnist_from_the_users_folder(monkeypatch, user_folder):
    x_train, y_train, x_test, y_test = write_fashion_mnist(user_folder)
    accept(monkeypatch, user_folder)
    dataset = data.load("fashion-mnist")
    np.testing.assert_array_equal(dataset.x_train, x_train[..., None])
    np.testing.assert_array_equal(dataset.y_train, y_train)
    np.testing.assert_array_equal(dataset.x_test, x_test[..., None])
    np.testing.assert_array_equal(dataset.y_test, y_test)
    dataset.x_train[0] = 0  # Arrays can be written to.


def test_svhn_from_the_users_folder(monkeypatch, user_folder):
    write_svhn(user_folder)
    accept(monkeypatch, user_folder)
    dataset = data.load("svhn")
    for images, labels in (dataset[:2], dataset[2:]):
        assert images.shape == (3, 32, 32, 1) and images.dtype == np.uint8
        assert labels.tolist() == [0, 1, 9] and labels.dtype == np.uint8


def test_svhn_is_grey_by_luma(monkeypatch, user_folder):
    # 0.299 R + 0.587 G + 0.114 B: 76.245, 149.685, 29.07, 255, 0, and
    # 2.99 + 11.74 + 3.42 = 18.15; 0.299 + 0.587 * 2 + 0.114 * 9 = 2.499; 0.586 + 0.114 = 0.701.
    colours = [
        ((255, 0, 0), 76),
        ((0, 255, 0), 150),
        ((0, 0, 255), 29),
        ((255, 255, 255), 255),
        ((0, 0, 0), 0),
        ((10, 20, 30), 18),
        ((1, 2, 9), 2),
        ((0, 1, 1), 1),
    ]
    images = np.zeros((32, 32, 3, 1), np.uint8)
    for column, (colour, _) in enumerate(colours):
        images[5, column, :, 0] = colour
    write_svhn(user_folder, images, labels=[1])
    accept(monkeypatch, user_folder)
    grey = data.load("svhn").x_train
    assert grey[0, 5, : len(colours), 0].tolist() == [expected for _, expected in colours]
    assert grey[0, 6:].max() == 0


def test_svhn_keeps_the_order_of_images_rows_and_columns(monkeypatch, user_folder):
    images = random_images(32, 32, 1, 3).repeat(3, axis=2)  # Grey: luma changes nothing.
    write_svhn(user_folder, images)
    accept(monkeypatch, user_folder)
    np.testing.assert_array_equal(
        data.load("svhn").x_train[..., 0], images[:, :, 0].transpose(2, 0, 1)
    )


@pytest.mark.parametrize(
    "name, write, address",
    [
        ("fashion-mnist", write_fashion_mnist, data.FASHION_MNIST),
        ("svhn", write_svhn, data.SVHN),
    ],
)
def test_files_are_downloaded_and_checked(name, write, address, tmp_path, monkeypatch):
    write(tmp_path)
    asked = {}

    def get_file(fname, origin, **kwargs):
        assert origin == address + fname
        asked[fname] = kwargs
        return str(tmp_path / fname)

    monkeypatch.setattr(keras.utils, "get_file", get_file)
    dataset = data.load(name)
    assert len(dataset.x_train) == len(dataset.y_train)
    assert asked.keys() == {path.name for path in tmp_path.iterdir()}
    for fname, kwargs in asked.items():
        assert kwargs == {
            "file_hash": data.MD5[fname],
            "hash_algorithm": "md5",
            "cache_subdir": "gan_tf",
        }


def test_a_users_copy_saves_its_download(monkeypatch, user_folder):
    write_svhn(user_folder)
    accept(monkeypatch, user_folder)
    (user_folder / "test_32x32.mat").unlink()
    assert data.SVHN + "test_32x32.mat" in error_of(FileNotFoundError, "svhn")


@pytest.mark.parametrize(
    "name, address",
    [
        ("fashion-mnist", data.FASHION_MNIST + "train-images-idx3-ubyte.gz"),
        ("svhn", data.SVHN + "train_32x32.mat"),
        ("svhn-sample", data.SVHN + "train_32x32.mat"),
    ],
)
def test_without_network(name, address):
    message = error_of(FileNotFoundError, name)
    assert message.count(address) == 1
    assert "Name not known" in message and "GAN_TF_DATA" in message


def test_a_download_with_a_wrong_checksum(monkeypatch):
    def get_file(fname, origin, **kwargs):
        raise ValueError("Incomplete or corrupted file detected.")

    monkeypatch.setattr(keras.utils, "get_file", get_file)
    assert "corrupted file" in error_of(FileNotFoundError, "svhn")


def test_keras_itself_downloads_and_checks(tmp_path, monkeypatch):
    """`get_file` as it is, but from a folder and into a cache of this test."""
    get_file = partial(KERAS_GET_FILE, cache_dir=str(tmp_path))
    monkeypatch.setattr(keras.utils, "get_file", get_file)
    publisher = tmp_path / "publisher"
    publisher.mkdir()
    write_svhn(publisher)
    monkeypatch.setattr(data, "SVHN", publisher.as_uri() + "/")

    assert "train_32x32.mat" in error_of(FileNotFoundError, "svhn")  # Not the published one.
    accept(monkeypatch, publisher)
    assert len(data.load("svhn").x_train) == 3
    assert {path.name for path in (tmp_path / "gan_tf").iterdir()} == {
        "train_32x32.mat",
        "test_32x32.mat",
    }
    shutil.rmtree(publisher)
    assert len(data.load("svhn").x_train) == 3  # From the cache.


@pytest.mark.parametrize(
    "name, write, file",
    [
        ("fashion-mnist", write_fashion_mnist, "t10k-labels-idx1-ubyte.gz"),
        ("svhn", write_svhn, "test_32x32.mat"),
    ],
)
def test_truncated_file_of_a_publisher(name, write, file, monkeypatch, user_folder):
    write(user_folder)
    accept(monkeypatch, user_folder)
    path = user_folder / file
    path.write_bytes(path.read_bytes()[:-1])
    message = error_of(ValueError, name)
    assert str(path) in message and data.MD5[file] in message


def test_users_folder_that_does_not_exist(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_TF_DATA", str(tmp_path / "nowhere"))
    message = error_of(FileNotFoundError, "svhn")
    assert "GAN_TF_DATA" in message and "nowhere" in message


LABELS = idx(np.zeros(4, np.uint8))


@pytest.mark.parametrize(
    "content, named",
    [
        (LABELS, "gzip"),
        (gzip.compress(LABELS)[:-9], "end"),
        (gzip.compress(b"\x1f"), "at least 8 bytes"),
        (gzip.compress(idx(random_images(4, 2, 2))), "magic number is 0x803, not 0x801"),
        (gzip.compress(LABELS[:-1]), "size 3"),
        (gzip.compress(LABELS + b"0"), "size 5"),
    ],
    ids=["not-gzip", "cut-gzip", "no-header", "images", "too-short", "too-long"],
)
def test_bad_idx_file(content, named, monkeypatch, user_folder):
    write_fashion_mnist(user_folder)
    path = user_folder / "train-labels-idx1-ubyte.gz"
    path.write_bytes(content)
    accept(monkeypatch, user_folder)
    message = error_of(ValueError, "fashion-mnist")
    assert str(path) in message and named in message


@pytest.mark.parametrize("missing", ["X", "y"])
def test_svhn_file_without_images_or_labels(missing, monkeypatch, user_folder):
    write_svhn(user_folder)
    arrays = {"X": random_images(32, 32, 3, 1), "y": np.ones((1, 1), np.uint8)}
    del arrays[missing]
    scipy.io.savemat(user_folder / "train_32x32.mat", arrays)
    accept(monkeypatch, user_folder)
    message = error_of(ValueError, "svhn")
    assert str(user_folder / "train_32x32.mat") in message and "lacks X or y" in message


@pytest.mark.parametrize(
    "images, labels, named",
    [
        (random_images(3, 32, 32, 3), [1, 2, 3], "(3, 32, 32, 3)"),
        (random_images(32, 32, 3), [1, 2, 3], "(32, 32, 3)"),
        (np.zeros((32, 32, 3, 3)), [1, 2, 3], "float64"),
        (random_images(32, 32, 3, 3), [1, 2], "y_train"),
        (random_images(32, 32, 3, 3), [1, 2, 11], "11"),
    ],
    ids=["axes", "rank", "dtype", "label-count", "label-range"],
)
def test_bad_svhn_arrays(images, labels, named, monkeypatch, user_folder):
    write_svhn(user_folder, images, labels)
    accept(monkeypatch, user_folder)
    assert named in error_of(ValueError, "svhn")


# A user's own file


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


def test_own_file_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    np.savez(tmp_path / "own.npz", x_train=random_images(2, 8, 8))
    assert data.load("~/own.npz").x_train.shape == (2, 8, 8, 1)


GOOD = {"x_train": random_images(3, 8, 8), "y_train": np.array([0, 5, 9])}


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


def test_missing_own_file(tmp_path):
    path = tmp_path / "nowhere.npz"
    assert str(path) in error_of(FileNotFoundError, path)


class Bomb:
    """What a pickle of this is told to do when it is read must never be done."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return (Path.touch, (self.trace,))


def test_own_file_with_pickled_objects(tmp_path):
    path, trace = tmp_path / "own.npz", tmp_path / "unpickled"
    np.savez(path, x_train=np.array([Bomb(trace)], object))
    assert str(path) in error_of(ValueError, path)
    path.write_bytes(pickle.dumps(Bomb(trace)))
    assert str(path) in error_of(ValueError, path)
    assert not trace.exists()


def test_truncated_own_file(tmp_path):
    path = tmp_path / "own.npz"
    np.savez(path, **GOOD)
    path.write_bytes(path.read_bytes()[:-30])
    assert str(path) in error_of(ValueError, path)


def test_own_file_with_a_flipped_byte(tmp_path):
    path = tmp_path / "own.npz"
    np.savez(path, **GOOD)
    content = bytearray(path.read_bytes())
    content[200] ^= 255
    path.write_bytes(content)
    assert str(path) in error_of(ValueError, path)


def test_own_file_that_is_one_array(tmp_path):
    path = tmp_path / "own.npz"
    with path.open("wb") as file:
        np.save(file, GOOD["x_train"])
    assert "zip" in error_of(ValueError, path)


@pytest.mark.parametrize("name", ["cifar", "MNIST", "", None])
def test_unknown_name(name):
    message = error_of(ValueError, name)
    assert repr(name) in message
    assert "mnist, fashion-mnist, svhn, svhn-sample, or a path to an .npz file" in message


# Pixels


def test_ranges_of_pixels():
    pixels = np.array([0, 51, 255], np.uint8)
    np.testing.assert_allclose(data.to_signed(pixels), [-1, -0.6, 1], atol=1e-6)
    np.testing.assert_allclose(data.to_unit(pixels), [0, 0.2, 1], atol=1e-7)
    assert data.to_signed(pixels).dtype == data.to_unit(pixels).dtype == tf.float32


def test_pixels_convert_inside_a_graph():
    pixels = tf.constant([[0, 100, 255]], tf.uint8)
    for convert in (data.to_signed, data.to_unit):
        np.testing.assert_allclose(tf.function(convert)(pixels), convert(pixels), rtol=1e-6)


def test_every_pixel_comes_back():
    pixels = np.arange(256, dtype=np.uint8)
    back = data.from_signed(data.to_signed(pixels))
    assert back.dtype == np.uint8
    np.testing.assert_array_equal(back, pixels)


def test_from_signed_rounds_to_the_nearest_and_clips():
    # 127.5 (x + 1): 127.5 * 0.01 = 1.275 and 127.5 * 0.013 = 1.6575.
    assert data.from_signed([-0.99, -0.987, -1.5, 1.5]).tolist() == [1, 2, 0, 255]


def test_from_signed_takes_half_precision():
    # 127.5 * 1.01 = 128.775; in bfloat16, 1.01 would become 1.0078 and the pixel 128.
    images = tf.cast([-1.0, 0.01, 1.0], tf.bfloat16)
    assert data.from_signed(images).tolist() == [0, 129, 255]


def test_balanced_order():
    labels = np.array([0] * 6 + [1] * 3 + [2] * 3)
    order = data.balanced_order(labels, seed=0)
    assert sorted(order) == list(range(12))
    for turn in range(3):
        assert sorted(labels[order[3 * turn : 3 * turn + 3]]) == [0, 1, 2]
    assert set(labels[order[9:]]) == {0}
    assert np.array_equal(order, data.balanced_order(labels, seed=0))
    assert not np.array_equal(order, data.balanced_order(labels, seed=1))


class TestSyntheticDigits:
    @pytest.fixture
    def folder(self, tmp_path, monkeypatch):
        monkeypatch.setattr(data, "FOLDER", tmp_path)
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

    def test_missing(self, folder):
        with pytest.raises(FileNotFoundError, match="synthetic_digits.npz is not in .*: restore"):
            data.synthetic_digits()

    def test_of_something_else(self, folder):
        np.savez(folder / "synthetic_digits.npz", x_train=np.zeros(3))
        with pytest.raises(ValueError, match="has no images and no labels and no first_labels"):
            data.synthetic_digits()


def test_svhn_sample_is_made_grey(user_folder):
    colour = random_images(3, 32, 32, 3)
    np.savez(user_folder / "svhn_sample.npz", x_train=colour)
    sample = data.load("svhn-sample")
    assert sample.x_train.shape == (3, 32, 32, 1) and sample.y_train is None
    luma = colour @ [0.299, 0.587, 0.114]
    assert np.abs(sample.x_train[..., 0] - luma).max() <= 0.5 + 1e-9


def test_svhn_sample_is_the_beginning_of_svhn(monkeypatch, user_folder):
    write_svhn(user_folder)
    (user_folder / "test_32x32.mat").unlink()
    accept(monkeypatch, user_folder)
    monkeypatch.setattr(data, "SVHN_SAMPLE", 2)
    sample = data.load("svhn-sample")
    write_svhn(user_folder)
    accept(monkeypatch, user_folder)
    np.testing.assert_array_equal(sample.x_train, data.load("svhn").x_train[:2])
    assert sample.y_train is None
