"""Recipes: which networks, loss, optimisers, batch and epochs make each report's experiment."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from keras.optimizers import Adam

from gan_tf import classifiers, discriminators, generators, losses


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One experiment at the size its report gives.

    Args:
        name: what `runs.train` and the command line call it.
        summary: one line for people, with the report it comes from.
        dataset: a name that `data.load` knows.
        optimizer: `functools.partial` that makes a fresh optimiser.
        batch_size: images a step.
        epochs: passes over the training images.
    """

    name: str
    summary: str
    dataset: str
    optimizer: partial
    batch_size: int
    epochs: int

    def describe(self):
        """All that makes the result as JSON values: two recipes that agree here are one."""
        return {
            "name": self.name,
            "dataset": self.dataset,
            "optimizer": {"name": self.optimizer.func.__name__, **self.optimizer.keywords},
            "batch_size": self.batch_size,
        }


@dataclass(frozen=True, kw_only=True)
class GanRecipe(Recipe):
    """A generator and a discriminator against each other, each with its own optimiser.

    Args:
        generator, discriminator: builders of `generators` and `discriminators`.
        objective: an object of `losses`.
    """

    generator: Callable
    discriminator: Callable
    objective: Any

    def describe(self):
        return {
            **super().describe(),
            "generator": self.generator.__name__,
            "discriminator": self.discriminator.__name__,
            "objective": repr(self.objective),
        }


@dataclass(frozen=True, kw_only=True)
class ClassifierRecipe(Recipe):
    """A classifier on labelled images, with cross-entropy.

    Args:
        classifier: a builder of `classifiers`.
        validation: training images, the last ones, that are held out to validate on.
        readings: epochs at which the weights are kept; the last epoch is always kept.
    """

    classifier: Callable
    validation: int
    readings: tuple[int, ...] = ()

    def describe(self):
        return {
            **super().describe(),
            "classifier": self.classifier.__name__,
            "validation": self.validation,
            "readings": list(self.readings),
        }


def _verzeni_yau(name, classifier, summary):
    """A classifier of `verzeni-yau`: 54,000 digits for 100 epochs in Keras's defaults of then."""
    return ClassifierRecipe(
        name=name,
        summary=summary,
        dataset="mnist",
        classifier=classifier,
        optimizer=partial(Adam, learning_rate=1e-3),
        batch_size=32,
        epochs=100,
        validation=6000,
        readings=(5, 50),
    )


RECIPES = {
    recipe.name: recipe
    for recipe in (
        GanRecipe(
            name="dcgan",
            summary="DCGAN of TensorFlow's tutorial on MNIST (mnist-assignment; qiao's baseline)",
            dataset="mnist",
            generator=generators.dcgan,
            discriminator=discriminators.dcgan,
            objective=losses.NonSaturating(),
            optimizer=partial(Adam, learning_rate=1e-4),
            batch_size=256,
            epochs=100,
        ),
        GanRecipe(
            name="dcgan-28",
            summary="28x28 DCGAN on MNIST (narman-dau section 1)",
            dataset="mnist",
            generator=generators.dcgan_28,
            discriminator=discriminators.dcgan_28,
            objective=losses.NonSaturating(),
            optimizer=partial(Adam, learning_rate=2e-4, beta_1=0.5, beta_2=0.999),
            batch_size=100,
            epochs=30,
        ),
        _verzeni_yau(
            "softmax", classifiers.softmax_regression, "linear softmax classifier (verzeni-yau)"
        ),
        _verzeni_yau("fcnn", classifiers.fcnn, "fully connected network (verzeni-yau Fig. 3)"),
        _verzeni_yau("cnn-4l", classifiers.cnn_4l, "CNN of 4 layers (verzeni-yau Fig. 4)"),
        _verzeni_yau("cnn-5l", classifiers.cnn_5l, "CNN of 5 layers (verzeni-yau Fig. 5)"),
        _verzeni_yau(
            "cnn-5l-dropout",
            classifiers.cnn_5l_dropout,
            "CNN of 5 layers with dropout (verzeni-yau's future work)",
        ),
        _verzeni_yau(
            "resnet", classifiers.resnet, "small residual network (verzeni-yau's future work)"
        ),
        ClassifierRecipe(
            name="baseline-cnn",
            summary="the DCGAN discriminator as a classifier (mnist-assignment section 2.3)",
            dataset="mnist",
            classifier=classifiers.baseline_cnn,
            optimizer=partial(Adam, learning_rate=1e-3),
            batch_size=32,
            epochs=10,
            validation=0,
        ),
    )
}


def get(name):
    """The recipe called `name`.

    Raises:
        ValueError: if there is no such recipe.
    """
    if name not in RECIPES:
        raise ValueError(f"There is no recipe {name!r}. Known: {', '.join(RECIPES)}.")
    return RECIPES[name]
