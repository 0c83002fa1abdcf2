"""How a conditional GAN's networks are told the label (Mirza and Osindero 2014)."""

import numpy as np
import tensorflow as tf

from gan_tf import arguments


def with_labels(latents: tf.Tensor, labels: np.ndarray | tf.Tensor, classes: int) -> tf.Tensor:
    """Latents (n, latent_dim + classes): each followed by its label (n,) as one-hot.

    Mirza and Osindero 2014; `narman-dau` section 2.

    Raises:
        ValueError: for labels that are not whole numbers (n,) from 0 to classes - 1.
    """
    labels = _checked(labels, latents, classes)
    one_hot = tf.one_hot(tf.cast(labels, tf.int32), classes, dtype=latents.dtype)
    return tf.concat([latents, one_hot], axis=1)


def with_label_planes(images: tf.Tensor, labels: np.ndarray | tf.Tensor, classes: int) -> tf.Tensor:
    """Images (n, height, width, channels + classes): the plane of the label is 1, others 0.

    `narman-dau` section 2.

    Raises:
        ValueError: as of `with_labels`.
    """
    labels = _checked(labels, images, classes)
    one_hot = tf.one_hot(tf.cast(labels, tf.int32), classes, dtype=images.dtype)
    shape = tf.concat([tf.shape(images)[:-1], [classes]], axis=0)
    return tf.concat([images, tf.broadcast_to(one_hot[:, None, None, :], shape)], axis=3)


def _checked(labels, inputs, classes):
    """The labels, if they are of these inputs; within a graph their values are not known yet."""
    if isinstance(labels, tf.Tensor) and not hasattr(labels, "numpy"):
        return labels
    return arguments.labels(labels, len(inputs), classes)
