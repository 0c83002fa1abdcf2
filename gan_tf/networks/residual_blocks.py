"""A residual block, with or without normalisation."""

from keras import KerasTensor, layers

from gan_tf.networks.fused_batch_normalisation import FusedBatchNormalization


def residual_block(x: KerasTensor, normalised: bool = False) -> KerasTensor:
    """The input (batch, height, width, channels) and, added to it, two convolutions of it.

    After Huang et al. 2024 (arXiv:2501.05441, section 4), whose blocks have three, one of them
    grouped. The last convolution begins at 0, so that a new network is as if it had no blocks
    (Zhang et al. 2019, arXiv:1901.09321).

    Args:
        normalised: whether there is batch normalisation before each convolution; theirs have none.
    """
    channels = x.shape[-1]

    def active(y):
        return layers.LeakyReLU(0.2)(FusedBatchNormalization()(y) if normalised else y)

    y = layers.Conv2D(channels, 3, padding="same", kernel_initializer="he_normal")(active(x))
    y = layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros")(active(y))
    return layers.Add()([x, y])
