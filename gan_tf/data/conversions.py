"""What users' arrays are made into: bytes and whole numbers, with a sentence on each conversion.

Where an array can be read in two ways nothing is guessed: a sentence asks for one of them.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

CHANNELS = 1, 3, 4
# Arrays (8 or more, 8 or more, channels) are rather one image than many of so few columns.
_LEAST_SIDE = 8
# More classes than these are rather something else than classes.
MOST_CLASSES = 256

Arrays = dict[str, np.ndarray]


class Labels(NamedTuple):
    """Labels uint8 (n,) from 0, by name, and the names of their classes, by number."""

    arrays: Arrays
    class_names: tuple[str, ...]


def pixels(source: object, arrays: Arrays, say: Callable[[str], None]) -> Arrays:
    """Images as bytes: uint8 (n, height, width, channels) with 1 or 3 channels, by name.

    Converted are whole numbers and floats from 0 to 255, floats in [0, 1] or [-1, 1], `bool`,
    (n, height, width), channels before the pixels, and a fourth channel of opacity. All arrays
    are read alike.

    Args:
        source: where they are from, which the errors name.
        arrays: images by name.
        say: is given a sentence on each conversion.

    Raises:
        ValueError: for what is no such array, or can be read in two ways.
    """
    arrays = {name: _with_channels_last(source, name, a, say) for name, a in arrays.items()}
    read = _reading(source, arrays, say)
    return {
        name: _without_opacity(name, as_bytes(read(array)), say) for name, array in arrays.items()
    }


def as_images(array: np.ndarray) -> np.ndarray:
    """Any array of images as uint8 (n, height, width, 1 or 3), which all functions take.

    What has to be converted is printed, a line each; what can be read in two ways is refused.

    Args:
        array: as of `pixels`.

    Raises:
        ValueError: for what is no such array, or can be read in two ways.
    """

    def say(conversion):
        print(f"{conversion}.")

    return pixels("as_images", {"the array": np.asarray(array)}, say)["the array"]


def as_bytes(array: np.ndarray) -> np.ndarray:
    """Pixels from 0 to 255 as uint8, floats to the nearest."""
    return array if array.dtype == np.uint8 else np.rint(array).astype(np.uint8)


def on_white(images: np.ndarray) -> np.ndarray:
    """Images uint8 (..., 4), the last channel their opacity, laid on white: uint8 (..., 3)."""
    opacity = images[..., 3:] / np.float32(255)
    return as_bytes(images[..., :3] * opacity + 255 * (1 - opacity))


def _with_channels_last(source, name, array, say):
    if array.size == 0:
        raise ValueError(f"{name} in {source} is empty: save at least one image.")
    if array.ndim == 3:
        if array.shape[2] in CHANNELS and min(array.shape[:2]) >= _LEAST_SIDE:
            raise ValueError(
                f"{name} in {source} has shape {array.shape}, which may be one image (height, "
                "width, channels) or many (n, height, width): add an axis, first or last."
            )
        return array[..., None]
    if array.ndim != 4:
        raise ValueError(
            f"{name} in {source} has shape {array.shape}, but images must be (n, height, width) "
            "or (n, height, width, channels): reshape them."
        )
    first, last = array.shape[1] in CHANNELS, array.shape[3] in CHANNELS
    if first and last and array.shape[1] != array.shape[2]:
        raise ValueError(
            f"{name} in {source} has shape {array.shape}, which may be (n, channels, height, "
            "width) or (n, height, width, channels): move the channels to the end, and pad the "
            "images to at least 5 by 5 pixels."
        )
    if first and not last:
        say(f"{name} of shape {array.shape} is (n, channels, height, width): channels moved last")
        return np.moveaxis(array, 1, 3)
    if not last:
        raise ValueError(
            f"{name} in {source} has {array.shape[3]} channels on its last axis, but images must "
            "have 1 (grey), 3 (colour) or 4 (colour and opacity): reorder the axes or drop the "
            "others."
        )
    return array


def _reading(source, arrays, say):
    """The function that makes any of the arrays pixels from 0 to 255."""
    kinds = {array.dtype.kind for array in arrays.values()}
    names = " and ".join(arrays)
    if not kinds <= set("buif"):
        types = ", ".join(sorted({str(array.dtype) for array in arrays.values()}))
        raise ValueError(
            f"{names} in {source}: the pixels are {types}, but must be numbers: save them as uint8."
        )
    low = min(array.min() for array in arrays.values())
    high = max(array.max() for array in arrays.values())
    if not np.isfinite([low, high]).all():
        raise ValueError(
            f"{names} in {source} holds NaN or infinity: replace them by pixels from 0 to 255."
        )
    if "b" in kinds and kinds != {"b"} or _is_unit(arrays.values()) == {True, False}:
        raise ValueError(
            f"{names} in {source} have different ranges, such as [0, 1] and 0 to 255: give both "
            "the same."
        )
    if kinds == {"b"}:
        say(f"{names}: False is read as black, True as white")
        return lambda array: array * np.uint8(255)
    if kinds & set("ui") and low == 0 and high == 1:
        raise ValueError(
            f"{names} in {source} holds whole numbers 0 and 1, which may be black and white, or "
            "two of 256 greys: multiply by 255 if 1 is white."
        )
    if "f" in kinds and low >= 0 and high <= 1:
        say(f"{names}: floats in [0, 1] are read as black to white")
        return lambda array: array * 255.0
    if kinds == {"f"} and -1 <= low < 0 and high <= 1:
        say(f"{names}: floats in [-1, 1] are read as black to white")
        return lambda array: (array + 1) * 127.5
    if low < 0 or high > 255 or "f" in kinds and 1 < high <= 2:
        raise ValueError(
            f"{names} in {source}: the pixels range from {low:g} to {high:g}, but must be from 0 "
            "to 255, or floats in [0, 1] or [-1, 1]: scale them, so that black is 0 and white 255."
        )
    types = {str(array.dtype) for array in arrays.values()} - {"uint8"}
    if types:
        rounded = ", to the nearest whole number" if "f" in kinds else ""
        say(f"{names}: {' and '.join(sorted(types))} from {low:g} to {high:g} are bytes{rounded}")
    return lambda array: array


def _is_unit(arrays):
    """Of which sets of floats, or of bytes beside floats, it is certain: whether 1 is white."""
    if all(array.dtype.kind != "f" for array in arrays):
        return set()
    return {bool(array.max() <= 1) for array in arrays if array.max() > 0}


def _without_opacity(name, images, say):
    if images.shape[3] < 4:
        return images
    if images[..., 3].min() == 255:
        say(f"{name}: the fourth channel, opacity, is full everywhere and left out")
        return images[..., :3]
    say(f"{name}: the fourth channel is opacity; what is transparent is laid on white")
    return on_white(images)


def labels(
    source: object, arrays: Arrays, say: Callable[[str], None], class_names: Sequence[str] = ()
) -> Labels:
    """Labels of images, as whole numbers from 0.

    Converted are one-hot rows, columns (n, 1), whole floats, `bool`, text, and the numbers from 1
    on without a gap. All arrays are read alike.

    Args:
        source: where they are from, which the errors name.
        arrays: labels by name.
        say: is given a sentence on each conversion.
        class_names: those of the numbers, where they are known; then no number is another one.

    Raises:
        ValueError: for what is no label of one image each, more than 256 classes, or a number
            that has none of the names.
    """
    flat = {name: _one_an_image(source, name, array, say) for name, array in arrays.items()}
    names = " and ".join(flat)
    together = np.unique(np.concatenate([*flat.values()]))
    if together.dtype.kind in "SU":
        texts = [str(each) for each in together]
        classes = list(class_names) or texts
        if unknown := [text for text in texts if text not in classes]:
            raise ValueError(
                f"{names} in {source} has the label {unknown[0]!r}, but the classes are "
                f"{listed(classes, 12)}: correct it."
            )
        if not class_names:
            say(f"{names}: text, {listed(classes)}, which become the numbers from 0")
        number_of = np.array([classes.index(text) for text in texts])
        numbers = {
            name: number_of[np.searchsorted(together, array)] for name, array in flat.items()
        }
    else:
        first, last = int(together[0]), int(together[-1])
        if first < 0 or last >= MOST_CLASSES:
            raise ValueError(
                f"{names} in {source} ranges from {first} to {last}: number the classes from 0 to "
                f"at most {MOST_CLASSES - 1}."
            )
        if class_names:
            if last >= len(class_names):
                raise ValueError(
                    f"{names} in {source} has the label {last}, but there are "
                    f"{len(class_names)} classes, from 0: correct it."
                )
            last = len(class_names) - 1
        start = int(first == 1 and len(together) == last and not class_names)
        if start:
            say(f"{names}: classes 1 to {last} become the numbers 0 to {last - 1}")
        classes = [str(each) for each in range(start, last + 1)]
        numbers = {name: array - start for name, array in flat.items()}
    if len(classes) > MOST_CLASSES:
        raise ValueError(
            f"{names} in {source} has {len(classes)} classes, but there may be at most "
            f"{MOST_CLASSES}: leave the labels out, or group them."
        )
    as_small = {name: array.astype(np.uint8) for name, array in numbers.items()}
    return Labels(as_small, tuple(class_names) or tuple(classes))


def _one_an_image(source, name, array, say):
    """Labels (n,), whole numbers or text."""
    if array.size == 0:
        raise ValueError(f"{name} in {source} is empty: save one label an image, or leave it out.")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 2 and array.dtype.kind in "buif":
        if not (np.isin(array, (0, 1)).all() and (array.sum(axis=1) == 1).all()):
            raise ValueError(
                f"{name} in {source} has shape {array.shape}, but its rows are not one-hot (one 1 "
                "among zeros): save one label an image."
            )
        say(f"{name}: one-hot rows of {array.shape[1]} classes become their numbers")
        return array.argmax(axis=1)
    if array.ndim != 1:
        raise ValueError(
            f"{name} in {source} has shape {array.shape}, but there must be one label an image: "
            "save them as (n,)."
        )
    if array.dtype.kind == "S":
        try:
            return np.char.decode(array, "utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{name} in {source} is text that is not UTF-8: save it as text, or as numbers."
            ) from error
    if array.dtype.kind == "b":
        say(f"{name}: False becomes class 0, True class 1")
        return array.astype(int)
    if array.dtype.kind == "f" and np.isfinite(array).all() and (array == np.rint(array)).all():
        say(f"{name}: {array.dtype} become whole numbers")
        return array.astype(int)
    if array.dtype.kind not in "uiU":
        raise ValueError(
            f"{name} in {source} is {array.dtype}, but labels must be whole numbers or text: save "
            "them as uint8."
        )
    return array


def listed(words: Sequence[str], most: int = 5) -> str:
    """The first words, and how many more there are."""
    rest = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + rest
