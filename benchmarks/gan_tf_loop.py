"""This project's training steps as they are measured: a recipe, some images, and a round."""

from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np

from gan_tf import data, recipes
from gan_tf.data import Dataset
from gan_tf.recipes import GanRecipe
from gan_tf.runs.gan_experiment import GanExperiment


def gan_recipe(name: str) -> GanRecipe:
    """The recipe of a GAN, without images that are held out; `ValueError` for a classifier's."""
    recipe = recipes.get(name)
    if not isinstance(recipe, GanRecipe):
        raise ValueError(f"{name!r} is a classifier: name a GAN.")
    return replace(recipe, validation=0)


def arrays(recipe: GanRecipe, images: int) -> tuple[np.ndarray, np.ndarray]:
    """About so many images and labels, in whole steps of the recipe."""
    step = recipe.batch_size * recipe.objective.critic_steps
    pixels = data.load(recipe.dataset).x_train[: max(1, images // step) * step]
    return pixels, data.load("mnist").y_train[: len(pixels)]


def gan_tf_loop(
    recipe: GanRecipe, images: np.ndarray, labels: np.ndarray, precision: str
) -> Callable[[], None]:
    """A function that trains for one round as `runs.train` does, in the given precision."""
    keras.config.set_dtype_policy(precision)
    known = Dataset(images, labels, None, None, tuple(map(str, range(10))))
    experiment = GanExperiment(recipe, known, None, seed=0)
    keras.config.set_dtype_policy("float32")

    def round_():
        experiment.model.fit(
            experiment.batches(1, 0), steps_per_epoch=experiment.steps, shuffle=False, verbose=0
        )

    return round_
