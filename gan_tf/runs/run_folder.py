"""The folder of a run: where it is, what it holds, and whether it is of this version.

A finished run is a folder `<recipe>/seed<k>` with

    run.json            recipe, seed, profile, epochs, precision, versions, device, seconds; how
                        many images it is of and how many steps an epoch has; of images of one's
                        own what `own_data.load` records; what the monitor said; the `judge` of the
                        best epoch where that is kept whole, and to which epochs the training
                        `went_back`; SHA-256, size and shapes of all other files, and its own
                        checksum
    history.csv         one row an epoch: the metrics of the training, seconds
    steps.csv           the same of every 25 steps, of recipes that record them
    <network>.npz       compressed weights, in Keras's order: generator and discriminator, or
                        classifier; those that the recipe releases, or of them only those
                        that `kept` in run.json names
    samples.npz         of a GAN: images of the same latents before training and after each epoch,
                        in 64 levels; with a feature extractor also the best epoch, its Fréchet
                        distance and, where it is not the last one, its generator
    readings.npz        of a classifier: what it read after earlier epochs
    epoch-<n>.npz       the best epoch with both optimisers, where it was to be kept

While it is trained, `<recipe>/seed<k>.partial` holds the last finished epoch with both
optimisers, so a training that was stopped goes on from there.
"""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from gan_tf import arguments
from gan_tf.catalogue import CATALOGUE
from gan_tf.environment import profiles
from gan_tf.options import MOST_EPOCHS
from gan_tf.recipes import Recipe
from gan_tf.runs import run_record
from gan_tf.storage import files, run_places
from gan_tf.storage.run_places import (
    REMEDY,
    build_of,
    epochs_done,
    folder,
    history_kept,
    own_run,
    partial_folder,
    put_right,
)

PRECISIONS = ("float32", "mixed_bfloat16")


def find(
    named: str | Path,
    seed: int | None = None,
    profile: str | None = None,
    epochs: int | None = None,
    precision: str | None = None,
) -> Path:
    """Where the run is that is `named` by a recipe, by what a run of one's own is called, or by
    its folder; it need not be there.

    Of one's own, where nothing else is said, it is the only run of that name. `named` may also be
    the folder of all runs of a name.

    Raises:
        ValueError: for a profile, a precision or numbers that there are not.
    """
    if seed is not None:
        seed = arguments.seed(seed)
    _, epochs = checked_numbers(seed or 0, epochs, precision)
    profiles.get(profile)
    given = arguments.path(named, "the run")
    path = run_places.named(given, seed, profile, epochs, precision)
    asked = {"seed": seed, "profile": profile, "epochs": epochs, "precision": precision}
    if path == given and (path / "run.json").is_file():
        _check_asked(path, {name: value for name, value in asked.items() if value is not None})
    return path


def _check_asked(path, asked):
    """Raise a `ValueError` if the run in the folder `path` is not the one that is described."""
    info = latest_info(path) if asked else {}
    for name, value in asked.items():
        if value != info[name]:
            raise ValueError(
                f"The run in {path} has the {name} {info[name]}, not {value}: leave that out, or "
                "name another run."
            )


def checked_numbers(seed: int, epochs: int | None, precision: str | None) -> tuple[int, int | None]:
    """Seed and epochs as `int`.

    Raises:
        ValueError: if there can be no such run.
    """
    seed = arguments.seed(seed)
    if epochs is not None:
        epochs = arguments.whole_number(epochs, "epochs", 1, MOST_EPOCHS)
    if precision is not None and precision not in PRECISIONS:
        raise ValueError(f"There is no precision {precision!r}. Known: {', '.join(PRECISIONS)}.")
    return seed, epochs


def remedy(partial: Path) -> str:
    """What to do about a training in the folder `partial` with a missing or damaged file."""
    return f"restore it, or move the folder {partial} away to train from the beginning"


def check_version(path: Path, info: dict[str, Any], recipe: Recipe) -> None:
    """Raise a `ValueError` if the run at `path` is of another version of its recipe."""
    was, now = info["recipe"], recipe.describe()
    if was != now:
        changed = sorted(k for k in {*was, *now} if was.get(k) != now.get(k))
        raise ValueError(
            f"{path} was made by another version of recipe {recipe.name!r} (different: "
            f"{', '.join(changed)}): move it away to train anew."
        )


def check_place(path: Path, info: dict[str, Any]) -> None:
    """Raise a `ValueError` if the run at `path`, a place where runs are kept, is another one.

    So it is where a folder was copied or renamed. Elsewhere a run may be called anything.
    """
    path, seed, name = path.resolve(), info["seed"], info["recipe"]["name"]
    precisions = [None, *(each for each in PRECISIONS if each in info["precision"])]
    if path.parent.parent == (profiles.ROOT / "runs").resolve():
        expected = [
            path.parent / own_run(seed, info["profile"], epochs, precision)
            for epochs in (None, info["epochs"])
            for precision in precisions
        ]
    elif name in CATALOGUE and path.parent.parent in _places_of_runs():
        expected = [
            folder(name, seed, info["profile"], info["epochs"], precision)
            for precision in precisions
        ]
    else:
        return
    if path not in [place.resolve() for place in expected]:
        raise ValueError(
            f"{path} holds another run, that of {name} with seed {seed} and {info['epochs']} "
            f"epochs in the profile {info['profile']}: move it to {expected[0]}, or replace it by "
            "--retrain (retrain=True)."
        )


def _places_of_runs():
    """The folders in which runs of recipes are kept, by whatever profile."""
    homes = [place for p in profiles.PROFILES.values() for place in (p.home, build_of(p.name))]
    return [(home / "data" / "runs").resolve() for home in homes]


def latest_history(path: Path) -> pd.DataFrame:
    """The history of the run at `path`, or of its training as far as it has come.

    Raises:
        FileNotFoundError: if neither is there.
        ValueError: if it is damaged.
    """
    put_right(path)
    if (path / "run.json").is_file():
        info = latest_info(path)
        reader = run_record.checked(info, "history.csv", run_record.read_history)
        return files.read(path / "history.csv", reader, REMEDY)
    for _ in range(3):  # A training may just be replacing it by the next one.
        if done := epochs_done(partial_folder(path)):
            with suppress(FileNotFoundError):
                content = files.read(done[-1], history_kept, remedy(partial_folder(path)))
                return run_record.read_history(content)
    if partial_folder(path).is_dir():
        raise FileNotFoundError(
            f"The training at {path} has finished no epoch yet: give the command that began it "
            "again."
        )
    raise FileNotFoundError(
        f"There is no run at {path}, finished or begun: train one with "
        "`python -m gan_tf train RECIPE`."
    )


def latest_info(path: Path, training: bool | None = None) -> dict[str, Any]:
    """What run.json of the run at `path` holds, or that of its training.

    Args:
        training: which of the two; by default the run's, if it is finished.

    Raises:
        FileNotFoundError: if it is not there.
        ValueError: if it is damaged.
    """
    partial = partial_folder(path)
    if training is None:
        training = not (path / "run.json").is_file()
    if training:
        return files.read(partial / "run.json", run_record.read_begun, remedy(partial))
    return files.read(path / "run.json", run_record.read_finished, REMEDY)
