from functools import partial

import keras
import numpy as np
import pytest
from keras import layers

from gan_tf import data, recipes
from gan_tf.networks import discriminators
from gan_tf.training import losses, one_backward_pass
from gan_tf.training.augmentation import Augmentation
from gan_tf.training.gan import GAN
from tests import tiny

SUFFICES = ["dcgan", "dcgan-3x3", "wgan", "wgan-clipped", "gavazzi"]
# Batch normalisation in the discriminator, penalties, another loss of the generator.
DOES_NOT = ["dcgan-28", "cgan", "wgan-gp", "modern", "gavazzi-certain", "semi-supervised-20"]


@pytest.mark.parametrize("name", SUFFICES + DOES_NOT)
def test_of_which_recipes(name):
    recipe = recipes.get(name)
    found = one_backward_pass.suffices(recipe.objective, recipe.discriminator())
    assert found == (name in SUFFICES)


def probabilities():
    network = tiny.discriminator()
    last = layers.Dense(1, activation="sigmoid")
    return keras.Sequential([layers.Input((28, 28, 1)), *network.layers[:-1], last])


def steps_of(gan, optimizer):
    """The weights of a GAN after three steps."""
    gan.compile(optimizer(), optimizer())
    gan.fit(data.load("mnist").x_train[:192], batch_size=64, verbose=0)
    return [*gan.generator.get_weights(), *gan.discriminator.get_weights()]


@pytest.mark.parametrize(
    "objective, discriminator",
    [
        (losses.NonSaturating(), tiny.discriminator),
        (losses.NonSaturating(0.9), tiny.discriminator),
        (losses.OnProbabilities(), probabilities),
        (losses.Wasserstein(clip=0.1, critic_steps=2), tiny.discriminator),
    ],
    ids=["non-saturating", "smoothed", "on probabilities", "wasserstein"],
)
def test_steps_are_those_of_two_passes(objective, discriminator, monkeypatch):
    trained = []
    for one in (True, False):
        keras.utils.set_random_seed(0)
        networks = tiny.generator(), discriminator()
        assert one_backward_pass.suffices(objective, networks[1])
        with monkeypatch.context() as patch:
            if not one:
                patch.setattr(one_backward_pass, "suffices", lambda *_: False)
            trained.append(steps_of(GAN(*networks, objective), partial(keras.optimizers.SGD, 0.1)))
    for one, two in zip(*trained, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-3, atol=1e-5)


class Blurring(GAN):
    """A generator that is also to draw smooth images, which the outputs do not tell."""

    def generator_loss(self, fake, *outputs):
        return super().generator_loss(fake, *outputs) + keras.ops.mean(fake**2)


@pytest.mark.parametrize("kind, options", [(Blurring, {}), (GAN, {"augmentation": Augmentation()})])
def test_others_take_two_passes(kind, options, monkeypatch):
    monkeypatch.delattr(one_backward_pass, "gradients")
    steps_of(kind(tiny.generator(), tiny.discriminator(), **options), keras.optimizers.SGD)


def test_several_outputs_an_image_take_two_passes():
    patches = layers.Conv2D(1, 5, strides=4, padding="same")
    discriminator = keras.Sequential([layers.Input((28, 28, 1)), patches])
    assert not one_backward_pass.suffices(losses.NonSaturating(), discriminator)


def test_a_layer_within_a_model():
    inner = keras.Sequential([layers.Input((28, 28, 1)), layers.BatchNormalization()])
    network = keras.Sequential([inner, *discriminators.dcgan().layers])
    assert not one_backward_pass.suffices(losses.NonSaturating(), network)
