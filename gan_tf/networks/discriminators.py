"""Discriminators: images in [-1, 1] in, one logit an image out.

No discriminator ends in a sigmoid unless its report says so: the losses take logits. The
last layer computes in float32 whatever the precision of the others.

`image_shape` is (height, width, channels), by default the report's, for which the numbers of
parameters are given. `classes` is how many a conditional discriminator is told of, or reads.
"""

from keras import Model, Sequential, initializers, layers, ops

from gan_tf.networks.fused_batch_normalisation import FusedBatchNormalization
from gan_tf.networks.image_convolutions import ImageConv2D
from gan_tf.networks.image_shapes import DIGITS, HOUSE_NUMBERS, Shape, quarter
from gan_tf.networks.label_planes import label_planes
from gan_tf.networks.residual_blocks import residual_block
from gan_tf.networks.uniform_noise import UniformNoise
from gan_tf.networks.weight_normalisation import WeightNormDense


def dcgan(image_shape: Shape = DIGITS) -> Model:
    """DCGAN discriminator of TensorFlow's tutorial (`mnist-assignment` section 2.4, `qiao` 3.1).

    Images (batch, 28, 28, 1) in [-1, 1] -> logits (batch, 1); 212,865 parameters.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            ImageConv2D(64, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.3),
            layers.Dropout(0.3),
            layers.Conv2D(128, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.3),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dense(1, dtype="float32"),
        ],
        name="dcgan_discriminator",
    )


def critic(image_shape: Shape = DIGITS) -> Model:
    """`dcgan` without dropout, as critic of a Wasserstein GAN (Gulrajani et al. 2017).

    Images (batch, 28, 28, 1) in [-1, 1] -> values (batch, 1); 212,865 parameters.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            ImageConv2D(64, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.3),
            layers.Conv2D(128, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.3),
            layers.Flatten(),
            layers.Dense(1, dtype="float32"),
        ],
        name="critic",
    )


def dcgan_pooled(image_shape: Shape = DIGITS) -> Model:
    """DCGAN discriminator with pooling and a sigmoid (`qiao` section 3.2, Fig. 8).

    Images (batch, 28, 28, 1) in [-1, 1] -> probabilities (batch, 1); 207,105 parameters.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            ImageConv2D(64, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.3),
            layers.Dropout(0.3),
            layers.MaxPooling2D(),
            layers.Conv2D(128, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.3),
            layers.Dropout(0.3),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(1, activation="sigmoid", dtype="float32"),
        ],
        name="dcgan_pooled_discriminator",
    )


def dcgan_28(dropout: float = 0.3, image_shape: Shape = DIGITS) -> Model:
    """Convolution-only DCGAN discriminator (`narman-dau` section 1).

    Images (batch, 28, 28, 1) in [-1, 1] -> logits (batch, 1); 264,065 parameters.

    Args:
        dropout: rate on the output itself, before the sigmoid, where the report puts it: at
            training three logits in ten are 0, that is D = .5, so the discriminator cannot
            become certain.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            ImageConv2D(32, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Conv2D(64, 5, strides=2, padding="same"),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Conv2D(128, 5, padding="same"),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Conv2D(1, quarter(image_shape), dtype="float32"),
            layers.Flatten(dtype="float32"),
            layers.Dropout(dropout, dtype="float32"),
        ],
        name="dcgan_28_discriminator",
    )


def cgan(
    filters: int = 32,
    kernel: int = 5,
    dropout: float = 0.0,
    image_shape: Shape = DIGITS,
    classes: int = 10,
) -> Model:
    """Conditional discriminator (`narman-dau` section 2): an image and ten planes of its label.

    Inputs (batch, 28, 28, 11), the image in [-1, 1] and the planes 0 or 1 -> logits (batch, 1);
    63,489 parameters.

    Args:
        filters: of the first layer, the second has twice as many; the report also tried twice
            and half as many.
        kernel: side of the first two kernels; the report also tried 4.
        dropout: rate on the output, as in `dcgan_28`; the report also tried .3.
    """
    return Sequential(
        [
            layers.Input((*image_shape[:2], image_shape[2] + classes)),
            layers.Conv2D(filters, kernel, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Conv2D(2 * filters, kernel, strides=2, padding="same"),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Conv2D(1, quarter(image_shape), dtype="float32"),
            layers.Flatten(dtype="float32"),
            layers.Dropout(dropout, dtype="float32"),
        ],
        name="cgan_discriminator",
    )


def cgan_extra_layer(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """`cgan` with a third hidden layer (`narman-dau` Table 1, "Extra layer").

    Inputs (batch, 28, 28, 11) -> logits (batch, 1); 166,209 parameters. The report does not say
    where the layer was put; here it comes after the second, with as many filters.
    """
    return Sequential(
        [
            layers.Input((*image_shape[:2], image_shape[2] + classes)),
            layers.Conv2D(32, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Conv2D(64, 5, strides=2, padding="same"),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Conv2D(64, 5, padding="same"),
            FusedBatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Conv2D(1, quarter(image_shape), dtype="float32"),
            layers.Flatten(dtype="float32"),
        ],
        name="cgan_extra_layer_discriminator",
    )


def dcgan_conditional(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """Conditional DCGAN discriminator (github.com/carpedm20/DCGAN-tensorflow, on MNIST).

    Inputs (batch, 28, 28, 11), the image in [-1, 1] and the planes of its label 0 or 1 -> logits
    (batch, 1); 3,771,675 parameters. The label joins the input of every layer; see
    `generators.dcgan_conditional`.
    """

    def normalised(x):
        return layers.LeakyReLU(0.2)(FusedBatchNormalization(momentum=0.9, epsilon=1e-5)(x))

    def convolution(filters):
        narrow = initializers.TruncatedNormal(stddev=0.02)
        return layers.Conv2D(filters, 5, strides=2, padding="same", kernel_initializer=narrow)

    def dense(units, **kwargs):
        narrow = initializers.RandomNormal(stddev=0.02)
        return layers.Dense(units, kernel_initializer=narrow, **kwargs)

    height, width, channels = image_shape
    inputs = layers.Input((height, width, channels + classes))
    label = inputs[:, 0, 0, channels:]
    image = layers.Rescaling(0.5, offset=0.5)(inputs[..., :channels])
    x = layers.Concatenate()([image, inputs[..., channels:]])
    x = layers.LeakyReLU(0.2)(convolution(channels + classes)(x))
    x = layers.Concatenate()([x, label_planes(label, *x.shape[1:3])])
    x = normalised(convolution(64 + classes)(x))
    x = layers.Concatenate()([layers.Flatten()(x), label])
    x = normalised(dense(1024)(x))
    x = layers.Concatenate()([x, label])
    logits = dense(1, dtype="float32")(x)
    return Model(inputs, logits, name="dcgan_conditional_discriminator")


def svhn(image_shape: Shape = HOUSE_NUMBERS) -> Model:
    """Discriminator of 32x32 images (`qiao` section 3.4, Fig. 10).

    Images (batch, 32, 32, 1) in [-1, 1] -> logits (batch, 1); 2,750,593 parameters.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            ImageConv2D(32, 7, padding="same"),
            layers.LeakyReLU(0.3),
            layers.MaxPooling2D(),
            FusedBatchNormalization(),
            layers.Conv2D(64, 5, padding="same"),
            layers.LeakyReLU(0.3),
            layers.MaxPooling2D(),
            FusedBatchNormalization(),
            layers.Conv2D(128, 3, padding="same"),
            layers.LeakyReLU(0.3),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(1024),
            layers.LeakyReLU(0.3),
            layers.Dense(512),
            layers.LeakyReLU(0.3),
            layers.Dense(1, dtype="float32"),
        ],
        name="svhn_discriminator",
    )


def svhn_modified(image_shape: Shape = HOUSE_NUMBERS) -> Model:
    """`svhn` with one more convolution and dense layer (`qiao` section 3.5, Fig. 12).

    Images (batch, 32, 32, 1) in [-1, 1] -> logits (batch, 1); 1,059,441 parameters.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            ImageConv2D(32, 7, padding="same"),
            layers.LeakyReLU(0.3),
            layers.MaxPooling2D(),
            FusedBatchNormalization(),
            layers.Conv2D(64, 5, padding="same"),
            layers.LeakyReLU(0.3),
            layers.MaxPooling2D(),
            FusedBatchNormalization(),
            layers.Conv2D(128, 3, padding="same"),
            layers.LeakyReLU(0.3),
            layers.MaxPooling2D(),
            FusedBatchNormalization(),
            layers.Conv2D(64, 2, padding="same"),
            layers.LeakyReLU(0.3),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(1024),
            layers.LeakyReLU(0.3),
            layers.Dense(512),
            layers.LeakyReLU(0.3),
            layers.Dense(216),
            layers.LeakyReLU(0.3),
            layers.Dense(1, dtype="float32"),
        ],
        name="svhn_modified_discriminator",
    )


def gavazzi(image_shape: Shape = DIGITS) -> Model:
    """Discriminator of the latent-space report (`gavazzi` section 1.1.2).

    Images (batch, 28, 28, 1) in [-1, 1] -> logits (batch, 1); 246,529 parameters. The report
    names activation and dropout after each convolution but not their kinds and rates: here
    LeakyReLU of .2 and .3.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            ImageConv2D(32, 3, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Dropout(0.3),
            layers.Conv2D(64, 3, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Dropout(0.3),
            layers.Conv2D(128, 3, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Dropout(0.3),
            layers.Conv2D(128, 3, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dense(1, dtype="float32"),
        ],
        name="gavazzi_discriminator",
    )


def semi_supervised(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """Classifier and discriminator in one (Salimans et al. 2016, section 6.1, and its code).

    Images (batch, 28, 28, 1) in [-1, 1] -> features (batch, 250) and logits (batch, 10) of the
    classes; 1,541,020 parameters, of which the 2,250 lengths of hidden weights are not trained.
    """

    def normalised(units, **kwargs):
        # Their length is normalised, but the longer they are, the less a step of Adam turns them.
        long = initializers.RandomNormal(stddev=0.1)
        return WeightNormDense(units, kernel_initializer=long, **kwargs)

    image = layers.Input(image_shape)
    x = layers.Flatten()(layers.Rescaling(0.5, offset=0.5)(image))
    x = UniformNoise(0.3)(x)
    for units in (1000, 500, 250, 250):
        x = normalised(units, activation="relu")(x)
        x = UniformNoise(0.5)(x)
    features = normalised(250, activation="relu")(x)
    x = UniformNoise(0.5)(features)
    logits = normalised(classes, train_scale=True, dtype="float32")(x)
    return Model(image, [features, logits], name="semi_supervised_discriminator")


def residual(
    width: int = 32, projected: int = 128, image_shape: Shape = DIGITS, classes: int = 10
) -> Model:
    """Residual discriminator without normalisation (after Huang et al. 2024, arXiv:2501.05441).

    Inputs (batch, 28, 28, 11), the image in [-1, 1] and the planes of its label 0 or 1 -> logits
    (batch, 1); 506,017 parameters.

    Args:
        width: channels at half the image's size; at a quarter there are twice as many.
        projected: so many features of the image have an inner product with a vector of its label,
            which is added to the logit (Miyato and Koyama 2018, arXiv:1802.05637); 0 for none.
        classes: 0 for a discriminator that is told none.
    """
    inputs = layers.Input((*image_shape[:2], image_shape[2] + classes))
    x = layers.Conv2D(width, 4, strides=2, padding="same", kernel_initializer="he_normal")(inputs)
    x = layers.AveragePooling2D(2)(residual_block(x))
    x = residual_block(layers.Conv2D(2 * width, 1, use_bias=False)(x))
    x = layers.Flatten()(layers.LeakyReLU(0.2)(x))
    logit = layers.Dense(1, dtype="float32")(x)
    if projected and classes:
        label = inputs[:, 0, 0, image_shape[2] :]
        vectors = layers.Dense(projected)(x), layers.Dense(projected, use_bias=False)(label)
        logit = layers.Add(dtype="float32")([logit, layers.Dot(1, dtype="float32")(vectors)])
    return Model(inputs, logit, name="residual_discriminator")


def projection(width: int = 32, image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """Residual discriminator with spectral normalisation and projection (Miyato et al. 2018).

    Inputs (batch, 28, 28, 11), the image in [-1, 1] and the planes of its label 0 or 1 -> values
    (batch, 1); 96,066 parameters. Every layer is at most as steep as 1 (arXiv:1802.05957), and the
    label comes in at the end only, as a vector whose inner product with the image's features is
    added to their value (Miyato and Koyama 2018, arXiv:1802.05637).

    Args:
        width: channels at half the image's size; at a quarter there are twice as many.
    """

    def normalised(layer):
        return layers.SpectralNormalization(layer, dtype="float32")

    def convolution(filters, kernel=3, strides=1):
        return normalised(layers.Conv2D(filters, kernel, strides, padding="same"))

    def block(x):
        y = convolution(x.shape[-1])(layers.ReLU()(x))
        y = convolution(x.shape[-1])(layers.ReLU()(y))
        return layers.Add()([x, y])

    channels = image_shape[2]
    inputs = layers.Input((*image_shape[:2], channels + classes))
    x = convolution(width, 4, 2)(inputs[..., :channels])
    x = layers.AveragePooling2D(2)(block(x))
    x = layers.ReLU()(block(convolution(2 * width, 1)(x)))
    features = ops.sum(x, axis=(1, 2))
    label = normalised(layers.Dense(2 * width, use_bias=False))(inputs[:, 0, 0, channels:])
    value = normalised(layers.Dense(1))(features)
    value = layers.Add(dtype="float32")([value, layers.Dot(1)([features, label])])
    return Model(inputs, value, name="projection_discriminator")
