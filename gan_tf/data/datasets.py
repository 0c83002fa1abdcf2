"""Data sets by name: MNIST, Fashion-MNIST, SVHN, or a file of one's own."""

import hashlib
from pathlib import Path

from gan_tf.data import downloads, svhn
from gan_tf.data.checks import Dataset, checked
from gan_tf.data.formats import read_idx, read_npz

FASHION_MNIST = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
# Of the bytes of its four arrays, one after the other: files of the same arrays may differ.
MNIST_MD5 = "bd3808b2414328cf71cc2764408ae4c5"


def load(name: str | Path) -> Dataset:
    """The data set called `name`, as a `Dataset`.

    Args:
        name: one of

            "mnist": handwritten digits, 60,000 and 10,000 of (28, 28, 1); it lies in data/.
            "fashion-mnist": clothes of Zalando Research, the same sizes.
            "svhn": house numbers of Stanford (format 2), 73,257 and 26,032 of (32, 32, 1),
                made grey by the luma of ITU-R BT.601; non-commercial use only.
            "svhn-sample": the first 1,083 of its training images, without labels; from
                svhn_sample.npz (`x_train`, colour) if the folder that GAN_TF_DATA names has it.
            a path that ends in .npz: `x_train`, uint8 (n, height, width) or (n, height, width,
                channels) with 1 or 3 channels, and any of `y_train`, `x_test`, `y_test`, labels
                being whole numbers from 0 to 9; colour is kept.

    Files of all but the first are looked for in the folder that the environment variable
    GAN_TF_DATA names, and downloaded from their publisher into Keras's cache otherwise.

    Raises:
        ValueError: for an unknown name, a file that is damaged or not the published one, or
            arrays that are not as described above.
        FileNotFoundError: if a file is missing and cannot be downloaded, or GAN_TF_DATA names
            a folder that does not exist.
    """
    if str(name).endswith(".npz"):
        return _load_npz(Path(name).expanduser())
    loaders = {
        "mnist": _load_mnist,
        "fashion-mnist": _load_fashion_mnist,
        "svhn": svhn.load,
        "svhn-sample": svhn.load_sample,
    }
    if name not in loaders:
        raise ValueError(
            f"There is no data set {name!r}: use one of {', '.join(loaders)}, or a path to an "
            ".npz file."
        )
    return loaders[name]()


def _load_mnist():
    path = downloads.FOLDER / "mnist.npz"
    if not path.is_file():
        path = downloads.users_copy("mnist.npz")
    if path is None:
        raise FileNotFoundError(
            f"mnist.npz is not in {downloads.FOLDER}: restore it with git, or put it into a folder "
            "and name that folder in the environment variable GAN_TF_DATA."
        )
    try:
        dataset = checked(path, read_npz(path, Dataset._fields))
        arrays = [array for array in dataset if array is not None]
        found = hashlib.md5(b"".join(array.tobytes() for array in arrays)).hexdigest()
        if found != MNIST_MD5:
            raise ValueError(f"the MD5 of its arrays is {found}, not {MNIST_MD5}")
    except ValueError as error:
        raise ValueError(
            f"{path} is damaged or not MNIST ({str(error).rstrip('.')}): restore it with git, or "
            "replace it by Keras's mnist.npz."
        ) from error
    return dataset


def _load_fashion_mnist():
    def read(name, rank):
        return read_idx(downloads.published_file(name, FASHION_MNIST), rank)

    arrays = {
        "x_train": read("train-images-idx3-ubyte.gz", rank=3),
        "y_train": read("train-labels-idx1-ubyte.gz", rank=1),
        "x_test": read("t10k-images-idx3-ubyte.gz", rank=3),
        "y_test": read("t10k-labels-idx1-ubyte.gz", rank=1),
    }
    return checked("Fashion-MNIST", arrays)


def _load_npz(path):
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}: give the path of an .npz file.")
    return checked(path, read_npz(path, Dataset._fields))
