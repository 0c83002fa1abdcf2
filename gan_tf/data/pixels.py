"""Images: where they come from, and the one place that converts their pixels.

Sources, licences and checksums are in data/README.md. Every published file is checked by
its MD5 sum before it is read, MNIST by that of its arrays.
"""

import gzip
import hashlib
import lzma
import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import scipy.io
import tensorflow as tf

FOLDER = Path(__file__).resolve().parents[2] / "data"
FASHION_MNIST = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
SVHN = "http://ufldl.stanford.edu/housenumbers/"
SVHN_SAMPLE = 1083
# Of the bytes of its four arrays, one after the other: files of the same arrays may differ.
MNIST_MD5 = "bd3808b2414328cf71cc2764408ae4c5"
MD5 = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    "train_32x32.mat": "e26dedcc434d2e4c54c9b2d4a06d8373",
    "test_32x32.mat": "eb5a983be6a315427106f1b164d9cef3",
}

# What reading a damaged archive raises.
DAMAGED = zipfile.BadZipFile, zlib.error, lzma.LZMAError


class Dataset(NamedTuple):
    """Images uint8 (n, height, width, channels) and labels uint8 (n,) of 0 to 9.

    The published data sets fill all four; of a user's file, what it lacks is None.
    """

    x_train: np.ndarray
    y_train: np.ndarray | None
    x_test: np.ndarray | None
    y_test: np.ndarray | None


class SyntheticDigits(NamedTuple):
    """Digits that the released `dcgan` run drew, some with labels given by eye.

    `images` is uint8 (6336, 28, 28, 1). `labels` and `first_labels` are int8 (1000,), of the
    first images: 0 to 9, or -1 for no recognisable digit; the first ones are from before any
    classifier's opinion was seen.
    """

    images: np.ndarray
    labels: np.ndarray
    first_labels: np.ndarray

    def recognisable(self):
        """Images and labels of those of the labelled that are a digit."""
        is_digit = self.labels >= 0
        return self.images[: len(self.labels)][is_digit], self.labels[is_digit]


def synthetic_digits():
    """The synthetic digits of data/synthetic_digits.npz; data/README.md says how they were made.

    Raises:
        FileNotFoundError: if the file is not there.
        ValueError: if it is corrupt.
    """
    path = FOLDER / "synthetic_digits.npz"
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is not in {FOLDER}: restore it with git.")
    arrays = _read_npz(path, SyntheticDigits._fields)
    lacking = [key for key in SyntheticDigits._fields if key not in arrays]
    if lacking:
        raise ValueError(f"{path} has no {' and no '.join(lacking)}: restore it with git.")
    return SyntheticDigits(**arrays)


def load(name):
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
        "svhn": _load_svhn,
        "svhn-sample": _load_svhn_sample,
    }
    if name not in loaders:
        raise ValueError(
            f"There is no data set {name!r}: use one of {', '.join(loaders)}, or a path to an "
            ".npz file."
        )
    return loaders[name]()


def to_signed(images):
    """Pixels uint8 0-255 -> float32 in [-1, 1], the range of generators and discriminators."""
    return tf.cast(images, tf.float32) / 127.5 - 1


def to_unit(images):
    """Pixels uint8 0-255 -> float32 in [0, 1], the range of classifiers."""
    return tf.cast(images, tf.float32) / 255


def from_signed(images):
    """Pixels float in [-1, 1] -> uint8 0-255, to the nearest; values beyond are clipped."""
    images = np.asarray(images, np.float32)
    return np.clip(np.rint((images + 1) * 127.5), 0, 255).astype(np.uint8)


def balanced_order(labels, seed):
    """An order (n,) of images in which the classes take turns, each shuffled by the seed.

    Every beginning of it is balanced, until the rarest class is used up.
    """
    random = np.random.default_rng(seed)
    turns = np.empty(len(labels), int)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        turns[random.permutation(members)] = np.arange(len(members))
    return np.lexsort((random.permutation(len(labels)), turns))


def _load_mnist():
    path = FOLDER / "mnist.npz"
    if not path.is_file():
        path = _users_copy("mnist.npz")
    if path is None:
        raise FileNotFoundError(
            f"mnist.npz is not in {FOLDER}: restore it with git, or put it into a folder and "
            "name that folder in the environment variable GAN_TF_DATA."
        )
    try:
        dataset = _dataset(path, _read_npz(path))
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
        return _read_idx(_published(name, FASHION_MNIST), rank)

    arrays = {
        "x_train": read("train-images-idx3-ubyte.gz", rank=3),
        "y_train": read("train-labels-idx1-ubyte.gz", rank=1),
        "x_test": read("t10k-images-idx3-ubyte.gz", rank=3),
        "y_test": read("t10k-labels-idx1-ubyte.gz", rank=1),
    }
    return _dataset("Fashion-MNIST", arrays)


def _load_svhn():
    x_train, y_train = _read_svhn(_published("train_32x32.mat", SVHN))
    x_test, y_test = _read_svhn(_published("test_32x32.mat", SVHN))
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    return _dataset("SVHN", arrays)


def _load_svhn_sample():
    path = _users_copy("svhn_sample.npz")
    if path is None:
        x_train, _ = _read_svhn(_published("train_32x32.mat", SVHN))
        return _dataset("SVHN", {"x_train": x_train[:SVHN_SAMPLE].copy()})  # Frees the others.
    colour = _load_npz(path).x_train
    return _dataset(path, {"x_train": _luma(np.moveaxis(colour, 0, -1))})


def _load_npz(path):
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}: give the path of an .npz file.")
    return _dataset(path, _read_npz(path))


def _published(name, address):
    """Path of the publisher's file `name`: the user's copy, else downloaded from `address`."""
    path = _users_copy(name)
    return _download(name, address) if path is None else _verified(path)


def _users_copy(name):
    """Path of the file `name` in the folder that GAN_TF_DATA names, or None."""
    named = os.environ.get("GAN_TF_DATA")
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(
            f"GAN_TF_DATA names the folder {named}, which does not exist: make it, or unset the "
            "variable."
        )
    path = folder / name
    return path if path.is_file() else None


def _verified(path):
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "md5").hexdigest()
    if found != MD5[path.name]:
        raise ValueError(
            f"{path} is damaged or another file than the published one (its MD5 is {found}, not "
            f"{MD5[path.name]}): replace it by the original, which data/README.md names."
        )
    return path


def _download(name, address):
    try:
        path = keras.utils.get_file(
            name,
            address + name,
            file_hash=MD5[name],
            hash_algorithm="md5",
            cache_subdir="gan_tf",
        )
    except Exception as error:  # Keras raises no narrower class where the network fails.
        reason = str(error).split(" -- ")[-1].rstrip(".")
        raise FileNotFoundError(
            f"{name} could not be downloaded from {address + name} ({reason}): put the file into "
            "a folder and name that folder in the environment variable GAN_TF_DATA."
        ) from error
    return Path(path)


def _read_npz(path, keys=Dataset._fields):
    """Those of the arrays `keys` that the file holds, by name; nothing is ever unpickled."""
    try:
        if not zipfile.is_zipfile(path):
            raise ValueError("it is no zip archive, or not the whole of one")
        with np.load(path, allow_pickle=False) as arrays:
            return {key: np.asarray(arrays[key]) for key in keys if key in arrays}
    except (ValueError, OSError, EOFError, RuntimeError, *DAMAGED) as error:
        raise ValueError(
            f"{path} cannot be read as an .npz file of plain arrays ({error}): write it anew with "
            "numpy.savez_compressed."
        ) from error


def _read_idx(path, rank):
    """The array of bytes in a gzipped IDX file.

    IDX is the format of MNIST: the magic number 0x800 + rank and the `rank` sizes as
    big-endian 32-bit integers, then the bytes.
    """
    try:
        with gzip.open(path) as file:
            content = file.read()
        magic, *shape = struct.unpack_from(f">{rank + 1}I", content)
        if magic != 0x800 + rank:
            raise ValueError(f"its magic number is {magic:#x}, not {0x800 + rank:#x}")
        # A copy, because arrays of frombuffer cannot be written to.
        return np.frombuffer(content, np.uint8, offset=4 * (rank + 1)).reshape(shape).copy()
    except (ValueError, OSError, EOFError, struct.error, zlib.error) as error:
        raise ValueError(
            f"{path} is not a whole gzipped IDX file of rank {rank} ({error}): replace it by the "
            "publisher's."
        ) from error


def _read_svhn(path):
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
    return _luma(images), np.where(labels == 10, 0, labels)


def _luma(images):
    """Colour uint8 (height, width, 3, n) -> grey uint8 (n, height, width, 1), halves going up.

    The weights are those of ITU-R BT.601, in whole thousandths so that rounding is exact.
    """
    weights = np.array([299, 587, 114], np.uint32)
    thousandths = np.einsum("hwcn,c->nhw", images, weights, order="C")
    return ((thousandths + 500) // 1000).astype(np.uint8)[..., None]


def _dataset(source, arrays):
    """The `Dataset` of `arrays` by name, after checks whose errors name `source`."""
    if "x_train" not in arrays:
        raise ValueError(f"{source} holds no x_train: save the training images under that name.")
    x_train, x_test = (_images(source, key, arrays.get(key)) for key in ("x_train", "x_test"))
    if x_test is not None and x_test.shape[1:] != x_train.shape[1:]:
        raise ValueError(
            f"{source} has training images of {x_train.shape[1:]} but test images of "
            f"{x_test.shape[1:]}: make them the same size."
        )
    return Dataset(
        x_train,
        _labels(source, "y_train", arrays.get("y_train"), x_train),
        x_test,
        _labels(source, "y_test", arrays.get("y_test"), x_test),
    )


def _images(source, key, images):
    if images is None:
        return None
    if images.dtype != np.uint8:
        raise ValueError(
            f"{key} in {source} is {images.dtype}, but pixels must be uint8: save them as whole "
            "numbers from 0 to 255 of that type."
        )
    if images.ndim not in (3, 4):
        raise ValueError(
            f"{key} in {source} has shape {images.shape}, but images must be (n, height, width) "
            "or (n, height, width, channels): reshape them."
        )
    if images.size == 0:
        raise ValueError(f"{key} in {source} is empty: save at least one image.")
    if images.ndim == 3:
        images = images[..., None]
    if images.shape[-1] not in (1, 3):
        raise ValueError(
            f"{key} in {source} has {images.shape[-1]} channels on its last axis, but images must "
            "have 1 (grey) or 3 (colour): reorder the axes or drop the others."
        )
    return images


def _labels(source, key, labels, images):
    if labels is None:
        return None
    if images is None:
        raise ValueError(f"{source} holds {key} without its images: add them or leave it out.")
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"{key} in {source} is {labels.dtype}, but labels must be whole numbers: save them as "
            "uint8."
        )
    if labels.shape != (len(images),):
        raise ValueError(
            f"{key} in {source} has shape {labels.shape}, but there are {len(images)} images: "
            f"save one label an image, of shape ({len(images)},)."
        )
    if labels.min() < 0 or labels.max() > 9:
        raise ValueError(
            f"{key} in {source} ranges from {labels.min()} to {labels.max()}: number the classes "
            "from 0 to 9."
        )
    return labels.astype(np.uint8)
