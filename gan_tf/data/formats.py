"""Files of images and labels: .npz and .npy, IDX, MATLAB, CSV, HDF5. Nothing is ever unpickled.

Each reader gives arrays by the names of `checks.ARRAYS`. What a file declares to hold has to fit
into memory before any of it is read.
"""

import gzip
import math
import re
import struct
import zipfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import psutil
import scipy.io

from gan_tf.data.checks import ARRAYS
from gan_tf.data.conversions import Arrays
from gan_tf.storage.files import reason

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


# Bytes a number of each of MATLAB's classes.
_MATLAB_BYTES = {"double": 8, "int64": 8, "uint64": 8, "single": 4, "int32": 4, "uint32": 4}


@contextmanager
def _reading(path: Path, kind: str, advice: str) -> Iterator[None]:
    """Turns what a library raises that reads a file, whatever it be, into a sentence.

    Args:
        kind: what the file should be.
        advice: what to do, the end of the sentence.
    """
    try:
        yield
    except _TooLarge:
        raise
    except MemoryError as error:
        raise ValueError(
            f"{path} is too large for the memory that is free: divide it, or give a folder of "
            "images, of which large ones are kept in a temporary file."
        ) from error
    except Exception as error:
        raise ValueError(f"{path} cannot be read as {kind} ({reason(error)}): {advice}.") from error


class _TooLarge(ValueError):
    """The sentence that a file does not fit into memory."""


def _check_room(path, size):
    """Raise a `ValueError` if so many bytes do not fit into memory."""
    free = psutil.virtual_memory().available
    if size > free:
        raise _TooLarge(
            f"{path} holds {size / 2**30:,.1f} GiB, but only {free / 2**30:,.1f} GiB of memory are "
            "free: divide it, or give a folder of images, of which large ones are kept in a "
            "temporary file."
        )


def read_npz(path: Path, keys: Iterable[str]) -> Arrays:
    """Those of the arrays `keys` that the .npz file at `path` holds, by name.

    Raises:
        ValueError: if the file is damaged, too large, or holds what would have to be unpickled.
    """
    sizes = _npz_sizes(path)
    wanted = [key for key in keys if key in sizes]
    _check_room(path, sum(sizes[key] for key in wanted))
    with _reading_npz(path), np.load(path, allow_pickle=False) as arrays:
        return {key: np.asarray(arrays[key]) for key in wanted}


def named_npz(path: Path) -> Arrays:
    """The images and labels of an .npz file."""
    names = _names(path, _npz_sizes(path))
    arrays = read_npz(path, names.values())
    return {ours: arrays[theirs] for ours, theirs in names.items()}


def _npz_sizes(path):
    """The bytes of each array in an .npz file, by name."""
    with _reading_npz(path):
        if not zipfile.is_zipfile(path):
            raise ValueError("it is no zip archive, or not the whole of one")
        with zipfile.ZipFile(path) as archive:
            inside = archive.infolist()
        return {entry.filename.removesuffix(".npy"): entry.file_size for entry in inside}


def _reading_npz(path):
    advice = "write it anew with numpy.savez_compressed"
    return _reading(path, "an .npz file of plain arrays", advice)


def read_npy(path: Path) -> Arrays:
    """The images of an .npy file."""
    _check_room(path, path.stat().st_size)
    with _reading(path, "an .npy file of a plain array", "write it anew with numpy.save"):
        with path.open("rb") as file:
            if np.lib.format.read_magic(file)[0] not in (1, 2, 3):
                raise ValueError("it is of an unknown version")
        # Mapped first, which fails where the header says more than there is.
        return {"x_train": np.array(np.load(path, mmap_mode="r", allow_pickle=False))}


def _names(path: Path, held: Collection[str], say: bool = True) -> dict[str, str]:
    """Our names -> those that the file gives its arrays; printed where they differ, if `say`."""
    fitting = [names for names in _NAMES if names["x_train"] in held]
    if len(fitting) != 1:
        known = ", ".join(names["x_train"] for names in (fitting or _NAMES))
        reason = "any of several arrays may be the images" if fitting else "none is called images"
        raise ValueError(
            f"{path} holds {', '.join(sorted(held)) or 'no arrays'}, of which {reason} ({known}): "
            "save the images as x_train and their labels as y_train."
        )
    names = {ours: theirs for ours, theirs in fitting[0].items() if theirs in held}
    if say and set(names.values()) != set(names):
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
    with _reading(path, f"an IDX file of rank {rank}", "replace it by the publisher's"):
        with path.open("rb") as file:
            is_packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if is_packed else path.open("rb") as file:
            magic, *shape = struct.unpack(f">{rank + 1}I", file.read(4 * (rank + 1)))
            if magic != 0x800 + rank:
                raise ValueError(f"its magic number is {magic:#x}, not {0x800 + rank:#x}")
            size = math.prod(shape)
            _check_room(path, size)
            content = file.read(size + 1)
        if len(content) != size:
            found = "more" if len(content) > size else f"{len(content):,}"
            raise ValueError(f"it should hold {size:,} bytes, but holds {found}")
        # A copy, because arrays of frombuffer cannot be written to.
        return np.frombuffer(content, np.uint8).reshape(shape).copy()


def named_idx(path: Path) -> Arrays:
    """The images of an IDX file, with the labels and the test set that lie beside it.

    They are found by MNIST's own names: train-images-idx3-ubyte, train-labels-idx1-ubyte,
    t10k-images-idx3-ubyte and so on, each with .gz or without.
    """
    arrays, used = {"x_train": read_idx(path, rank=3)}, []
    test = path.name.replace("train", "t10k")
    others = {"y_train": (path.name, 1)}
    if test != path.name:
        others |= {"x_test": (test, 3), "y_test": (test, 1)}
    for name, (images, rank) in others.items():
        file = images if rank == 3 else images.replace("images", "labels").replace("idx3", "idx1")
        beside = _packed_or_not(path.with_name(file))
        is_wanted = beside and beside != path and (name != "y_test" or "x_test" in arrays)
        if is_wanted:
            arrays[name] = read_idx(beside, rank)
            used.append(f"{beside.name} is {name}")
    if used:
        print(f"{path}: {', '.join(used)}.")
    return arrays


def _packed_or_not(path):
    """The file at `path`, or the same with .gz or without; `None` if there is none."""
    other = path.with_suffix("") if path.suffix == ".gz" else path.with_name(f"{path.name}.gz")
    return next((each for each in (path, other) if each.is_file()), None)


def read_mat(path: Path) -> Arrays:
    """The images and labels of a MATLAB file; those of SVHN's layout are brought into order.

    That is X, (height, width, channels, n), and y, (n, 1), in which 10 is the digit 0.
    """
    advice = "write it anew with scipy.io.savemat"
    with _reading(path, "a MATLAB file", advice):
        is_hdf5 = h5py.is_hdf5(path)  # Of MATLAB 7.3 on.
        held = [] if is_hdf5 else scipy.io.whosmat(path)
    if is_hdf5:  # It has the axes the other way round.
        arrays = {name: array.T for name, array in read_hdf5(path).items()}
        names = _names(path, _hdf5_sizes(path), say=False)
    else:
        sizes = {name: math.prod(shape) * _MATLAB_BYTES.get(kind, 2) for name, shape, kind in held}
        names = _names(path, sizes)
        _check_room(path, sum(sizes[name] for name in names.values()))
        with _reading(path, "a MATLAB file", advice):
            found = scipy.io.loadmat(path, variable_names=[*names.values()])
            arrays = {ours: np.asarray(found[theirs]) for ours, theirs in names.items()}
    if "y_train" in arrays:  # MATLAB has rows or columns, and nothing of one axis.
        arrays["y_train"] = arrays["y_train"].ravel()
    images = arrays["x_train"]
    if names["x_train"] != "X" or images.ndim != 4 or images.shape[2] not in (1, 3):
        return arrays
    print(f"{path}: X of shape {images.shape} is (height, width, channels, n), as in SVHN.")
    arrays["x_train"] = np.moveaxis(images, 3, 0)
    labels = arrays.get("y_train")
    is_number = labels is not None and labels.size and labels.dtype.kind in "uif"
    if is_number and labels.min() >= 1 and labels.max() == 10:
        print(f"{path}: the label 10 is the digit 0, as in SVHN.")
        arrays["y_train"] = np.where(labels == 10, 0, labels)
    return arrays


def read_csv(path: Path) -> Arrays:
    """The images of a CSV file in the layout of Kaggle's digit recogniser.

    A row an image: the column `label`, which may be missing, and those of the pixels, named in the
    first row, of square grey images, row by row.
    """
    # Of a text "0," come eight bytes, and a copy.
    _check_room(path, 8 * path.stat().st_size)
    with _reading(path, "a CSV file", "write it anew, a row an image"):
        frame = pd.read_csv(path)
        if not frame.size:
            raise ValueError("it has no row below its first one")
        if not isinstance(frame.index, pd.RangeIndex):
            raise ValueError("its rows have more numbers than there are names of columns")
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
    held = _hdf5_sizes(path)
    names = _names(path, held)
    _check_room(path, sum(held[theirs] for theirs in names.values()))
    with _reading(path, "an HDF5 file", _HDF5_ADVICE), h5py.File(path) as file:
        return {ours: np.asarray(_array(file[theirs])) for ours, theirs in names.items()}


_HDF5_ADVICE = "write it anew with h5py"


def _hdf5_sizes(path):
    """The bytes of each array at the top of an HDF5 file, by name."""
    with _reading(path, "an HDF5 file", _HDF5_ADVICE), h5py.File(path) as file:
        return {
            name: each.size * each.dtype.itemsize
            for name, each in file.items()
            if isinstance(each, h5py.Dataset)
        }


def _array(stored):
    return stored.asstr()[()].astype(str) if h5py.check_string_dtype(stored.dtype) else stored[()]


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
