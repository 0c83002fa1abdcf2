"""Checks: what images and labels must be, and a sentence for each way in which they are not."""

from pathlib import Path
from typing import NamedTuple

import numpy as np


class Dataset(NamedTuple):
    """Images uint8 (n, height, width, channels) and labels uint8 (n,) of 0 to 9.

    The published data sets fill all four; of a user's file, what it lacks is None.
    """

    x_train: np.ndarray
    y_train: np.ndarray | None
    x_test: np.ndarray | None
    y_test: np.ndarray | None


def checked(source: str | Path, arrays: dict[str, np.ndarray]) -> Dataset:
    """The `Dataset` of `arrays` by name.

    Args:
        source: where they are from, which the errors name.

    Raises:
        ValueError: for lacking images, a wrong dtype, shape or range, or labels that are not one
            whole number from 0 to 9 for each image.
    """
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
