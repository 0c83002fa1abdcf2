"""Recipes of one's own: what a run keeps of them, so that it is loaded without their code."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import keras

from gan_tf import recipes
from gan_tf.recipes import ClassifierRecipe, GanRecipe, Recipe
from gan_tf.storage.files import reason
from gan_tf.training import losses


def is_own(recipe: Recipe) -> bool:
    """Whether a recipe is none of those that the book has."""
    known = recipes.RECIPES.get(recipe.name)
    return known is None or known.describe() != recipe.describe()


def kept(recipe: Recipe, networks: dict[str, keras.Model]) -> dict[str, Any]:
    """What `restored` makes the recipe of again, as JSON values.

    Args:
        networks: those that its run keeps, by name.

    Raises:
        ValueError: for a network or a loss that cannot be kept without its code.
    """
    configurations = {}
    for name, network in networks.items():
        try:
            configuration = network.to_json()
            keras.models.model_from_json(configuration)
        except Exception as error:  # Layers of one's own raise whatever they lack.
            raise ValueError(
                f"The {name} of recipe {recipe.name!r} cannot be kept ({reason(error)}): use "
                "Keras's own layers, or register yours by "
                "keras.saving.register_keras_serializable."
            ) from error
        configurations[name] = json.loads(configuration)
    own: dict[str, Any] = {"networks": configurations, "batch_size": recipe.batch_size}
    if isinstance(recipe, GanRecipe):
        own |= {"loss": losses.config(recipe.objective), "classes": recipe.classes}
        own["kept_samples"] = recipe.kept_samples
    return own


def restored(info: dict[str, Any]) -> Recipe:
    """The recipe of a run that holds `own` in its `info`; it is for looking, not for training."""
    own = info["own"]
    builders = {
        name: partial(keras.models.model_from_json, json.dumps(configuration))
        for name, configuration in own["networks"].items()
    }
    fields: dict[str, Any] = {
        "name": info["recipe"]["name"],
        "summary": "of one's own",
        "dataset": info["recipe"]["dataset"],
        "optimizer": _without_code,
        "batch_size": own["batch_size"],
        "epochs": info["epochs"],
        "releases": tuple(own["networks"]),
    }
    if "loss" not in own:
        return ClassifierRecipe(**fields, classifier=builders["classifier"], validation=0)
    return GanRecipe(
        **fields,
        generator=builders["generator"],
        discriminator=builders["discriminator"],
        objective=losses.get(own["loss"]),
        classes=own["classes"],
        kept_samples=own["kept_samples"],
        feature_extractor=info["recipe"].get("feature_extractor"),
    )


def _without_code():
    raise ValueError(
        "This recipe was loaded with its run, without its optimiser: train the recipe that the run "
        "was made by."
    )


def check_same(path: Path, before: dict[str, Any], now: dict[str, Any]) -> None:
    """Raise a `ValueError` if the run at `path` is of other networks, losses or numbers."""
    if changed := changes(before, now):
        raise ValueError(
            f"The run in {path} was trained by another recipe (different: {', '.join(changed)}): "
            "give this one another name, or replace the run (--retrain, or retrain=True)."
        )


def changes(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """In what two runs differ, fields of their recipes and networks, by what they record."""
    changed = {
        name
        for name in {**before["recipe"], **now["recipe"]}
        if before["recipe"].get(name) != now["recipe"].get(name)
    }
    if before["epochs"] != now["epochs"]:
        changed.add("epochs")
    owns = [each.get("own", {}) for each in (before, now)]
    if owns[0].get("sha256") != owns[1].get("sha256"):
        changed.add("the images of its dataset")
    networks = [own.get("networks", {}) for own in owns]
    changed |= {
        name
        for name in networks[1]
        if _without_names(networks[0].get(name), {}) != _without_names(networks[1][name], {})
    }
    return sorted(changed)


def _without_names(value, numbers):
    """A network's configuration with the number of each layer in the place of its name.

    Keras names layers and networks anew each time, and nothing depends on it.

    Args:
        numbers: those of the layers around it, by name.
    """
    if isinstance(value, dict):
        if isinstance(value.get("layers"), list):
            names = [layer.get("name") or layer["config"]["name"] for layer in value["layers"]]
            numbers = {name: f"layer {number}" for number, name in enumerate(names)}
            value = {key: each for key, each in value.items() if key != "name"}
        return {key: _without_names(each, numbers) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_names(each, numbers) for each in value]
    return numbers.get(value, value) if isinstance(value, str) else value
