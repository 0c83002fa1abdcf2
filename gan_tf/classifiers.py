"""Classifiers: images in [0, 1] in, probabilities of the ten classes out."""

from keras import Sequential, layers


def lenet():
    """LeNet on digits padded with zeros to 32x32 (`narman-dau` section 3).

    Images (batch, 28, 28, 1) in [0, 1] -> probabilities (batch, 10); 61,706 parameters. The
    layer called "features" holds 84 values an image.
    """
    return Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.ZeroPadding2D(2),
            layers.Conv2D(6, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu", name="features"),
            layers.Dense(10, activation="softmax", dtype="float32"),
        ],
        name="lenet",
    )
