"""SVHN, house numbers of Stanford (format 2), made grey; non-commercial use only."""

import numpy as np
import scipy.io

from gan_tf.data.checks import Dataset, checked
from gan_tf.data.downloads import published_file, users_copy
from gan_tf.data.formats import read_npz

ADDRESS = "http://ufldl.stanford.edu/housenumbers/"
SAMPLE = 1083


def load() -> Dataset:
    """All of it: 73,257 and 26,032 grey images (32, 32, 1), as a `Dataset`."""
    x_train, y_train = _read(published_file("train_32x32.mat", ADDRESS))
    x_test, y_test = _read(published_file("test_32x32.mat", ADDRESS))
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    return checked("SVHN", arrays, [str(digit) for digit in range(10)])


def load_sample() -> Dataset:
    """The first 1,083 training images in grey, without labels, as a `Dataset`."""
    path = users_copy("svhn_sample.npz")
    if path is None:
        x_train, _ = _read(published_file("train_32x32.mat", ADDRESS))
        return checked("SVHN", {"x_train": x_train[:SAMPLE].copy()})  # Frees the others.
    colour = checked(path, read_npz(path, ("x_train",))).x_train
    return checked(path, {"x_train": grey(np.moveaxis(colour, 0, -1))})


def _read(path):
    """Grey images (n, 32, 32, 1) and labels (n,) in a file of SVHN's format 2."""
    arrays = scipy.io.loadmat(path, variable_names=("X", "y"))
    if "X" not in arrays or "y" not in arrays:
        raise ValueError(
            f"{path} lacks X or y, the images and labels of SVHN: replace it by the publisher's."
        )
    images, labels = arrays["X"], arrays["y"].ravel()
    if images.dtype != np.uint8 or images.shape[:-1] != (32, 32, 3):
        raise ValueError(
            f"X in {path} is {images.dtype} {images.shape}, but SVHN's format 2 is uint8 "
            "(32, 32, 3, n): replace it by the publisher's."
        )
    return grey(images), np.where(labels == 10, 0, labels)


def grey(images: np.ndarray) -> np.ndarray:
    """Colour uint8 (height, width, 3, n) -> grey uint8 (n, height, width, 1), halves going up.

    The weights are those of ITU-R BT.601, in whole thousandths so that rounding is exact.
    """
    weights = np.array([299, 587, 114], np.uint32)
    thousandths = np.einsum("hwcn,c->nhw", images, weights, order="C")
    return ((thousandths + 500) // 1000).astype(np.uint8)[..., None]
