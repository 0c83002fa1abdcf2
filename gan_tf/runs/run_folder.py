"""The folder of a run: where it is, what it holds, and whether it is of this version.

A finished run is a folder `<recipe>/seed<k>` with

    run.json            recipe, seed, profile, epochs, precision, versions, device, seconds; how
                        many images it is of and how many steps an epoch has; of images of one's
                        own what `own_data.load` records; what the monitor said; the `judge` of the
                        best epoch where that is kept whole, and to which epochs the training
                        `went_back`
    history.csv         one row an epoch: the metrics of the training, seconds
    steps.csv           the same of every 25 steps, of recipes that record them
    <network>.npz       compressed weights, in Keras's order: generator and discriminator, or
                        classifier; those that the recipe releases, or of them only those
                        that `kept` in run.json names
    samples.npz         of a GAN: images of the same latents before training and after each epoch,
                        in 64 levels; with a feature extractor also the best epoch, its Fréchet
                        distance and, where it is not the last one, its generator
    readings.npz        of a classifier: what it read after earlier epochs
    epoch-<n>/          the best epoch with both optimisers, where it was to be kept

While it is trained, `<recipe>/seed<k>.partial` holds the last finished epoch with both
optimisers, so a training that was stopped goes on from there.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gan_tf import recipes
from gan_tf.environment import profiles
from gan_tf.recipes import Recipe
from gan_tf.storage import files

PRECISIONS = ("float32", "mixed_bfloat16")


def folder(
    recipe_name: str,
    seed: int = 0,
    profile: str | None = None,
    epochs: int | None = None,
    precision: str | None = None,
) -> Path:
    """Where a run is kept: data/runs/<recipe>/seed<k> in the home of its profile.

    A run of another number of epochs than the profile's, or of a precision that was asked
    for, is kept under build, whatever the profile: it is never mistaken for a released one.
    """
    profile = profiles.get(profile)
    home, name = profile.home, f"seed{seed}"
    if epochs not in (None, epochs_of(recipes.get(recipe_name), profile)):
        name += f"-{epochs}epochs"
    if precision:
        name += f"-{precision}"
    if "-" in name:
        home = profiles.ROOT / "build" / profile.name
    return home / "data" / "runs" / recipe_name / name


def own_folder(
    name: str,
    seed: int = 0,
    profile: str | None = None,
    epochs: int | None = None,
    precision: str | None = None,
) -> Path:
    """Where a run of one's own is kept: runs/<name>/seed<k>, and what differs from a plain run.

    Raises:
        ValueError: if the name is that of a recipe, or cannot be that of a folder.
    """
    if name in recipes.RECIPES:
        raise ValueError(
            f"{name!r} is the name of a recipe: give the run another one (--name, or name=)."
        )
    if not re.fullmatch(r"\w[\w .-]*", name):
        raise ValueError(
            f"{name!r} cannot be the name of a run: use letters, digits, spaces, points and dashes."
        )
    return profiles.ROOT / "runs" / name / _own_run(seed, profile, epochs, precision)


def _own_run(seed, profile, epochs, precision):
    profile = profiles.get(profile).name
    parts = [f"seed{seed}", epochs and f"{epochs}epochs", precision, profile]
    return "-".join(part for part in parts if part and part != "paper")


def find(
    named: str,
    seed: int = 0,
    profile: str | None = None,
    epochs: int | None = None,
    precision: str | None = None,
) -> Path:
    """Where the run is that is `named` by a recipe, by what a run of one's own is called, or by
    its folder; it need not be there.

    Of one's own, where neither seed nor epochs nor precision is said, it is the only run of that
    name. `named` may also be the folder of all runs of a name.

    Raises:
        ValueError: for a profile, a precision or numbers that there are not.
    """
    check_numbers(seed, epochs, precision)
    profiles.get(profile)
    if named in recipes.RECIPES:
        return folder(named, seed, profile, epochs, precision)
    places = [Path(named), profiles.ROOT / "runs" / named]
    if (places[0] / "run.json").is_file():
        return places[0]
    place = next((each for each in places if any(each.glob("seed*"))), None)
    if place is None:
        return places[0]
    found = {path.name.removesuffix(".partial") for path in place.glob("seed*") if path.is_dir()}
    if len(found) == 1 and (seed, epochs, precision) == (0, None, None):
        return place / found.pop()
    return place / _own_run(seed, profile, epochs, precision)


def check_numbers(seed: int, epochs: int | None, precision: str | None) -> None:
    """Raise a `ValueError` if there can be no such run."""
    if not isinstance(seed, int) or not 0 <= seed < 2**31:
        raise ValueError(f"The seed is {seed}, but must be a whole number from 0 to 2**31 - 1.")
    if epochs is not None and (not isinstance(epochs, int) or epochs < 1):
        raise ValueError(
            f"{epochs} epochs were asked for, but there must be a whole number of at least 1."
        )
    if precision is not None and precision not in PRECISIONS:
        raise ValueError(f"There is no precision {precision!r}. Known: {', '.join(PRECISIONS)}.")


def partial_folder(path: Path) -> Path:
    """Where the run at `path` is kept while it is trained."""
    return path.with_name(f"{path.name}.partial")


def epochs_done(partial: Path) -> list[Path]:
    """Folders of the epochs that an unfinished training kept, the last one last."""
    return sorted(partial.glob("epoch-*"))


def epochs_of(recipe: Recipe, profile: profiles.Profile) -> int:
    """Epochs of a recipe in a profile: the report's own, or fewer."""
    return min(recipe.epochs, profile.epochs or recipe.epochs)


def check_version(path: Path, info: dict[str, Any], recipe: Recipe) -> None:
    """Raise a `ValueError` if the run at `path` is of another version of its recipe."""
    was, now = info["recipe"], recipe.describe()
    if was != now:
        changed = sorted(k for k in {*was, *now} if was.get(k) != now.get(k))
        raise ValueError(
            f"{path} was made by another version of recipe {recipe.name!r} (different: "
            f"{', '.join(changed)}): delete that folder to train anew."
        )


def read_history(path: Path) -> pd.DataFrame:
    """The DataFrame in history.csv, indexed by epoch."""
    # Through str, for what pandas parses itself it may round in the last bit.
    history = pd.read_csv(path, dtype=str, index_col="epoch").astype(float)
    history.index = history.index.astype(int)
    return history


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays in an .npz file, by name."""
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)


def read_info(path: Path) -> dict[str, Any]:
    """What run.json holds; the recipe in the words that recipes use now."""
    info = json.loads(path.read_text(encoding="utf-8"))
    return {**info, "recipe": recipes.read_description(info["recipe"])}


def latest_history(path: Path) -> pd.DataFrame:
    """The history of the run at `path`, or of its training as far as it has come.

    Raises:
        FileNotFoundError: if neither is there.
        ValueError: if it is corrupt.
    """
    places = [path, *reversed(epochs_done(partial_folder(path)))]
    found = next((place for place in places if (place / "history.csv").is_file()), None)
    if found is None and partial_folder(path).is_dir():
        raise FileNotFoundError(
            f"The training at {path} has finished no epoch yet: give the command that began it "
            "again."
        )
    if found is None:
        raise FileNotFoundError(
            f"There is no run at {path}, finished or begun: train one with "
            "`python -m gan_tf train RECIPE`."
        )
    return files.read(found / "history.csv", read_history)


def latest_info(path: Path) -> dict[str, Any]:
    """What run.json of the run at `path` holds, or that of its training."""
    places = [path / "run.json", partial_folder(path) / "run.json"]
    return files.read(next(filter(Path.is_file, places), places[0]), read_info)


def write_info(path: Path, info: dict[str, Any]) -> None:
    """Write run.json."""
    path.write_text(json.dumps(info, indent=1) + "\n", encoding="utf-8")


def remove_leftover(path: Path) -> None:
    """Remove the training of the finished run at `path`, if a kill just then left it over."""
    for epoch in epochs_done(partial_folder(path)):
        kept, finished = (place / "history.csv" for place in (epoch, path))
        if finished.is_file() and kept.read_bytes() == finished.read_bytes():
            shutil.rmtree(partial_folder(path))
