"""Images brought to the size that a network takes: resized, and padded to a square."""

import math

import numpy as np
import psutil
from PIL import Image


def fitted(image: Image.Image, size: int) -> Image.Image:
    """An image of the modes L or RGB as a square of `size` pixels a side.

    Its longer side becomes `size` (Lanczos), its proportions stay, and it is put into the middle
    of the colour that is the median of its own border.
    """
    longer = max(image.size)
    width, height = (max(1, round(side * size / longer)) for side in image.size)
    square = Image.new(image.mode, (size, size), _border(image))
    resized = image.resize((width, height), Image.Resampling.LANCZOS)
    square.paste(resized, ((size - width) // 2, (size - height) // 2))
    return square


def all_fitted(images: np.ndarray, size: int) -> np.ndarray:
    """Images uint8 (n, height, width, 1 or 3), each `fitted`: (n, size, size, 1 or 3)."""
    if images.shape[1:3] == (size, size):
        return images
    shape = len(images), size, size, images.shape[3]
    free = psutil.virtual_memory().available
    if math.prod(shape) > free:
        raise ValueError(
            f"{len(images):,} images of {size}×{size} pixels take {math.prod(shape) / 2**30:,.1f} "
            f"GiB of memory, but only {free / 2**30:,.1f} GiB are free: choose a smaller size."
        )
    squares = np.empty(shape, np.uint8)
    for square, image in zip(squares, images, strict=True):
        drawn = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
        square[...] = np.asarray(fitted(drawn, size)).reshape(square.shape)
    return squares


def _border(image):
    pixels = np.asarray(image)
    edges = pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]
    median = np.median(np.concatenate(edges), axis=0)
    return tuple(int(value) for value in np.atleast_1d(median))
