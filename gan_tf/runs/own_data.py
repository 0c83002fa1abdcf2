"""Runs on images of one's own: what they are called, and what is recorded of the images."""

import hashlib
import re
from pathlib import Path
from typing import Any

import numpy as np

from gan_tf import data
from gan_tf.data import Dataset, conversions
from gan_tf.recipes import Recipe

# So many images at a time where there may be more than fit into memory.
_BLOCK = 1000
LEAST_IMAGES = 10


def name_of(recipe: Recipe, path: str | Path | None, is_own: bool) -> str:
    """What a run is called by default: the recipe and the file or folder.

    Without one it is the recipe's name, of one of one's own; of another, whose best epoch is to
    be kept, "<recipe>-best".
    """
    if path is None:
        return recipe.name if is_own else f"{recipe.name}-best"
    stem = re.sub(r"[^\w .-]", "-", Path(path).stem)
    return f"{recipe.name}-{stem}"


def load(
    path: str | Path, size: int | None = None, skip_damaged: bool = False
) -> tuple[Dataset, dict[str, Any]]:
    """Images of one's own in an order of chance, and what a run records of them.

    The order is the same each time, and every beginning and end of it has the classes in their
    proportions: so parts of the images can be taken from it.

    Raises:
        ValueError: for what `data.load` refuses, and if the images are too few or all the same.
    """
    dataset = data.load(path, size, skip_damaged)
    images = dataset.x_train
    if len(images) < LEAST_IMAGES:
        raise ValueError(
            f"There are only {len(images)} images in {path}, of which nothing can be learnt: give "
            f"at least {LEAST_IMAGES}."
        )
    if all((part == images[0]).all() for part in _blocks(images)):
        raise ValueError(f"All images in {path} are the same: give different ones.")
    _say_rare_classes(dataset, path)
    record = {
        "name": Path(path).name,
        "size": size,
        "sha256": checksum(dataset),
        "images": len(images),
        "image_shape": list(images.shape[1:]),
        "class_names": list(dataset.class_names),
    }
    order = data.stratified_order(dataset.y_train, len(images), seed=0)
    labels = None if dataset.y_train is None else dataset.y_train[order]
    return dataset._replace(x_train=_taken(images, order), y_train=labels), record


def fitted(recipe: Recipe, record: dict[str, Any]) -> Recipe:
    """The recipe for the images of which `record` was made."""
    return recipe.fitted(
        record["name"],
        tuple(record["image_shape"]),
        len(record["class_names"]),
        record["images"],
    )


def check_same(path: Path, before: dict[str, Any], now: dict[str, Any]) -> None:
    """Raise a `ValueError` if the run at `path` is of another recipe or other images."""
    names = before["recipe"]["name"], now["recipe"]["name"]
    if names[0] != names[1]:
        difference = f"by the recipe {names[0]}, not {names[1]}"
    elif _shape(before) != _shape(now):
        difference = f"on images of {_shape(before)}, not {_shape(now)} (--size, or size=)"
    elif before.get("data", {}).get("sha256") != now.get("data", {}).get("sha256"):
        difference = f"on other images than those that {now['recipe']['dataset']} has now"
    elif before.get("judge") != now.get("judge"):
        judges = [
            f"with --keep-best {each['judge']}" if "judge" in each else "without --keep-best"
            for each in (before, now)
        ]
        difference = f"{judges[0]}, not {judges[1]}"
    else:
        return
    raise ValueError(
        f"The run in {path} was trained {difference}: give the new one another name (--name, or "
        "name=), or replace the old one (--retrain, or retrain=True)."
    )


def _shape(info):
    """The size of the images of a run of which `info` is kept, in words."""
    return "×".join(map(str, info["data"]["image_shape"])) if "data" in info else "the recipe"


def _say_rare_classes(dataset, path):
    if dataset.y_train is None:
        return
    counts = np.bincount(dataset.y_train, minlength=len(dataset.class_names))
    if missing := [dataset.class_names[number] for number in np.flatnonzero(counts == 0)]:
        print(f"{path}: no training image of {conversions.listed(missing)}.")
    if single := [dataset.class_names[number] for number in np.flatnonzero(counts == 1)]:
        print(
            f"{path}: one image only of {conversions.listed(single)}, of which nothing but that "
            "image can be learnt."
        )


def checksum(dataset: Dataset) -> str:
    """SHA-256 of all arrays and names of classes."""
    found = hashlib.sha256()
    for array in dataset[:4]:
        if array is not None:
            found.update(str(array.shape).encode())
            for part in _blocks(array):
                found.update(np.ascontiguousarray(part).data)
    found.update("\0".join(dataset.class_names).encode())
    return found.hexdigest()


def _taken(images, order):
    """Images in another order; those in a file into a new file, a block at a time."""
    if not isinstance(images, np.memmap):
        return images[order]
    taken = data.room_on_disk(images.shape)
    for start in range(0, len(order), _BLOCK):
        taken[start : start + _BLOCK] = images[order[start : start + _BLOCK]]
    return taken


def _blocks(array):
    return (array[start : start + _BLOCK] for start in range(0, len(array), _BLOCK))
