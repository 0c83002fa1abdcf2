"""Whole epochs that a run keeps, networks and optimisers and all, and the way back to one."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from gan_tf.recipes import GanRecipe, Recipe
from gan_tf.runs.run_folder import epochs_done, partial_folder, read_info, write_info
from gan_tf.storage import files


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
    """The epochs that the run at `path` keeps, finished or begun: number -> folder."""
    found = [*epochs_done(path), *epochs_done(partial_folder(path))]
    return {int(place.name.removeprefix("epoch-")): place for place in found}


def go_back(path: Path, epoch: int, again: bool) -> bool:
    """Make `epoch` the last one that the training of the run at `path` has done.

    run.json of the training counts how often it went back, for it then draws other random numbers:
    with the same ones the same would come again. Where it went back to `epoch` last, it is left as
    it is, so that it can be gone on with, unless `again`.

    Returns:
        bool: whether the run has to be trained, and not only loaded.

    Raises:
        ValueError: if the run does not keep that epoch.
    """
    partial, places = partial_folder(path), kept(path)
    begun = partial if (partial / "run.json").is_file() else path
    there = (begun / "run.json").is_file()
    before = files.read(begun / "run.json", read_info) if there else {}
    if before.get("went_back", [])[-1:] == [epoch] and not again:
        if begun == path:
            print(
                f"{path} went back to epoch {epoch} before and is finished: --retrain, or "
                "retrain=True, goes back again."
            )
        return begun == partial
    if epoch not in places:
        others = f"only {', '.join(map(str, sorted(places)))}" if places else "nor any other"
        raise ValueError(
            f"The run at {path} keeps no epoch {epoch} to go back to, {others}: a GAN keeps its "
            "best one if it is trained with --keep-best (keep_best=)."
        )
    source = places[epoch].parent
    info = files.read(source / "run.json", read_info)
    if epoch == info["epochs"]:
        raise ValueError(f"Epoch {epoch} is the last one: there is nothing to train after it.")
    info["went_back"] = [*info.get("went_back", []), epoch]
    if source == path:
        with files.written_whole(partial) as new:
            shutil.copytree(places[epoch], new / places[epoch].name)
            write_info(new / "run.json", info)
        return True
    for number, place in places.items():
        if number > epoch and place.parent == partial:
            shutil.rmtree(place)
    with files.written_whole(partial / "run.json") as new:
        write_info(new, info)
    return True
