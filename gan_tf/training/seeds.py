"""How everything random in a training is seeded: by the seed, what it is for, and the step.

So a resumed training draws what the uninterrupted one would have drawn.
"""

import keras
import tensorflow as tf

# One stream of random numbers for each use, folded into the seed.
LATENTS, DROPOUT, SHUFFLE, SAMPLES, MIX, SHIFT, AUGMENTATION = range(7)


def stream(seed: int, *keys: int | tf.Tensor) -> tf.Tensor:
    """Seed (2,) int32 of a stateless random operation for `seed` and `keys`."""
    stream = tf.stack([tf.cast(seed, tf.int32), 0])
    for key in keys:
        stream = tf.random.experimental.stateless_fold_in(stream, tf.cast(key, tf.int32))
    return stream


def seed_dropout(
    networks: list[keras.Model], seed: int, step: int | tf.Tensor, replica: int | tf.Tensor = 0
) -> None:
    """Set the state of whatever is random in `networks`, at any depth, from the seed and the step.

    It is found by what it has, one of Keras's seed generators: dropout, noise, augmentation. What
    draws by `tf.random` has none, and draws other numbers after a training was resumed.
    """
    layers = [layer for network in networks for layer in network._flatten_layers()]
    parts = [part for layer in layers for part in vars(layer).values()]
    generators = [part for part in parts if isinstance(part, keras.random.SeedGenerator)]
    for index, generator in enumerate(generators):
        drawn = stream(seed, DROPOUT, step, index, replica)
        generator.state.assign(tf.cast(drawn, generator.state.dtype))
