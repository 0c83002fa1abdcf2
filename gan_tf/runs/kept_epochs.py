"""Whole epochs that a run keeps, networks and optimisers and all, and the way back to one."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from gan_tf.recipes import GanRecipe, Recipe
from gan_tf.runs import run_record
from gan_tf.runs.run_folder import check_version, latest_info
from gan_tf.storage import files
from gan_tf.storage.run_places import epoch_number, epochs_done, partial_folder


def judged(recipe: Recipe, keep_best: bool | str) -> GanRecipe:
    """The recipe with the classifier whose features tell which epoch of a GAN is the best.

    Args:
        keep_best: its name, or True for the one that is known: the recipe's own, or for MNIST's
            digits "lenet".

    Raises:
        ValueError: if none is known, or the recipe is a classifier's.
    """
    if not isinstance(recipe, GanRecipe):
        raise ValueError(
            f"Recipe {recipe.name!r} is a classifier: the best epoch, that of the least Fréchet "
            "distance, is kept of GANs."
        )
    known = recipe.feature_extractor or ("lenet" if recipe.dataset == "mnist" else None)
    judge = keep_best if isinstance(keep_best, str) else known
    if not judge:
        raise ValueError(
            f"No classifier is known that measures how good images of {recipe.dataset!r} are: name "
            "a run of lenet that was trained on them (--keep-best RUN, or keep_best=)."
        )
    return replace(recipe, feature_extractor=judge)


def best(rows: Iterable[dict[str, Any]]) -> int:
    """The epoch with the least Fréchet distance of a history's rows, the first of several."""
    return min(rows, key=lambda row: row["frechet"])["epoch"]


def kept(path: Path) -> dict[int, Path]:
    """The epochs that the run at `path` keeps, finished or begun: number -> file."""
    found = [*epochs_done(path), *epochs_done(partial_folder(path))]
    return {epoch_number(file): file for file in found}


def go_back(path: Path, epoch: int, again: bool, recipe: Recipe) -> bool:
    """Make `epoch` the last one that the training of the run at `path` has done.

    run.json of the training counts how often it went back, for it then draws other random numbers:
    with the same ones the same would come again. Where it went back to `epoch` last, it is left as
    it is, so that it can be gone on with, unless `again`.

    Returns:
        bool: whether the run has to be trained, and not only loaded.

    Raises:
        ValueError: if the run does not keep that epoch, or is of another version of its recipe.
    """
    partial, places = partial_folder(path), kept(path)
    is_begun = (partial / "run.json").is_file()
    there = is_begun or (path / "run.json").is_file()
    before = latest_info(path, training=is_begun) if there else {}
    if before.get("went_back", [])[-1:] == [epoch] and not again:
        if not is_begun:
            print(
                f"{path} went back to epoch {epoch} before and is finished: --retrain, or "
                "retrain=True, goes back again."
            )
        return is_begun
    if epoch not in places:
        others = f"only {', '.join(map(str, sorted(places)))}" if places else "nor any other"
        raise ValueError(
            f"The run at {path} keeps no epoch {epoch} to go back to, {others}: a GAN keeps its "
            "best one if it is trained with --keep-best (keep_best=)."
        )
    source = places[epoch].parent
    info = latest_info(path, training=source == partial)
    if epoch == info["epochs"]:
        raise ValueError(f"Epoch {epoch} is the last one: there is nothing to train after it.")
    info = {key: info[key] for key in info if key not in run_record.AT_THE_END}
    info["went_back"] = [*info.get("went_back", []), epoch]
    check_version(path, info, recipe)
    with files.new_folder(partial, replace=True) as new:
        for number, file in places.items():
            if number <= epoch and file.parent == source:
                shutil.copy(file, new)
        files.write_new(new / "run.json", run_record.written(info).encode())
    return True
