"""Classifiers trained for a schedule of epochs, each in one graph."""

import time
from collections.abc import Callable, Iterable

import keras
import numpy as np
import tensorflow as tf

from gan_tf import data
from gan_tf.environment import hardware
from gan_tf.training import batches
from gan_tf.training.seeds import seed_dropout

# So many steps are carried out in one call, and their images kept in memory.
_STEPS = 600


def fit_epochs(
    classifier: keras.Model,
    optimizer: keras.Optimizer,
    schedule: Iterable[tuple[np.ndarray, ...]],
    batch_size: int,
    seed: int,
    after_epoch: Callable[[], None] = lambda: None,
) -> float:
    """Train a classifier by cross-entropy for an epoch on each of `schedule`.

    The steps of an epoch are one graph, for a step of a small classifier takes less time than
    Keras's `fit` takes between two of them (benchmarks/README.md). The order of an epoch and its
    dropout belong to the seed and its number.

    Args:
        schedule: images uint8 (n, height, width, channels) and labels (n,) of each epoch;
            n % batch_size of them are left out, or the batch is smaller where they are fewer.
        after_epoch: called after each; its time does not count.

    Returns:
        Seconds of training.
    """
    optimizer.build(classifier.trainable_variables)
    steps = tf.function(_steps, reduce_retracing=True, jit_compile=hardware.uses_xla() or None)
    seconds = 0.0
    for epoch, (images, labels) in enumerate(schedule):
        start = time.perf_counter()
        size = min(batch_size, len(images))
        count = batches.steps_per_epoch(len(images), size)
        order = batches.order(len(images), seed, epoch).numpy()[: count * size]
        seed_dropout([classifier], seed, epoch)
        for first in range(0, count, _STEPS):
            chosen = order.reshape(count, size)[first : first + _STEPS]
            steps(classifier, optimizer, tf.constant(images[chosen]), tf.constant(labels[chosen]))
        seconds += time.perf_counter() - start
        after_epoch()
    return seconds


def _steps(classifier, optimizer, images, labels):
    """A step on each batch of images (steps, batch, height, width, channels)."""
    variables = classifier.trainable_variables
    for step in tf.range(tf.shape(labels)[0]):
        with tf.GradientTape() as tape:
            probabilities = classifier(data.to_unit(images[step]), training=True)
            losses = keras.losses.sparse_categorical_crossentropy(labels[step], probabilities)
            loss = tf.reduce_mean(losses)
        optimizer.apply(tape.gradient(loss, variables), variables)
