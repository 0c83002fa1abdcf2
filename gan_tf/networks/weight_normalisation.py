"""A dense layer with normalised weights, which Keras 3 does not have."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops


@keras.saving.register_keras_serializable("gan_tf")
class WeightNormDense(keras.layers.Dense):
    """A dense layer whose weight vectors have their length apart (Salimans and Kingma 2016).

    The weights of each unit are `kernel` divided by its norm, times `scale`, one value a unit.

    Args:
        units: outputs.
        activation: of them.
        train_scale: whether the lengths are learned, or stay what `initialise` made them.
        **kwargs: those of `keras.layers.Dense`.
    """

    def __init__(
        self, units: int, activation: str | None = None, train_scale: bool = False, **kwargs
    ):
        super().__init__(units, activation, **kwargs)
        self.train_scale = train_scale

    def get_config(self):
        return {**super().get_config(), "train_scale": self.train_scale}

    def build(self, input_shape):
        super().build(input_shape)
        self.scale = self.add_weight(
            name="scale", shape=(self.units,), initializer="ones", trainable=self.train_scale
        )

    # Those of `Dense` know the kernel and the bias only.
    save_own_variables = keras.layers.Layer.save_own_variables
    load_own_variables = keras.layers.Layer.load_own_variables

    def call(self, inputs, training=None):
        return self.activation(self.preactivation(inputs))

    def preactivation(self, inputs: tf.Tensor) -> tf.Tensor:
        """The outputs (batch, units) before the activation."""
        kernel = ops.cast(self.kernel, inputs.dtype)
        norm = ops.sqrt(ops.sum(ops.square(kernel), axis=0) + 1e-6)
        return ops.matmul(inputs, kernel) * (self.scale / norm) + self.bias


def initialise(network: keras.Model, images: np.ndarray | tf.Tensor) -> None:
    """Set scale and bias of each `WeightNormDense` so that its preactivations are N(0, 1)-like.

    On the given images (n, height, width, channels), in the network's range, each has then mean
    0 and variance 1 (Salimans and Kingma 2016, section 3). `network` is a chain of layers.
    """
    values = tf.convert_to_tensor(images, tf.float32)
    for layer in network.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        if isinstance(layer, WeightNormDense):
            # In float32 whatever the precision in which the layer computes.
            before = layer.preactivation(tf.cast(values, tf.float32))
            std = tf.math.reduce_std(before, axis=0) + 1e-6
            layer.scale.assign(layer.scale / std)
            layer.bias.assign((layer.bias - tf.reduce_mean(before, axis=0)) / std)
        values = layer(values, training=True)
