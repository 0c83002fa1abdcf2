"""How a conditional GAN's networks are told the label (Mirza and Osindero 2014)."""

import numpy as np
import tensorflow as tf


def with_labels(latents: tf.Tensor, labels: np.ndarray | tf.Tensor, classes: int) -> tf.Tensor:
    """Latents (n, latent_dim + classes): each followed by its label (n,) as one-hot.

    Mirza and Osindero 2014; `narman-dau` section 2.
    """
    one_hot = tf.one_hot(tf.cast(labels, tf.int32), classes, dtype=latents.dtype)
    return tf.concat([latents, one_hot], axis=1)


def with_label_planes(images: tf.Tensor, labels: np.ndarray | tf.Tensor, classes: int) -> tf.Tensor:
    """Images (n, height, width, channels + classes): the plane of the label is 1, others 0.

    `narman-dau` section 2.
    """
    one_hot = tf.one_hot(tf.cast(labels, tf.int32), classes, dtype=images.dtype)
    shape = tf.concat([tf.shape(images)[:-1], [classes]], axis=0)
    return tf.concat([images, tf.broadcast_to(one_hot[:, None, None, :], shape)], axis=3)
