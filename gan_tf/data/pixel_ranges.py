"""Pixels: uint8 0-255 to [-1, 1] or [0, 1], and back."""

import numpy as np
import tensorflow as tf

# No generator draws pixels this far beyond 1, and nearly all images from 0 to 255 have some.
_MOST = 20


def to_signed(images: np.ndarray | tf.Tensor) -> tf.Tensor:
    """Pixels uint8 0-255 -> float32 in [-1, 1], the range of generators and discriminators.

    Raises:
        ValueError: if they are not uint8.
    """
    return _as_float(images) / 127.5 - 1


def to_unit(images: np.ndarray | tf.Tensor) -> tf.Tensor:
    """Pixels uint8 0-255 -> float32 in [0, 1], the range of classifiers.

    Raises:
        ValueError: if they are not uint8.
    """
    return _as_float(images) / 255


def from_signed(images: np.ndarray | tf.Tensor) -> np.ndarray:
    """Pixels float in [-1, 1] -> uint8 0-255, to the nearest; values beyond are clipped.

    Raises:
        ValueError: if they are not floats, NaN is among them, or they are so far beyond that they
            are rather from 0 to 255.
    """
    images = np.asarray(images)
    if images.dtype.kind not in "if" and images.dtype.name != "bfloat16":
        raise ValueError(f"The pixels must be floats in [-1, 1], but are {images.dtype}.")
    images = images.astype(np.float32)
    if np.isnan(images).any():
        raise ValueError("The pixels are NaN in places: the network that drew them has diverged.")
    if images.size and images.max() > _MOST:
        raise ValueError(
            f"The pixels go up to {images.max():g}, but must be in [-1, 1]: of pixels from 0 to "
            "255, use gan_tf.data.as_images."
        )
    return np.clip(np.rint((images + 1) * 127.5), 0, 255).astype(np.uint8)


def _as_float(images):
    if not hasattr(images, "dtype"):
        images = np.asarray(images)
    if images.dtype != np.uint8:
        kind = getattr(images.dtype, "name", images.dtype)
        raise ValueError(
            f"The pixels must be uint8, from 0 to 255, but are {kind}: convert them with "
            "gan_tf.data.as_images."
        )
    return tf.cast(images, tf.float32)
