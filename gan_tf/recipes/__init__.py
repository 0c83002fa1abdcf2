"""Recipes: one file a report, each with its experiments at the size that the report gives."""

import gan_tf.environment.quiet_tensorflow  # noqa: F401, before anything imports TensorFlow

# isort: split
from dataclasses import replace

from gan_tf import catalogue
from gan_tf.recipes import (
    gavazzi,
    mnist_assignment,
    modern,
    narman_dau,
    qiao,
    salimans,
    verzeni_yau,
)
from gan_tf.recipes.recipe import ClassifierRecipe, GanRecipe, Recipe, read_description

RECIPES: dict[str, Recipe] = {
    recipe.name: replace(recipe, summary=catalogue.CATALOGUE[recipe.name].summary)
    for report in (mnist_assignment, narman_dau, qiao, gavazzi, verzeni_yau, salimans, modern)
    for recipe in report.RECIPES
}

__all__ = ["RECIPES", "ClassifierRecipe", "GanRecipe", "Recipe", "get", "read_description"]


def get(name: str) -> Recipe:
    """The recipe called `name`.

    Raises:
        ValueError: if there is no such recipe.
    """
    catalogue.check(name)
    return RECIPES[name]
