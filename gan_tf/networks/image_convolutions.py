"""Convolutions of images and to images, which plain ones compute slowly on a CPU.

To lay kernels of 64 channels so that an image of one comes out is how a generator ends, and how a
gradient leaves a discriminator. Here it is one product of matrices, whose results are added up
where they fall: a fifth of the time (benchmarks/README.md).
"""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("gan_tf")
class ImageConv2DTranspose(keras.layers.Conv2DTranspose):
    """`Conv2DTranspose` with padding "same" to an image; the same layer to rounding."""

    def call(self, inputs):
        return _outputs(self, inputs, _to_image, super().call)


@keras.saving.register_keras_serializable("gan_tf")
class ImageConv2D(keras.layers.Conv2D):
    """`Conv2D` with padding "same" of an image; the same layer to rounding."""

    def call(self, inputs):
        return _outputs(self, inputs, _of_image, super().call)


def _outputs(layer, inputs, convolution, plain):
    """The outputs of a layer by a `convolution`, or where that does not suit by `plain`."""
    strides, sides = layer.strides[0], inputs.shape[1:3]
    is_whole = convolution is _to_image or not any(side % strides for side in sides)
    on_gpu = tf.config.list_physical_devices("GPU")
    if on_gpu or not is_whole or min(layer.kernel_size) < strides:
        return plain(inputs)
    outputs = convolution(inputs, tf.cast(layer.kernel, layer.compute_dtype), strides)
    return layer.activation(outputs + layer.bias if layer.use_bias else outputs)


def _of_image(image, kernel, strides):
    """A convolution (n, height, width, channels) of images by a kernel, as TensorFlow's own.

    Only its gradient by the image is another one: `_to_image`.
    """

    @tf.custom_gradient
    def convolution(image, kernel):
        def gradient(upstream):
            by_kernel = _by_kernel(image, upstream, kernel.shape, strides)
            return _to_image(upstream, kernel, strides), by_kernel

        return tf.nn.conv2d(image, kernel, strides, "SAME"), gradient

    return convolution(image, kernel)


def _to_image(values, kernel, strides):
    """The transposed convolution of values; its gradient by the values is an `_of_image`."""

    @tf.custom_gradient
    def convolution(values, kernel):
        def gradient(upstream):
            by_kernel = _by_kernel(upstream, values, kernel.shape, strides)
            return _of_image(upstream, kernel, strides), by_kernel

        return _added_up(values, kernel, strides), gradient

    return convolution(values, kernel)


def _by_kernel(image, values, shape, strides):
    return tf.raw_ops.Conv2DBackpropFilter(
        input=image,
        filter_sizes=shape,
        out_backprop=values,
        strides=[1, strides, strides, 1],
        padding="SAME",
    )


def _added_up(values, kernel, strides):
    """Images (n, strides * height, strides * width, channels) of values (n, height, width, depth).

    Each place of the kernel (rows, columns, channels, depth) gives a plane of products, which
    belongs to the pixels of one phase, those at the same place between the strides.
    """
    (rows, columns, channels, depth), (height, width) = kernel.shape, values.shape[1:3]
    kernel, values = tf.reshape(kernel, (-1, depth)), tf.reshape(values, (-1, depth))
    products = tf.matmul(kernel, values, transpose_b=True)
    products = tf.reshape(products, (rows, columns, channels, -1, height, width))
    margin = max(rows, columns) // strides
    edges = [[0, 0]] * 4 + [[margin, margin]] * 2
    products = [tf.unstack(row) for row in tf.unstack(tf.pad(products, edges))]
    phases = [[0] * strides for _ in range(strides)]
    for row in range(rows):
        down, phase_row = divmod(row - max(rows - strides, 0) // 2, strides)
        for column in range(columns):
            right, phase_column = divmod(column - max(columns - strides, 0) // 2, strides)
            top, left = margin - down, margin - right
            part = products[row][column][..., top : top + height, left : left + width]
            phases[phase_row][phase_column] += part
    images = tf.transpose(tf.stack([tf.stack(row) for row in phases]), (3, 4, 0, 5, 1, 2))
    return tf.reshape(images, (-1, strides * height, strides * width, channels))
