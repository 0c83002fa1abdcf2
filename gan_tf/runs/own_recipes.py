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
        except (TypeError, ValueError) as error:
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
    changed = [
        name
        for name in {**before["recipe"], **now["recipe"]}
        if before["recipe"].get(name) != now["recipe"].get(name)
    ]
    networks = [before.get("own", {}).get("networks", {}), now["own"]["networks"]]
    changed += [
        name
        for name in now["own"]["networks"]
        if _without_names(networks[0].get(name)) != _without_names(networks[1][name])
    ]
    if changed:
        raise ValueError(
            f"The run in {path} was trained by another recipe (different: "
            f"{', '.join(sorted(set(changed)))}): give this one another name, or replace the run "
            "(--retrain, or retrain=True)."
        )


def _without_names(configuration):
    """A network's configuration without what Keras numbers anew for each network."""
    layers = (configuration or {}).get("config", {}).get("layers", [])
    return [(each["class_name"], _plain(each.get("config"))) for each in layers]


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if key != "name"}
    return [_plain(each) for each in value] if isinstance(value, list) else value
