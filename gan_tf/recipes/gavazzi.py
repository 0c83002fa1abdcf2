"""Recipes of `gavazzi`: the small GAN whose latent space is explored, and its CNN."""

from functools import partial

from gan_tf.networks import classifiers, discriminators, generators
from gan_tf.recipes.recipe import KERAS_ADAM, ClassifierRecipe, GanRecipe
from gan_tf.training import losses
from gan_tf.training.optimizers import Adam


def _gavazzi(name, objective, **fields):
    """The reference GAN of `gavazzi`."""
    return GanRecipe(
        name=name,
        dataset="mnist",
        generator=generators.gavazzi,
        discriminator=discriminators.gavazzi,
        objective=objective,
        optimizer=partial(Adam, learning_rate=2e-4, beta_1=0.5, beta_2=0.999),
        batch_size=32,
        epochs=5,
        records_steps=True,
        **fields,
    )


def _gavazzi_cnn(name, classifier):
    """The CNN of `gavazzi`."""
    return ClassifierRecipe(
        name=name,
        dataset="mnist",
        classifier=classifier,
        optimizer=KERAS_ADAM,
        batch_size=32,
        epochs=5,
        records_steps=True,
        validation=0,
    )


RECIPES = (
    _gavazzi("gavazzi", losses.NonSaturating()),
    _gavazzi(
        "gavazzi-certain",
        losses.CertaintyRewarding(),
        auxiliary_classifier="gavazzi-cnn",
        # data/ is to stay small, and no chapter asks its discriminator.
        releases=("generator",),
    ),
    _gavazzi_cnn("gavazzi-cnn", classifiers.gavazzi),
    _gavazzi_cnn("gavazzi-cnn-augmented", classifiers.gavazzi_augmented),
)
