"""Small files in the publishers' formats."""

import gzip
import hashlib
import struct

import numpy as np
import pytest
import scipy.io

from gan_tf import data
from gan_tf.data import downloads


def accept(monkeypatch, folder):
    """Take the files in `folder` for the published ones."""
    for path in folder.iterdir():
        monkeypatch.setitem(downloads.MD5, path.name, hashlib.md5(path.read_bytes()).hexdigest())


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


def error_of(error_class, name, **options):
    """The message of the one-sentence error that loading `name` raises."""
    with pytest.raises(error_class) as caught:
        data.load(name, **options)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


GOOD = {"x_train": random_images(3, 8, 8), "y_train": np.array([0, 5, 9])}
