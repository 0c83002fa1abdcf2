"""Batches: how images are served to `fit`, in which order, and in how many steps."""

from functools import partial

import numpy as np
import tensorflow as tf

from gan_tf.environment import workers
from gan_tf.training.augmentation import moved
from gan_tf.training.seeds import SHIFT, SHUFFLE, stream

# The most steps of a GAN in one execution, and so what a row of a recorded history holds.
RECORDED_STEPS = 25
# That of a classifier, whose step takes less time than Keras takes between two of them.
CLASSIFIER_STEPS = 300


def steps_per_epoch(images: int, batch_size: int) -> int:
    """Whole batches of `batch_size` in `images` images; `ValueError` if there is not one."""
    if batch_size > images:
        raise ValueError(
            f"A batch of {batch_size} images was asked for, but there are only {images}: "
            "use a smaller batch or more images."
        )
    return images // batch_size


def steps_per_execution(steps: int, limit: int = RECORDED_STEPS) -> int:
    """The most steps, up to `limit`, that divide an epoch of `steps` without remainder.

    1 where there can be no `loops`.
    """
    return max(n for n in range(1, limit + 1) if steps % n == 0) if loops() else 1


def loops() -> bool:
    """Whether several steps can be one execution: TensorFlow 2.21 fails on a loop of them in
    several processes, and among several devices that are no GPUs.
    """
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    return not workers.several() and (replicas == 1 or bool(tf.config.list_physical_devices("GPU")))


def batches(
    arrays: np.ndarray | tuple[np.ndarray, ...],
    batch_size: int,
    seed: int,
    epochs: int,
    initial_epoch: int = 0,
    count: int | None = None,
) -> tf.data.Dataset:
    """The batches of all epochs for `fit`, shuffled anew in each epoch by (seed, epoch).

    Args:
        arrays: images uint8 (n, height, width, channels), or a tuple of them and their labels
            (n,); kept as they are in memory, or in a file if they are a `numpy.memmap`.
        batch_size: images a batch; the last count % batch_size images of an epoch's order are
            left out of it.
        epochs, initial_epoch: the epochs to serve, as `fit` counts them.
        count: images an epoch, by default n. Where it is more, none comes for the next time
            before all have come, and each time their order is another one.

    Returns:
        A `tf.data.Dataset` of batches of `arrays`.
    """
    gathers = tf.nest.map_structure(_gather_from, arrays)
    images = len(tf.nest.flatten(arrays)[0])
    count = count or images
    rounds = -(-count // images)

    def one_round(epoch, number):
        keys = [epoch, number] if rounds > 1 else [epoch]
        return tf.data.Dataset.from_tensor_slices(order(images, seed, *keys))

    def epoch_batches(epoch):
        indices = tf.data.Dataset.range(rounds).flat_map(partial(one_round, epoch)).take(count)
        return indices.batch(batch_size, drop_remainder=True)

    def gather(indices):
        return tf.nest.map_structure(lambda gather_one: gather_one(indices), gathers)

    options = tf.data.Options()
    # There is nothing to tune, and with the tuner a `fit` can wait at its end: the same steps took
    # 8 seconds, or 10.3, or 20.6, as if for the tuner's sleeps of 10 ms, 20 ms, 40 ms and so on.
    options.autotune.enabled = False
    return (
        tf.data.Dataset.range(initial_epoch, epochs)
        .flat_map(epoch_batches)
        .map(gather)
        .prefetch(2)
        .with_options(options)
    )


def order(images: int, seed: int, *keys: int | tf.Tensor) -> tf.Tensor:
    """The numbers (images,) from 0 in the order of the seed and the epoch."""
    shuffled = tf.random.experimental.stateless_shuffle
    return shuffled(tf.range(images), stream(seed, SHUFFLE, *keys))


def _gather_from(array):
    """A function of indices (n,) that gives those parts of an array, in memory or in a file."""
    if not isinstance(array, np.memmap):
        return partial(tf.gather, tf.constant(array))

    def gather(indices):
        parts = tf.numpy_function(lambda chosen: np.asarray(array[chosen]), [indices], array.dtype)
        return tf.ensure_shape(parts, (*indices.shape, *array.shape[1:]))

    return gather


def shifted(images: np.ndarray | tf.Tensor, seed: int, *keys: int | tf.Tensor) -> tf.Tensor:
    """Images (n, height, width, channels), each shifted by up to a pixel down and to the right.

    By -1, 0 or 1 in each direction, equally often and the same for the same seed and integers
    `keys`. What comes in at an edge is 0.
    """
    shape = tf.shape(images)[0], 2
    starts = tf.random.stateless_uniform(shape, stream(seed, SHIFT, *keys), 0, 3, tf.int32)
    return moved(images, 1 - starts[:, :1], 1 - starts[:, 1:], black=0)


def repeated(arrays: tuple[np.ndarray, ...], count: int) -> tuple[np.ndarray, ...]:
    """The arrays as often as it takes to make them at least `count` long."""
    times = -(-count // len(arrays[0]))
    return tuple(np.concatenate([array] * times) for array in arrays)
