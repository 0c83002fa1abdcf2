"""Latents that stay the same, and the images that a generator draws of them."""

import keras
import numpy as np
import tensorflow as tf

from gan_tf import data
from gan_tf.training.label_conditioning import with_labels
from gan_tf.training.seeds import SAMPLES, stream


def fixed_latents(seed: int, count: int, latent_dim: int = 100) -> tf.Tensor:
    """Latent vectors (count, latent_dim) from N(0, 1), the same for the same arguments."""
    return tf.random.stateless_normal((count, latent_dim), stream(seed, SAMPLES))


def generate(
    generator: keras.Model, latents: np.ndarray | tf.Tensor, batch_size: int = 500
) -> np.ndarray:
    """Images uint8 (n, height, width, channels) of the generator's inputs (n, inputs)."""
    parts = [latents[start : start + batch_size] for start in range(0, len(latents), batch_size)]
    return np.concatenate([data.from_signed(generator(part, training=False)) for part in parts])


def sample(
    generator: keras.Model,
    count: int,
    seed: int = 0,
    classes: int = 0,
    labels: int | np.ndarray | None = None,
) -> np.ndarray:
    """`count` images uint8 (count, height, width, channels), the same for the same seed.

    Args:
        generator: Keras model from latents, with classes followed by the one-hot label, to images
            in [-1, 1].
        classes: 0, or how many classes it is told of.
        labels: with classes, one for all images or one for each; by default in turn.

    Raises:
        ValueError: if `count` is not at least 1, or the labels are not what the generator takes.
    """
    if not isinstance(count, int | np.integer) or count < 1:
        raise ValueError(f"{count} images were asked for, but there must be at least 1.")
    if not isinstance(seed, int | np.integer) or not -(2**31) <= seed < 2**31:
        raise ValueError(f"The seed is {seed}, but must be a whole number from 0 to 2**31 - 1.")
    if labels is not None and not classes:
        raise ValueError(
            "This generator was told no labels, so it cannot draw a chosen digit: use a "
            "conditional one, such as that of cgan."
        )
    inputs = fixed_latents(seed, count, generator.input_shape[-1] - classes)
    if classes:
        labels = np.arange(count) % classes if labels is None else labels
        inputs = with_labels(inputs, _for_each(labels, count, classes), classes)
    return generate(generator, inputs)


def _for_each(labels, count, classes):
    """`labels` as an array (count,), checked."""
    labels = np.broadcast_to(labels, (count,)) if np.ndim(labels) == 0 else np.asarray(labels)
    if labels.shape != (count,) or not np.isin(labels, range(classes)).all():
        raise ValueError(
            f"The labels must be one number from 0 to {classes - 1}, or one for each of the "
            f"{count} images."
        )
    return labels
