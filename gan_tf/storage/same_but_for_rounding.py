"""What counts as the same: numbers, texts and pictures that differ by no more than rounding.

Processors add in different orders, so the same run gives other last digits on another one. What
is the same in this sense is not written again.
"""

import math
import re
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageSequence

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+")
# A pixel is another one where a channel differs by more than so many of 255 levels, and a picture
# where more than this share of its pixels are: a digit of a number is about one in ten thousand.
LEVELS = 32
SHARE = 1e-3


def decimals(value: float, significant: int) -> int:
    """Decimals after the point that show `significant` digits of `value`; 0 of large ones."""
    if value == 0 or not math.isfinite(value):
        return significant - 1
    return max(0, significant - 1 - math.floor(math.log10(abs(value))))


def same_text(one: str, other: str) -> bool:
    """Whether two texts differ at most by a unit of the last digit in each of their numbers."""
    if NUMBER.split(one) != NUMBER.split(other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(_same_number(*pair) for pair in pairs)


def _same_number(one, other):
    values = [float(text.replace(",", "")) for text in (one, other)]
    return abs(values[0] - values[1]) <= 1.01 * max(map(_last_unit, (one, other)))


def _last_unit(text):
    """What one more in the last digit of a number makes."""
    mantissa, _, exponent = text.partition("e")
    digits = len(mantissa.partition(".")[2])
    return 10.0 ** (int(exponent or 0) - digits)


def same_picture(one: Path | BinaryIO, other: Path | BinaryIO) -> bool:
    """Whether two pictures, paths or open files of any format, look the same.

    They have the same size and number of frames, and in each frame at most a thousandth of the
    pixels differ by more than 32 of 255 levels.
    """
    with Image.open(one) as first, Image.open(other) as second:
        if first.size != second.size or _frames(first) != _frames(second):
            return False
        pairs = zip(ImageSequence.Iterator(first), ImageSequence.Iterator(second), strict=True)
        return all(_same_frame(*pair) for pair in pairs)


def _frames(picture):
    return getattr(picture, "n_frames", 1)


def _same_frame(one, other):
    one, other = (np.asarray(frame.convert("RGB"), np.int16) for frame in (one, other))
    return (np.abs(one - other).max(axis=-1) > LEVELS).mean() <= SHARE
