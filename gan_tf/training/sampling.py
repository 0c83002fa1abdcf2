"""Latents that stay the same, and the images that a generator draws of them."""

import numpy as np
import tensorflow as tf

from gan_tf import data
from gan_tf.training.seeds import SAMPLES, stream


def fixed_latents(seed, count, latent_dim=100):
    """Latent vectors (count, latent_dim) from N(0, 1), the same for the same arguments."""
    return tf.random.stateless_normal((count, latent_dim), stream(seed, SAMPLES))


def generate(generator, latents, batch_size=500):
    """Images uint8 (n, height, width, channels) of the generator's inputs (n, inputs)."""
    parts = [latents[start : start + batch_size] for start in range(0, len(latents), batch_size)]
    return np.concatenate([data.from_signed(generator(part, training=False)) for part in parts])
