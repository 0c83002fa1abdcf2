"""Latents that stay the same, and the images that a generator draws of them."""

import keras
import numpy as np
import tensorflow as tf

from gan_tf import data
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
