"""Classifiers: images in [0, 1] in, probabilities of the classes out.

`image_shape` is (height, width, channels), and `classes` how many there are; both are by default
those of MNIST, for which the numbers of parameters are given.
"""

from keras import Model, Sequential, layers

from gan_tf.networks.fused_batch_normalisation import FusedBatchNormalization
from gan_tf.networks.image_shapes import DIGITS, Shape
from gan_tf.networks.random_shear import RandomShear


def lenet(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """LeNet on digits padded with zeros to 32x32 (`narman-dau` section 3).

    Images (batch, 28, 28, 1) in [0, 1] -> probabilities (batch, 10); 61,706 parameters. The
    layer called "features" holds 84 values an image.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            layers.ZeroPadding2D(2),
            layers.Conv2D(6, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu", name="features"),
            layers.Dense(classes, activation="softmax", dtype="float32"),
        ],
        name="lenet",
    )


def softmax_regression(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """Linear softmax classifier (`verzeni-yau`).

    Images (batch, 28, 28, 1) in [0, 1] -> probabilities (batch, 10); 7,850 parameters.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax", dtype="float32"),
        ],
        name="softmax_regression",
    )


def fcnn(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """Fully connected network of one hidden layer (`verzeni-yau` Fig. 3).

    Images (batch, 28, 28, 1) in [0, 1] -> probabilities (batch, 10); 203,530 parameters.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(classes, activation="softmax", dtype="float32"),
        ],
        name="fcnn",
    )


def cnn_4l(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """Convolutional network of four layers (`verzeni-yau` Fig. 4).

    Images (batch, 28, 28, 1) in [0, 1] -> probabilities (batch, 10); 592,074 parameters.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            layers.Conv2D(32, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(classes, activation="softmax", dtype="float32"),
        ],
        name="cnn_4l",
    )


def cnn_5l(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """Convolutional network of five layers (`verzeni-yau` Fig. 5).

    Images (batch, 28, 28, 1) in [0, 1] -> probabilities (batch, 10); 872,714 parameters.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            layers.Conv2D(32, 5, activation="relu"),
            layers.Conv2D(64, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(classes, activation="softmax", dtype="float32"),
        ],
        name="cnn_5l",
    )


def cnn_5l_dropout(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """`cnn_5l` with dropout, which `verzeni-yau` names as future work against its overfitting.

    Images (batch, 28, 28, 1) in [0, 1] -> probabilities (batch, 10); 872,714 parameters.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            layers.Conv2D(32, 5, activation="relu"),
            layers.Conv2D(64, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(classes, activation="softmax", dtype="float32"),
        ],
        name="cnn_5l_dropout",
    )


def resnet(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """Small residual network (He et al. 2016), which `verzeni-yau` names as future work.

    Images (batch, 28, 28, 1) in [0, 1] -> probabilities (batch, 10); 78,042 parameters.
    Three residual blocks of 16, 32 and 64 channels at 28x28, 14x14 and 7x7.
    """
    image = layers.Input(image_shape)
    x = layers.Conv2D(16, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(FusedBatchNormalization()(x))
    for channels, strides in ((16, 1), (32, 2), (64, 2)):
        y = layers.Conv2D(channels, 3, strides, padding="same", use_bias=False)(x)
        y = layers.ReLU()(FusedBatchNormalization()(y))
        y = layers.Conv2D(channels, 3, padding="same", use_bias=False)(y)
        y = FusedBatchNormalization()(y)
        if strides > 1:
            x = layers.Conv2D(channels, 1, strides, use_bias=False)(x)
        x = layers.ReLU()(layers.Add()([x, y]))
    x = layers.Dropout(0.3)(layers.GlobalAveragePooling2D()(x))
    return Model(
        image, layers.Dense(classes, activation="softmax", dtype="float32")(x), name="resnet"
    )


def baseline_cnn(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """The DCGAN discriminator as a classifier (`mnist-assignment` section 2.3).

    Images (batch, 28, 28, 1) in [0, 1] -> probabilities (batch, 10); 269,322 parameters.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            layers.Conv2D(64, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.3),
            layers.Dropout(0.3),
            layers.Conv2D(128, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.3),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax", dtype="float32"),
        ],
        name="baseline_cnn",
    )


def two_headed() -> Model:
    """`cnn_5l` that also says whether an image is real (`verzeni-yau` Fig. 6).

    Images (batch, 28, 28, 1) in [0, 1] -> "real", the probability of being real (batch, 1), and
    "digit", probabilities (batch, 11) of the ten digits and of being synthetic; 872,972
    parameters.
    """
    image = layers.Input((28, 28, 1))
    x = layers.Conv2D(32, 5, activation="relu")(image)
    x = layers.Conv2D(64, 5, activation="relu")(x)
    x = layers.Flatten()(layers.MaxPooling2D()(x))
    x = layers.Dense(128, activation="relu")(x)
    real = layers.Dense(1, activation="sigmoid", dtype="float32", name="real")(x)
    digit = layers.Dense(11, activation="softmax", dtype="float32", name="digit")(x)
    return Model(image, {"real": real, "digit": digit}, name="two_headed")


def gavazzi(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """CNN of the latent-space report (`gavazzi` section 2.1).

    Images (batch, 28, 28, 1) in [0, 1] -> probabilities (batch, 10); 28,938 parameters.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            layers.Conv2D(16, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax", dtype="float32"),
        ],
        name="gavazzi_cnn",
    )


def gavazzi_augmented(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """`gavazzi`, in training on digits that are rotated, sheared and zoomed (its section 2.5).

    By up to 10 degrees, a shear of a tenth, and a tenth larger or smaller.
    """
    return _augmented(gavazzi(image_shape, classes))


def lenet_augmented(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """`lenet`, in training on digits that are changed as those of `gavazzi_augmented`."""
    return _augmented(lenet(image_shape, classes))


def _augmented(network):
    return Sequential(
        [
            layers.Input(network.input_shape[1:]),
            layers.RandomRotation(10 / 360, fill_mode="constant"),
            RandomShear(0.1, 0.1, fill_mode="constant"),
            layers.RandomZoom(0.1, fill_mode="constant"),
            *network.layers,
        ],
        name=f"{network.name}_augmented",
    )


def finetuned_discriminator(image_shape: Shape = DIGITS, classes: int = 10) -> Model:
    """The DCGAN discriminator with ten classes for its logit (`mnist-assignment` section 3.3).

    Images (batch, 28, 28, 1) in [0, 1] -> probabilities (batch, 10); 269,322 parameters, of
    which the 62,730 of the last layer train. The convolutions are frozen: they are to be those
    of a trained discriminator, so they see the pixels in [-1, 1] as it did.
    """
    return Sequential(
        [
            layers.Input(image_shape),
            layers.Rescaling(2, offset=-1),
            layers.Conv2D(64, 5, strides=2, padding="same", trainable=False),
            layers.LeakyReLU(0.3),
            layers.Dropout(0.3),
            layers.Conv2D(128, 5, strides=2, padding="same", trainable=False),
            layers.LeakyReLU(0.3),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax", dtype="float32"),
        ],
        name="finetuned_discriminator",
    )


def set_convolutions(classifier: Model, network: Model) -> None:
    """Give the convolutions of `classifier` the weights of those of `network`, in their order."""
    pairs = zip(*map(_convolutions, (classifier, network)), strict=True)
    for mine, its in pairs:
        mine.set_weights(its.get_weights())


def _convolutions(network):
    return [layer for layer in network.layers if isinstance(layer, layers.Conv2D)]
