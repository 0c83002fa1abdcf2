"""Latents that stay the same, and the images that a generator draws of them."""

import math

import keras
import numpy as np
import psutil
import tensorflow as tf
from tqdm import tqdm

from gan_tf import arguments, data
from gan_tf.training.label_conditioning import with_labels
from gan_tf.training.seeds import SAMPLES, stream


def fixed_latents(seed: int, count: int, latent_dim: int = 100) -> tf.Tensor:
    """Latent vectors (count, latent_dim) from N(0, 1), the same for the same arguments.

    Raises:
        ValueError: if one of them is no whole number, or too large.
    """
    count = arguments.whole_number(count, "count")
    latent_dim = arguments.whole_number(latent_dim, "latent_dim", least=1)
    seed = arguments.seed(seed)
    return tf.random.stateless_normal((count, latent_dim), stream(seed, SAMPLES))


def generate(
    generator: keras.Model, latents: np.ndarray | tf.Tensor, batch_size: int = 500
) -> np.ndarray:
    """Images uint8 (n, height, width, channels) of the generator's inputs (n, inputs).

    What takes longer than a few seconds shows in a terminal how far it is.
    """
    batch_size = arguments.whole_number(batch_size, "batch_size", least=1)
    images = np.empty((len(latents), *generator.output_shape[1:]), np.uint8)
    starts = range(0, len(latents), batch_size)
    for start in tqdm(starts, unit="batch", leave=False, delay=5, disable=None):
        part = slice(start, start + batch_size)
        images[part] = data.from_signed(generator(latents[part], training=False))
    return images


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
        ValueError: if `count` is not at least 1 or too large for the memory, or the labels are not
            what the generator takes.
    """
    count, seed = arguments.whole_number(count, "count", least=1), arguments.seed(seed)
    if labels is not None and not classes:
        raise ValueError(
            "This generator was told no labels, so it cannot draw a chosen digit: use a "
            "conditional one, such as that of cgan."
        )
    _check_room(generator, count)
    inputs = fixed_latents(seed, count, generator.input_shape[-1] - classes)
    if classes:
        inputs = with_labels(inputs, told_labels(count, classes, labels), classes)
    return generate(generator, inputs)


def told_labels(count: int, classes: int, labels: int | np.ndarray | None = None) -> np.ndarray:
    """The labels (count,) of `count` images: those given, one for all, or by default in turn.

    Raises:
        ValueError: if they are none of the classes, or not one an image.
    """
    if labels is None:
        return np.arange(count) % classes
    if isinstance(labels, int | np.integer) or isinstance(labels, np.ndarray) and not labels.ndim:
        labels = np.full(count, arguments.whole_number(labels, "labels", most=classes - 1))
    return arguments.labels(labels, count, classes)


def _check_room(generator, count):
    """Raise a `ValueError` if so many images do not fit into memory."""
    each = 4 * generator.input_shape[-1] + math.prod(generator.output_shape[1:])
    free = psutil.virtual_memory().available
    if count * each > free:
        raise ValueError(
            f"{count:,} images would take {count * each / 2**30:,.1f} GiB of memory, but only "
            f"{free / 2**30:,.1f} GiB are free: ask for fewer."
        )
