"""Files of images and labels: .npz and .npy, IDX, MATLAB, CSV, HDF5. Nothing is ever unpickled.

Each reader gives arrays by the names of `checks.ARRAYS`.
"""

import gzip
import lzma
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterable
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import scipy.io

from gan_tf.data.checks import ARRAYS
from gan_tf.data.conversions import Arrays
from gan_tf.storage.files import reason

# What reading a damaged archive raises.
DAMAGED = zipfile.BadZipFile, zlib.error, lzma.LZMAError
# What a file may call its arrays. Without a word about it, they are the training images.
_NAMES = (
    dict(zip(ARRAYS, ARRAYS, strict=True)),
    {
        "x_train": "train_images",
        "y_train": "train_labels",
        "x_test": "test_images",
        "y_test": "test_labels",
    },
    {"x_train": "images", "y_train": "labels"},
    {"x_train": "x", "y_train": "y"},
    {"x_train": "X", "y_train": "y"},
    {"x_train": "arr_0", "y_train": "arr_1"},
)


def read_npz(path: Path, keys: Iterable[str]) -> Arrays:
    """Those of the arrays `keys` that the .npz file at `path` holds, by name.

    Raises:
        ValueError: if the file is damaged, or holds what would have to be unpickled.
    """
    with _readable_npz(path):
        if not zipfile.is_zipfile(path):
            raise ValueError("it is no zip archive, or not the whole of one")
        with np.load(path, allow_pickle=False) as arrays:
            return {key: np.asarray(arrays[key]) for key in keys if key in arrays}


def named_npz(path: Path) -> Arrays:
    """The images and labels of an .npz file."""
    with _readable_npz(path), zipfile.ZipFile(path) as archive:
        held = [name.removesuffix(".npy") for name in archive.namelist()]
    names = _names(path, held)
    arrays = read_npz(path, names.values())
    return {ours: arrays[theirs] for ours, theirs in names.items()}


@contextmanager
def _readable_npz(path):
    """Turns what reading an .npz file raises into a sentence."""
    try:
        yield
    except (ValueError, OSError, EOFError, RuntimeError, *DAMAGED) as error:
        raise ValueError(
            f"{path} cannot be read as an .npz file of plain arrays ({reason(error)}): write "
            "it anew with numpy.savez_compressed."
        ) from error


def read_npy(path: Path) -> Arrays:
    """The images of an .npy file."""
    try:
        return {"x_train": np.load(path, allow_pickle=False)}
    except (ValueError, OSError, EOFError) as error:
        # NumPy would advise to unpickle it.
        raise ValueError(
            f"{path} is no .npy file of a plain array, or not the whole of one: write it anew with "
            "numpy.save."
        ) from error


def _names(path: Path, held: Collection[str]) -> dict[str, str]:
    """Our names -> those that the file gives its arrays."""
    fitting = [names for names in _NAMES if names["x_train"] in held]
    if len(fitting) != 1:
        known = ", ".join(names["x_train"] for names in (fitting or _NAMES))
        reason = "any of several arrays may be the images" if fitting else "none is called images"
        raise ValueError(
            f"{path} holds {', '.join(sorted(held)) or 'no arrays'}, of which {reason} ({known}): "
            "save the images as x_train and their labels as y_train."
        )
    names = {ours: theirs for ours, theirs in fitting[0].items() if theirs in held}
    if set(names.values()) != set(names):
        print(
            f"{path}: " + ", ".join(f"{theirs} is {ours}" for ours, theirs in names.items()) + "."
        )
    return names


def read_idx(path: Path, rank: int) -> np.ndarray:
    """The array of bytes in an IDX file, plain or gzipped.

    IDX is the format of MNIST: the magic number 0x800 + rank and the `rank` sizes as
    big-endian 32-bit integers, then the bytes.

    Raises:
        ValueError: if it is not such a file, or not the whole of one.
    """
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        magic, *shape = struct.unpack_from(f">{rank + 1}I", content)
        if magic != 0x800 + rank:
            raise ValueError(f"its magic number is {magic:#x}, not {0x800 + rank:#x}")
        # A copy, because arrays of frombuffer cannot be written to.
        return np.frombuffer(content, np.uint8, offset=4 * (rank + 1)).reshape(shape).copy()
    except (ValueError, OSError, EOFError, struct.error, zlib.error) as error:
        raise ValueError(
            f"{path} is not a whole IDX file of rank {rank} ({reason(error)}): replace it by the "
            "publisher's."
        ) from error


def named_idx(path: Path) -> Arrays:
    """The images of an IDX file, with the labels and the test set that lie beside it.

    They are found by MNIST's own names: train-images-idx3-ubyte, train-labels-idx1-ubyte,
    t10k-images-idx3-ubyte and so on, each with .gz or without.
    """
    arrays, used = {"x_train": read_idx(path, rank=3)}, []
    others = {
        "y_train": (path.name.replace("images", "labels").replace("idx3", "idx1"), 1),
        "x_test": (path.name.replace("train", "t10k"), 3),
        "y_test": (
            path.name.replace("train", "t10k").replace("images", "labels").replace("idx3", "idx1"),
            1,
        ),
    }
    for name, (file, rank) in others.items():
        beside = path.with_name(file)
        if file != path.name and beside.is_file():
            arrays[name] = read_idx(beside, rank)
            used.append(f"{file} is {name}")
    if used:
        print(f"{path}: {', '.join(used)}.")
    return arrays


def read_mat(path: Path) -> Arrays:
    """The images and labels of a MATLAB file; those of SVHN's layout are brought into order.

    That is X, (height, width, channels, n), and y, (n, 1), in which 10 is the digit 0.
    """
    try:
        arrays = scipy.io.loadmat(path)
    except NotImplementedError:
        return read_hdf5(path)  # Of MATLAB 7.3 on.
    except Exception as error:  # SciPy raises whatever the damage leads to.
        raise ValueError(
            f"{path} cannot be read as a MATLAB file ({reason(error)}): write it anew with "
            "scipy.io.savemat."
        ) from error
    names = _names(path, [name for name in arrays if not name.startswith("__")])
    arrays = {ours: arrays[theirs] for ours, theirs in names.items()}
    if "y_train" in arrays:  # MATLAB has rows or columns, and nothing of one axis.
        arrays["y_train"] = arrays["y_train"].ravel()
    images = arrays["x_train"]
    if names["x_train"] != "X" or images.ndim != 4 or images.shape[2] not in (1, 3):
        return arrays
    print(f"{path}: X of shape {images.shape} is (height, width, channels, n), as in SVHN.")
    arrays["x_train"] = np.moveaxis(images, 3, 0)
    labels = arrays.get("y_train")
    if labels is not None and labels.min() >= 1 and labels.max() == 10:
        print(f"{path}: the label 10 is the digit 0, as in SVHN.")
        arrays["y_train"] = np.where(labels == 10, 0, labels)
    return arrays


def read_csv(path: Path) -> Arrays:
    """The images of a CSV file in the layout of Kaggle's digit recogniser.

    A row an image: the column `label`, which may be missing, and those of the pixels, named in the
    first row, of square grey images, row by row.
    """
    try:
        frame = pd.read_csv(path)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise ValueError(
            f"{path} cannot be read as a CSV file ({reason(error)}): write it anew, a row an image."
        ) from error
    if frame.shape[1] == 1 and ";" in frame.columns[0]:
        raise ValueError(f"{path} has semicolons between its columns: write it with commas.")
    if _is_number(frame.columns[0]):
        raise ValueError(
            f"{path} has numbers in its first row, where the columns' names must be: add a row "
            "label,pixel0,pixel1 and so on."
        )
    labels = frame.pop("label") if "label" in frame else None
    _check_pixel_columns(path, frame.columns)
    side = math.isqrt(frame.shape[1])
    if side**2 != frame.shape[1] or not side:
        raise ValueError(
            f"{path} has {frame.shape[1]} columns besides label, which is no square number of "
            "pixels: keep the label and the pixels of square grey images only."
        )
    numbers = frame.apply(pd.to_numeric, errors="coerce")
    if numbers.isna().to_numpy().any():
        row, column = np.argwhere(numbers.isna().to_numpy())[0]
        raise ValueError(
            f"{path} has {str(frame.iat[row, column])!r} in row {row + 2}, column "
            f"{frame.columns[column]}, where a pixel must be: write a number from 0 to 255 there."
        )
    print(f"{path}: {side**2} columns of pixels are {side}×{side} images, row by row.")
    arrays = {"x_train": numbers.to_numpy().reshape(-1, side, side)}
    if labels is not None:
        if labels.isna().any():
            row = int(np.flatnonzero(labels.isna())[0]) + 2
            raise ValueError(f"{path} has no label in row {row}: write one there.")
        is_text = labels.dtype.kind not in "biuf"
        arrays["y_train"] = labels.to_numpy(str if is_text else labels.dtype)
    return arrays


def _check_pixel_columns(path, names):
    """Raise a `ValueError` if columns called pixel0, pixel1 and so on are not in that order."""
    numbers = [re.fullmatch(r"pixel(\d+)", name) for name in names]
    if not any(numbers):
        return
    start = int(numbers[0][1]) if numbers[0] else 0
    for place, (name, number) in enumerate(zip(names, numbers, strict=True), start):
        if not number or int(number[1]) != place:
            raise ValueError(
                f"{path} has the column {name} where pixel{place} must be: write each pixel once, "
                "row by row."
            )


def read_hdf5(path: Path) -> Arrays:
    """The images and labels of an HDF5 file, as data sets at its top."""
    try:
        with h5py.File(path) as file:
            held = [name for name in file if isinstance(file[name], h5py.Dataset)]
            names = _names(path, held)
            return {ours: _array(file[theirs]) for ours, theirs in names.items()}
    except (OSError, RuntimeError, KeyError) as error:
        raise ValueError(
            f"{path} cannot be read as an HDF5 file ({reason(error)}): write it anew with h5py."
        ) from error


def _array(stored):
    return stored.asstr()[()].astype(str) if h5py.check_string_dtype(stored.dtype) else stored[()]


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
