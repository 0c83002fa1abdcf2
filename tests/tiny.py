"""A recipe that trains in a second and has all that a large one has: batch norm and dropout.

Run as a program it trains itself in the folder it is given: `python -m tests.tiny FOLDER EPOCHS`.
"""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from keras import Model, Sequential, layers
from keras.optimizers import Adam

from gan_tf import catalogue, recipes, runs
from gan_tf.environment import profiles
from gan_tf.networks.uniform_noise import UniformNoise
from gan_tf.networks.weight_normalisation import WeightNormDense
from gan_tf.training import losses


def generator(inputs=4):
    return Sequential(
        [
            layers.Input((inputs,)),
            layers.Dense(49, use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.3),
            layers.Reshape((7, 7, 1)),
            layers.Conv2DTranspose(
                1, 5, strides=4, padding="same", activation="tanh", dtype="float32"
            ),
        ]
    )


def discriminator(channels=1):
    return Sequential(
        [
            layers.Input((28, 28, channels)),
            layers.Conv2D(2, 5, strides=4, padding="same"),
            layers.LeakyReLU(0.3),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(1, dtype="float32"),
        ]
    )


def semi_supervised():
    """With noise and normalised weights, as those of Salimans et al. 2016."""
    image = layers.Input((28, 28, 1))
    x = UniformNoise(0.3)(layers.Flatten()(image))
    features = WeightNormDense(8, "relu")(x)
    return Model(
        image, [features, WeightNormDense(10, train_scale=True, dtype="float32")(features)]
    )


def classifier():
    return Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.MaxPooling2D(4),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax", dtype="float32"),
        ]
    )


RECIPE = recipes.GanRecipe(
    name="tiny",
    summary="for the tests",
    dataset="mnist",
    generator=generator,
    discriminator=discriminator,
    objective=losses.NonSaturating(),
    optimizer=partial(Adam, learning_rate=1e-3),
    batch_size=64,
    epochs=3,
)

CONDITIONAL = replace(
    RECIPE,
    name="tiny-conditional",
    generator=partial(generator, inputs=14),
    discriminator=partial(discriminator, channels=11),
    classes=10,
)

SEMI_SUPERVISED = replace(
    recipes.get("semi-supervised-100"),
    name="tiny-semi-supervised",
    generator=generator,
    discriminator=semi_supervised,
)


def registered(patch, recipe):
    """Let the package know a recipe as one of the book's, as long as the monkeypatch lasts."""
    patch.setitem(recipes.RECIPES, recipe.name, recipe)
    patch.setitem(catalogue.CATALOGUE, recipe.name, catalogue.Entry(recipe.epochs, recipe.summary))


def train(home, epochs):
    """Train the recipe in the folder `home`, in a process of its own."""
    profiles.ROOT = Path(home)
    registered(pytest.MonkeyPatch(), RECIPE)
    runs.train("tiny", profile="smoke", epochs=epochs)


if __name__ == "__main__":
    train(sys.argv[1], int(sys.argv[2]))
