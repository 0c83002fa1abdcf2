"""What public functions are given: numbers, paths, images, labels, features. Checked here."""

import math
import operator
import os
from pathlib import Path
from typing import Any

import numpy as np

from gan_tf.options import MOST_SEED

_LARGEST = float(np.finfo(float).max)


def whole_number(value: Any, name: str, least: int = 0, most: int | None = None) -> int:
    """A whole number, of Python or of NumPy, as an `int`.

    Args:
        name: what to call it in an error.
        least, most: the smallest and the largest that is allowed.

    Raises:
        ValueError: if it is none, or out of range.
    """
    try:
        number = None if isinstance(value, bool | np.bool_) else operator.index(value)
    except TypeError:
        number = None
    if number is None or number < least or most is not None and number > most:
        allowed = f"of at least {least}" if most is None else f"from {least} to {most:,}"
        raise ValueError(f"{name} is {_shown(value)}, but must be a whole number {allowed}.")
    return number


def number(value: Any, name: str, least: float = 0.0, most: float = math.inf) -> float:
    """A finite number, of Python or of NumPy, as a `float`.

    Args:
        name: what to call it in an error.
        least, most: the smallest and the largest that is allowed.

    Raises:
        ValueError: if it is none, or out of range.
    """
    is_number = isinstance(value, int | float | np.integer | np.floating)
    if not is_number or isinstance(value, bool) or not least <= value <= min(most, _LARGEST):
        allowed = f"from {least:g} to {most:g}" if most < math.inf else f"of at least {least:g}"
        raise ValueError(f"{name} is {_shown(value)}, but must be a number {allowed}.")
    return float(value)


def seed(value: Any) -> int:
    """A seed of anything random.

    Raises:
        ValueError: if it is no whole number from 0 to 2**31 - 1.
    """
    return whole_number(value, "seed", most=MOST_SEED)


def path(value: Any, name: str = "path") -> Path:
    """The path of a file or a folder, which need not be there.

    Raises:
        ValueError: if it is no text and no path, or can be none.
    """
    text = os.fspath(value) if isinstance(value, str | os.PathLike) else None
    if not isinstance(text, str) or not text or "\0" in text or _is_too_long(text):
        raise ValueError(f"{name} is {_shown(value)}, but must be the path of a file or a folder.")
    return Path(text)


def images(
    value: Any, name: str = "images", shape: tuple[int, ...] | None = None, least: int = 1
) -> np.ndarray:
    """Images: uint8 (n, height, width, channels), 0 to 255, of 1 or 3 channels.

    `data.as_images` makes such an array of others that hold images.

    Args:
        name: what to call them in an error.
        shape: (height, width, channels) that they must have, if it matters.
        least: how many there must be.

    Raises:
        ValueError: if they are not that.
    """
    array = _array(value, name)
    if array.dtype != np.uint8:
        raise ValueError(
            f"{name} must be uint8, pixels from 0 to 255, but they are {array.dtype}: convert them "
            "with gan_tf.data.as_images."
        )
    if array.ndim != 4 or array.shape[3] not in (1, 3) or 0 in array.shape[1:]:
        raise ValueError(
            f"{name} must have the shape (n, height, width, 1 or 3), but have {array.shape}: "
            "convert them with gan_tf.data.as_images."
        )
    if shape is not None and array.shape[1:] != tuple(shape):
        raise ValueError(
            f"{name} are of {_by(array.shape[1:])}, but must be of {_by(shape)}: resize them, or "
            "use a network for their size."
        )
    if len(array) < least:
        raise ValueError(f"{name} must be at least {least}, but are {len(array)}.")
    return array


def samples(value: Any, epochs: Any = (0,), name: str = "samples") -> np.ndarray:
    """What a training drew after each epoch: uint8 (epochs + 1, n, height, width, channels).

    Args:
        epochs: some that must be among them; 0 is before training.
        name: what to call them in an error.

    Raises:
        ValueError: if they are not that, or an epoch is not there.
    """
    array = _array(value, name)
    if array.dtype != np.uint8 or array.ndim != 5 or not array.size:
        raise ValueError(
            f"{name} must be uint8 (epochs + 1, n, height, width, channels), but are "
            f"{array.dtype} {array.shape}."
        )
    for epoch in epochs:
        whole_number(epoch, f"an epoch of {name}", most=len(array) - 1)
    return array


def labels(
    value: Any, count: int | None = None, classes: int | None = None, name: str = "labels"
) -> np.ndarray:
    """Labels of images: whole numbers (n,) from 0.

    Args:
        count: how many there must be, if it matters.
        classes: how many classes there are, if that is known: labels are below it.
        name: what to call them in an error.

    Raises:
        ValueError: if they are not that.
    """
    array = _array(value, name)
    if array.size == 0 and array.ndim == 1 and array.dtype.kind == "f":
        array = array.astype(int)  # An empty list is one of floats for NumPy.
    if array.dtype.kind not in "ui":
        raise ValueError(f"{name} must be whole numbers, one an image, but are {array.dtype}.")
    if array.ndim != 1 or count is not None and len(array) != count:
        wanted = "(n,)" if count is None else f"({count},)"
        raise ValueError(
            f"{name} must have the shape {wanted}, one an image, but have {array.shape}."
        )
    most_classes = 2**31 if classes is None else classes
    if array.size and (array.min() < 0 or array.max() >= most_classes):
        most = "" if classes is None else f" to {classes - 1}"
        raise ValueError(
            f"{name} must be from 0{most}, but are from {array.min()} to {array.max()}."
        )
    return array.astype(np.int64) if array.dtype == np.uint64 else array


def features(
    value: Any, name: str = "features", least: int = 1, width: int | None = None
) -> np.ndarray:
    """Features of images: float64 (n, d), finite.

    Args:
        name: what to call them in an error.
        least: how many images there must be.
        width: d, if it matters.

    Raises:
        ValueError: if they are not that.
    """
    array = _array(value, name)
    if array.dtype.kind not in "uif" or array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(
            f"{name} must be numbers (n, d), d an image, but are {array.dtype} {array.shape}."
        )
    if width is not None and array.shape[1] != width:
        raise ValueError(
            f"{name} must have {width} numbers an image, but have {array.shape[1]}: take both of "
            "one network."
        )
    if len(array) < least:
        raise ValueError(f"{name} must be of at least {least} images, but are of {len(array)}.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} hold NaN or infinity: leave those images out.")
    return array.astype(np.float64)


def _array(value, name):
    try:
        array = np.asarray(value)
        # Of what networks give where they compute in it; NumPy itself does not have it.
        return array.astype(np.float32) if array.dtype.name == "bfloat16" else array
    except Exception as error:  # Whatever the object raises that is to become an array.
        raise ValueError(f"{name} is a {type(value).__name__}, but must be an array.") from error


def _shown(value):
    """A value in a sentence: in one line, and not long."""
    return " ".join(repr(value).split())[:80]


def _is_too_long(path):
    return any(len(os.fsencode(part)) > 255 for part in Path(path).parts)


def _by(shape):
    return "×".join(map(str, shape))
