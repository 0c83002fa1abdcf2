"""How everything random in a training is seeded: by the seed, what it is for, and the step.

So a resumed training draws what the uninterrupted one would have drawn.
"""

import keras
import tensorflow as tf

# One stream of random numbers for each use, folded into the seed.
LATENTS, DROPOUT, SHUFFLE, SAMPLES, MIX, SHIFT, AUGMENTATION = range(7)

_AUGMENTATION = (
    keras.layers.RandomRotation,
    keras.layers.RandomShear,
    keras.layers.RandomZoom,
)
_RANDOM_LAYERS = (keras.layers.Dropout, keras.layers.GaussianNoise, *_AUGMENTATION)


def stream(seed: int, *keys: int | tf.Tensor) -> tf.Tensor:
    """Seed (2,) int32 of a stateless random operation for `seed` and `keys`."""
    stream = tf.stack([tf.cast(seed, tf.int32), 0])
    for key in keys:
        stream = tf.random.experimental.stateless_fold_in(stream, tf.cast(key, tf.int32))
    return stream


def seed_dropout(
    networks: list[keras.Model], seed: int, step: int | tf.Tensor, replica: int | tf.Tensor = 0
) -> None:
    """Set the state of every random layer in `networks` from the seed and the step."""
    layers = [layer for network in networks for layer in network.layers]
    for index, layer in enumerate(layer for layer in layers if isinstance(layer, _RANDOM_LAYERS)):
        # Keras's augmentation has another name for it, and dropout at a rate of 0 has none.
        name = "generator" if isinstance(layer, _AUGMENTATION) else "seed_generator"
        if hasattr(layer, name):
            state = getattr(layer, name).state
            state.assign(tf.cast(stream(seed, DROPOUT, step, index, replica), state.dtype))
