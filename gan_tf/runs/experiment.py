"""An experiment: a recipe made ready to train, with all that a run needs of it."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

from gan_tf import arguments
from gan_tf.data import Dataset
from gan_tf.recipes import ClassifierRecipe, GanRecipe, Recipe


class Experiment:
    """A recipe with its model, its images and what is kept of its training.

    Attributes:
        recipe: the recipe.
        images: uint8 (n, height, width, channels), those that it trains on.
        labels: theirs (n,), or `None` where it needs none.
        step_size: images a step.
        steps: steps an epoch.
        model: the compiled Keras model.
        networks: name -> network, among them those that the recipe releases.
        metrics: a metric's key -> what it is called in the line of an epoch, in this order.
        state_file: name of the file of `state`.
        validation_data: `None`, or images and labels as `fit` takes them.
        callbacks: Keras callbacks of its own.
    """

    metrics: dict[str, str]
    networks: dict[str, keras.Model]
    state_file: str
    validation_data: tuple[Any, np.ndarray] | None = None
    callbacks: Sequence[keras.callbacks.Callback] = ()

    def __init__(
        self, recipe: Recipe, images: np.ndarray, labels: np.ndarray | None, step_size: int
    ):
        self.recipe, self.images, self.labels = recipe, images, labels
        self.step_size = step_size

    def batches(self, epochs: int, initial_epoch: int) -> tf.data.Dataset:
        """The `tf.data.Dataset` for `fit`."""
        raise NotImplementedError

    @property
    def variables(self) -> list[keras.Variable]:
        """All that a training changes: weights, the state of what is random, its optimisers."""
        raise NotImplementedError

    def measure(self, epoch: int) -> dict[str, float]:
        """Take note of what is kept after `epoch`, 0 being before training.

        Returns:
            dict: what was measured, by keys of `metrics`.
        """
        raise NotImplementedError

    def warning(self, epoch: int, metrics: dict[str, float]) -> str:
        """What to warn of after an epoch, in words; "" if nothing."""
        return ""

    def signs(self, history: pd.DataFrame) -> dict[str, list[int]]:
        """The epochs of a whole training in which something went wrong, by what; here none."""
        return {}

    def pictures(self) -> np.ndarray | None:
        """The latest samples uint8 (n, height, width, channels), or `None`."""
        return None

    def state(self) -> dict[str, np.ndarray]:
        """What was kept so far, as named arrays, to go on from."""
        raise NotImplementedError

    def released(self) -> dict[str, np.ndarray]:
        """What of the `state` the finished run keeps."""
        return self.state()

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Take over the `state` of an earlier part of this training."""
        raise NotImplementedError


def learnt_from(
    recipe: GanRecipe | ClassifierRecipe, dataset: Dataset, images: int | None
) -> slice:
    """Which of the training images a recipe learns from: not the last ones, which it holds out.

    Args:
        images: how many at most, `None` for all.

    Raises:
        ValueError: if none are left.
    """
    count = len(dataset.x_train) - recipe.validation
    if count < 1:
        raise ValueError(
            f"Recipe {recipe.name!r} holds out {recipe.validation:,} images to validate on, but "
            f"{recipe.dataset!r} has {len(dataset.x_train):,}: make its validation smaller, or "
            "give more images."
        )
    return slice(min(images, count) if images else count)


def labels_for(recipe: Recipe, dataset: Dataset, classes: int | None = None) -> np.ndarray:
    """The training labels (n,) of a data set.

    Args:
        classes: how many the networks are for, if that matters.

    Raises:
        ValueError: if it has none, or others than the networks are for.
    """
    if dataset.y_train is None:
        raise ValueError(
            f"Recipe {recipe.name!r} needs labels, but {recipe.dataset!r} has no y_train: add "
            "it, or choose a recipe that learns without labels."
        )
    parts = {"training": dataset[:2], "test": dataset[2:4]}
    for part, (images, labels) in parts.items():
        if labels is not None:
            named = f"labels of the {part} images of {recipe.dataset!r}"
            arguments.labels(labels, len(images), classes, named)
    if classes and dataset.class_names and len(dataset.class_names) != classes:
        raise ValueError(
            f"The networks of recipe {recipe.name!r} are for {classes} classes, but "
            f"{recipe.dataset!r} has {len(dataset.class_names)}: build them for as many."
        )
    return dataset.y_train


def check_size(recipe: Recipe, taken: tuple[int, ...], images: np.ndarray) -> None:
    """Raise a `ValueError` if images are not of the size (height, width, channels) taken."""
    if images.shape[1:] != taken:
        raise ValueError(
            f"The networks of recipe {recipe.name!r} take images of {taken}, but those of "
            f"{recipe.dataset!r} are {images.shape[1:]}: choose a recipe for that size."
        )
