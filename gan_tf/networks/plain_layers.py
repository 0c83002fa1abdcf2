"""Networks written back into Keras's own layers, for places where this package is not."""

import keras
import numpy as np

from gan_tf.networks.fourier_convolution import FourierConv2DTranspose
from gan_tf.networks.fused_batch_normalisation import FusedBatchNormalization
from gan_tf.networks.image_convolutions import ImageConv2D, ImageConv2DTranspose
from gan_tf.networks.uniform_noise import UniformNoise
from gan_tf.networks.weight_normalisation import WeightNormDense

# Layers of Keras's own that differ from those in how they compute only.
_FASTER = FusedBatchNormalization, ImageConv2D, ImageConv2DTranspose


def plain(network: keras.Model) -> keras.Model:
    """The same network in float32 and in Keras's own layers; its outputs are the same to 1e-5.

    A `FourierConv2DTranspose` becomes a `Conv2DTranspose`, a `FusedBatchNormalization` a
    `BatchNormalization`, a `WeightNormDense` a `Dense` with the weights that it has now, a
    `UniformNoise` a `GaussianNoise`, and what changes images at random in training an `Identity`;
    in training the last three differ.
    """
    pairs = []

    def copy(layer):
        new = _plain_layer(layer)
        pairs.append((layer, new))
        return new

    cloned = keras.models.clone_model(network, clone_function=copy)
    for layer, new in pairs:
        if getattr(new, "weights", ()):
            new.set_weights(_plain_weights(layer))
    return cloned


def kind(layer: keras.layers.Layer) -> type[keras.layers.Layer]:
    """The class of a layer; of one that is Keras's own but for how it computes, Keras's class."""
    return type(layer).__base__ if isinstance(layer, _FASTER) else type(layer)


def _plain_layer(layer):
    if not isinstance(layer, keras.layers.Layer):  # An operation of keras.ops.
        return type(layer).from_config(layer.get_config())
    if isinstance(layer, FourierConv2DTranspose):
        return keras.layers.Conv2DTranspose(
            layer.filters, layer.kernel_size, padding="same", use_bias=False, name=layer.name
        )
    if isinstance(layer, WeightNormDense):
        return keras.layers.Dense(
            layer.units, activation=layer.activation, name=layer.name, dtype="float32"
        )
    if isinstance(layer, keras.layers.Lambda):  # Its function is not read from a configuration.
        options = {"output_shape": layer._output_shape, "arguments": layer.arguments}
        return keras.layers.Lambda(layer.function, name=layer.name, dtype="float32", **options)
    if isinstance(layer, UniformNoise):
        return keras.layers.GaussianNoise(layer.stddev, name=layer.name, dtype="float32")
    if type(layer).__name__.startswith("Random"):
        return keras.layers.Identity(name=layer.name, dtype="float32")
    return kind(layer).from_config({**layer.get_config(), "dtype": "float32"})


def _plain_weights(layer):
    if not isinstance(layer, WeightNormDense):
        return layer.get_weights()
    kernel = layer.kernel.numpy().astype(np.float64)
    norm = np.sqrt((kernel**2).sum(axis=0) + 1e-6)
    weights = kernel * (layer.scale.numpy() / norm)
    return [weights.astype(np.float32), layer.bias.numpy()]
