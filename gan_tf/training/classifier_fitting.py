"""Classifiers: compiled, and trained for an epoch or for a schedule of epochs."""

import time
from collections.abc import Callable, Iterable

import keras
import numpy as np

from gan_tf import data
from gan_tf.environment import hardware
from gan_tf.training.batches import (
    CLASSIFIER_STEPS,
    batches,
    steps_per_epoch,
    steps_per_execution,
)
from gan_tf.training.seeds import seed_dropout


def compile_classifier(
    model: keras.Model, optimizer: keras.Optimizer, steps: int, limit: int = CLASSIFIER_STEPS
) -> None:
    """Compile `model` for cross-entropy with up to `limit` of an epoch's `steps` an execution.

    A step of a small classifier takes less time than Keras takes between two of them.
    """
    model.compile(
        optimizer,
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=hardware.uses_xla(),
        steps_per_execution=steps_per_execution(steps, limit),
    )
    # Built before the first step, so that a checkpoint finds the optimiser's variables.
    optimizer.build(model.trainable_variables)


def fit_epoch(
    model: keras.Model,
    arrays: tuple[np.ndarray, ...],
    batch_size: int,
    seed: int,
    epoch: int,
    epochs: int = 1,
) -> None:
    """Train a compiled classifier for one epoch; its order and dropout belong to seed and epoch.

    Args:
        arrays: images uint8 (n, height, width, channels) and labels (n,); n % batch_size of
            them are left out, or the batch is smaller where they are fewer.
        epoch: number of the epoch, from 0.
        epochs: how many from there on, in one call of `fit`, which takes less time than one call
            for each; without dropout the weights are the same.
    """
    batch_size = min(batch_size, len(arrays[0]))
    dataset = batches(arrays, batch_size, seed, epoch + epochs, epoch)
    seed_dropout([model], seed, epoch)
    model.fit(
        dataset.map(lambda images, labels: (data.to_unit(images), labels)),
        epochs=epochs,
        steps_per_epoch=steps_per_epoch(len(arrays[0]), batch_size),
        shuffle=False,
        verbose=0,
    )


def fit_epochs(
    model: keras.Model,
    schedule: Iterable[tuple[np.ndarray, ...]],
    batch_size: int,
    seed: int,
    after_epoch: Callable[[], None] = lambda: None,
) -> float:
    """Train a compiled classifier for an epoch on each of `schedule`, as `fit_epoch` does.

    Args:
        schedule: the arrays (images, labels) of each epoch.
        after_epoch: called after each; its time does not count.

    Returns:
        Seconds of training.
    """
    seconds = 0.0
    for epoch, arrays in enumerate(schedule):
        start = time.perf_counter()
        fit_epoch(model, arrays, batch_size, seed, epoch)
        seconds += time.perf_counter() - start
        after_epoch()
    return seconds
