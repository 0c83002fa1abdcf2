"""Generators: latent vectors in, images in [-1, 1] out.

Each builder returns one `keras.Sequential` that reads like the layer table of the report
it comes from, or a functional model where the label joins several layers. The last layer
computes in float32 whatever the precision of the others.

`image_shape` is (height, width, channels), by default the report's, for which the numbers of
parameters are given. `classes` is how many a conditional generator is told of.
"""

import math

from keras import Model, Sequential, initializers, layers, ops

from gan_tf.networks.fourier_convolution import FourierConv2DTranspose
from gan_tf.networks.fused_batch_normalisation import FusedBatchNormalization
from gan_tf.networks.image_convolutions import ImageConv2DTranspose
from gan_tf.networks.image_shapes import DIGITS, HOUSE_NUMBERS, Shape, quarter
from gan_tf.networks.label_planes import label_planes
from gan_tf.networks.residual_blocks import residual_block
from gan_tf.networks.weight_normalisation import WeightNormDense


def dcgan(kernel: int = 5, image_shape: Shape = DIGITS) -> Model:
    """DCGAN generator of TensorFlow's tutorial (`mnist-assignment` section 2.4, `qiao` 3.1).

    Latents (batch, 100) -> images (batch, 28, 28, 1) in [-1, 1]; 2,330,944 parameters.

    Args:
        kernel: side of the kernels; `qiao`'s modified generator (section 3.2, Fig. 7) has 3,
            and 1,674,560 parameters.
        image_shape: sides that are multiples of 4; see `svhn`.
    """
    height, width = quarter(image_shape)
    return Sequential(
        [
            layers.Input((100,)),
            layers.Dense(height * width * 256, use_bias=False),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.3),
            layers.Reshape((height, width, 256)),
            FourierConv2DTranspose(128, kernel),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.3),
            layers.Conv2DTranspose(64, kernel, strides=2, padding="same", use_bias=False),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.3),
            ImageConv2DTranspose(
                image_shape[2],
                kernel,
                strides=2,
                padding="same",
                use_bias=False,
                activation="tanh",
                dtype="float32",
            ),
        ],
        name="dcgan_generator",
    )


def dcgan_28(image_shape: Shape = DIGITS) -> Model:
    """DCGAN generator for 28x28 images without a dense layer (`narman-dau` section 1).

    Latents (batch, 100) -> images (batch, 28, 28, 1) in [-1, 1]; 885,121 parameters.
    """
    return Sequential(
        [
            layers.Input((100,)),
            layers.Reshape((1, 1, 100)),
            layers.Conv2DTranspose(128, quarter(image_shape)),
            FusedBatchNormalization(),
            layers.ReLU(),
            layers.Conv2DTranspose(64, 5, strides=2, padding="same"),
            FusedBatchNormalization(),
            layers.ReLU(),
            layers.Conv2DTranspose(32, 5, padding="same"),
            FusedBatchNormalization(),
            layers.ReLU(),
            ImageConv2DTranspose(
                image_shape[2], 5, strides=2, padding="same", activation="tanh", dtype="float32"
            ),
        ],
        name="dcgan_28_generator",
    )


def cgan(
    filters: int = 64, kernel: int = 5, image_shape: Shape = DIGITS, classes: int = 10
) -> Model:
    """Conditional generator (`narman-dau` section 2): latent vector and one-hot label.

    Inputs (batch, 110) -> images (batch, 28, 28, 1) in [-1, 1]; 397,441 parameters.

    Args:
        filters: of the first layer, the second has half of them; the report also tried twice
            and half as many.
        kernel: side of the last two kernels; the report also tried 4.
    """
    return Sequential(
        [
            layers.Input((100 + classes,)),
            layers.Reshape((1, 1, 100 + classes)),
            layers.Conv2DTranspose(filters, quarter(image_shape)),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Conv2DTranspose(filters // 2, kernel, strides=2, padding="same"),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.2),
            ImageConv2DTranspose(
                image_shape[2],
                kernel,
                strides=2,
                padding="same",
                activation="tanh",
                dtype="float32",
            ),
        ],
        name="cgan_generator",
    )


def cgan_extra_layer(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """`cgan` with a third hidden layer (`narman-dau` Table 1, "Extra layer").

    Inputs (batch, 110) -> images (batch, 28, 28, 1) in [-1, 1]; 423,201 parameters. The report
    does not say where the layer was put; here it comes after the second, with as many filters.
    """
    return Sequential(
        [
            layers.Input((100 + classes,)),
            layers.Reshape((1, 1, 100 + classes)),
            layers.Conv2DTranspose(64, quarter(image_shape)),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Conv2DTranspose(32, 5, strides=2, padding="same"),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Conv2DTranspose(32, 5, padding="same"),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.2),
            ImageConv2DTranspose(
                image_shape[2], 5, strides=2, padding="same", activation="tanh", dtype="float32"
            ),
        ],
        name="cgan_extra_layer_generator",
    )


def dcgan_conditional(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """Conditional DCGAN generator (github.com/carpedm20/DCGAN-tensorflow, on MNIST).

    Inputs (batch, 110), a latent vector from N(0, 1) and a one-hot label -> images
    (batch, 28, 28, 1) in [-1, 1]; 7,080,059 parameters. `verzeni-yau` (reference [1]) took its
    synthetic digits from that code. There latents are uniform on (-1, 1), which 2 Phi(z) - 1 is
    for a normal z; the label joins the input of every layer.
    """

    def normalised(x, shape):
        x = FusedBatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        return layers.Reshape(shape)(layers.ReLU()(x))

    def narrow():
        return initializers.RandomNormal(stddev=0.02)

    def deconvolution(filters, kind=layers.Conv2DTranspose, **kwargs):
        return kind(filters, 5, strides=2, padding="same", kernel_initializer=narrow(), **kwargs)

    height, width = quarter(image_shape)
    inputs = layers.Input((100 + classes,))
    label = inputs[:, 100:]
    uniform = ops.erf(inputs[:, :100] / 2**0.5)
    x = layers.Concatenate()([uniform, label])
    x = normalised(layers.Dense(1024, kernel_initializer=narrow())(x), (1024,))
    x = layers.Concatenate()([x, label])
    dense = layers.Dense(height * width * 128, kernel_initializer=narrow())
    x = normalised(dense(x), (height, width, 128))
    x = layers.Concatenate()([x, label_planes(label, height, width)])
    x = normalised(deconvolution(128)(x), (2 * height, 2 * width, 128))
    x = layers.Concatenate()([x, label_planes(label, 2 * height, 2 * width)])
    last = deconvolution(
        image_shape[2], ImageConv2DTranspose, activation="sigmoid", dtype="float32"
    )
    x = last(x)
    image = layers.Rescaling(2, offset=-1, dtype="float32")(x)
    return Model(inputs, image, name="dcgan_conditional_generator")


def svhn(kernel: int = 5, image_shape: Shape = HOUSE_NUMBERS) -> Model:
    """DCGAN generator of 32x32 images (`qiao` section 3.4, Fig. 9).

    Latents (batch, 100) -> images (batch, 32, 32, 1) in [-1, 1]; 2,730,304 parameters.

    Args:
        kernel: side of the kernels; the report's modified generator (Fig. 11) has 3, and
            2,073,920 parameters.
    """
    return dcgan(kernel, image_shape)


def gavazzi(image_shape: Shape = DIGITS) -> Model:
    """Generator of the latent-space report (`gavazzi` section 1.1.1).

    Latents (batch, 100) -> images (batch, 28, 28, 1) in [-1, 1]; 377,121 trainable parameters.
    """
    height, width = quarter(image_shape)
    return Sequential(
        [
            layers.Input((100,)),
            layers.Dense(height * width * 64),
            layers.Reshape((height, width, 64)),
            layers.Conv2DTranspose(64, 3, strides=2, padding="same"),
            FusedBatchNormalization(),
            layers.ReLU(),
            layers.Conv2DTranspose(32, 3, padding="same"),
            FusedBatchNormalization(),
            layers.ReLU(),
            layers.Conv2DTranspose(16, 3, padding="same"),
            FusedBatchNormalization(),
            layers.ReLU(),
            ImageConv2DTranspose(
                image_shape[2], 3, strides=2, padding="same", activation="tanh", dtype="float32"
            ),
        ],
        name="gavazzi_generator",
    )


def semi_supervised(image_shape: Shape = DIGITS) -> Model:
    """Generator of the semi-supervised GAN (Salimans et al. 2016, section 6.1, and its code).

    Latents (batch, 100) -> images (batch, 28, 28, 1) in [-1, 1]; 696,568 parameters.
    """
    return Sequential(
        [
            layers.Input((100,)),
            layers.Dense(500, use_bias=False),
            FusedBatchNormalization(scale=False),
            layers.Activation("softplus"),
            layers.Dense(500, use_bias=False),
            FusedBatchNormalization(scale=False),
            layers.Activation("softplus"),
            WeightNormDense(
                math.prod(image_shape), activation="sigmoid", train_scale=True, dtype="float32"
            ),
            layers.Reshape(image_shape, dtype="float32"),
            layers.Rescaling(2, offset=-1, dtype="float32"),
        ],
        name="semi_supervised_generator",
    )


def residual(
    width: int = 32, normalised: bool = True, image_shape: Shape = DIGITS, classes: int = 10
) -> Model:
    """Residual generator (after Huang et al. 2024, arXiv:2501.05441, made small).

    Inputs (batch, 110), a latent vector from N(0, 1) and a one-hot label -> images
    (batch, 28, 28, 1) in [-1, 1]; 443,905 parameters.

    Args:
        width: channels at half the image's size; at a quarter there are twice as many.
        normalised: whether there is batch normalisation, and a tanh at the end. Theirs has neither:
            then the last layer is linear and at first gives nearly black images, and what it draws
            beyond [-1, 1] is clipped. A tanh would soon draw nothing but black, where it is flat.
        classes: 0 for a generator that is told none.
    """
    height, quarter_width = quarter(image_shape)
    inputs = layers.Input((100 + classes,))
    x = layers.Dense(height * quarter_width * 2 * width, kernel_initializer="he_normal")(inputs)
    x = residual_block(layers.Reshape((height, quarter_width, 2 * width))(x), normalised)
    x = layers.Conv2D(width, 1, use_bias=False)(x)
    x = residual_block(layers.UpSampling2D(2, interpolation="bilinear")(x), normalised)
    if normalised:
        x = FusedBatchNormalization()(x)
    x = ImageConv2DTranspose(
        image_shape[2],
        4,
        strides=2,
        padding="same",
        activation="tanh" if normalised else None,
        dtype="float32",
    )(layers.LeakyReLU(0.2)(x))
    if not normalised:
        x = layers.Rescaling(1, offset=-1, dtype="float32")(x)
    return Model(inputs, x, name="residual_generator")
