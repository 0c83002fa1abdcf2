"""Pixels: uint8 0-255 to [-1, 1] or [0, 1], and back."""

import numpy as np
import tensorflow as tf


def to_signed(images: np.ndarray | tf.Tensor) -> tf.Tensor:
    """Pixels uint8 0-255 -> float32 in [-1, 1], the range of generators and discriminators."""
    return tf.cast(images, tf.float32) / 127.5 - 1


def to_unit(images: np.ndarray | tf.Tensor) -> tf.Tensor:
    """Pixels uint8 0-255 -> float32 in [0, 1], the range of classifiers."""
    return tf.cast(images, tf.float32) / 255


def from_signed(images: np.ndarray | tf.Tensor) -> np.ndarray:
    """Pixels float in [-1, 1] -> uint8 0-255, to the nearest; values beyond are clipped."""
    images = np.asarray(images, np.float32)
    return np.clip(np.rint((images + 1) * 127.5), 0, 255).astype(np.uint8)
