"""Recipes: which networks, loss, optimisers, batch and epochs make each report's experiment."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from keras.optimizers import Adam

from gan_tf import discriminators, generators, losses


@dataclass(frozen=True)
class Recipe:
    """One experiment at the size its report gives.

    Args:
        name: what `runs.train` and the command line call it.
        summary: one line for people, with the report it comes from.
        dataset: a name that `data.load` knows.
        generator, discriminator: builders of `generators` and `discriminators`.
        objective: an object of `losses`.
        optimizer: `functools.partial` that makes a fresh optimiser; each network gets its own.
        batch_size: images a step.
        epochs: passes over the training images.
    """

    name: str
    summary: str
    dataset: str
    generator: Callable
    discriminator: Callable
    objective: Any
    optimizer: partial
    batch_size: int
    epochs: int

    def describe(self):
        """All that makes the result as JSON values: two recipes that agree here are one."""
        return {
            "name": self.name,
            "dataset": self.dataset,
            "generator": self.generator.__name__,
            "discriminator": self.discriminator.__name__,
            "objective": repr(self.objective),
            "optimizer": {"name": self.optimizer.func.__name__, **self.optimizer.keywords},
            "batch_size": self.batch_size,
        }


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
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
        Recipe(
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
