"""The gradients of both losses from one pass back through the discriminator.

The two losses see a fake through the discriminator's output on it only, a single number. So their
gradients by the fake's pixels are the same but for a factor, the ratio of their derivatives by
that number, and a second pass back through the discriminator is not needed.
"""

from typing import Any

import keras
import tensorflow as tf
from keras import layers

from gan_tf.training import losses

# Layers that treat each image by itself: with others, such as batch normalisation, an image's
# pixels change the outputs on other images, too.
_IMAGE_BY_IMAGE = (
    layers.InputLayer,
    layers.Conv2D,
    layers.Dense,
    layers.Dropout,
    layers.Flatten,
    layers.LeakyReLU,
    layers.MaxPooling2D,
    layers.ReLU,
)
# Objectives without a penalty, whose losses are means over the outputs.
_BY_OUTPUTS = losses.NonSaturating, losses.OnProbabilities, losses.Wasserstein


def suffices(objective: losses.Objective, discriminator: keras.Model) -> bool:
    """Whether one pass gives both gradients with these."""
    parts = discriminator._flatten_layers(include_self=False)
    one_output = discriminator.output_shape[1:] == (1,)
    by_outputs = type(objective) in _BY_OUTPUTS
    return one_output and by_outputs and all(isinstance(x, _IMAGE_BY_IMAGE) for x in parts)


def gradients(
    tapes: tuple[tf.GradientTape, tf.GradientTape],
    both: tuple[tf.Tensor, tf.Tensor],
    networks: tuple[keras.Model, keras.Model],
    fake: tf.Tensor,
    fake_outputs: tf.Tensor,
    share: float,
) -> tuple[list[Any], list[Any]]:
    """The gradients of the generator's and of the discriminator's loss by their weights.

    Args:
        tapes: which recorded the losses, the first one persistent.
        both: the generator's loss and the discriminator's, scalars.
        networks: the generator and the discriminator.
        fake: generated images (batch, height, width, channels).
        fake_outputs: the discriminator's outputs on them, (batch, 1).
        share: what the losses are multiplied by.
    """
    (g_tape, d_tape), (g_loss, d_loss), (generator, discriminator) = tapes, both, networks
    sources = [*discriminator.trainable_variables, fake, fake_outputs]
    *d_gradients, by_fake, by_output = d_tape.gradient(d_loss, sources, share)
    # No gradient where the discriminator is certain beyond what float32 can tell from certainty.
    ratio = tf.math.divide_no_nan(g_tape.gradient(g_loss, fake_outputs, share), by_output)
    by_fake *= tf.reshape(ratio, (-1, 1, 1, 1))
    return g_tape.gradient(fake, generator.trainable_variables, by_fake), d_gradients
