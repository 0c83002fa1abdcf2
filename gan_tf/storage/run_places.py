"""Where runs are and what lies there, without TensorFlow, which takes seconds to import.

A finished run is a folder `<recipe>/seed<k>`, as `runs.run_folder` describes it. While it is
trained, `<recipe>/seed<k>.partial` holds the last finished epoch.
"""

import io
import re
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from gan_tf import catalogue
from gan_tf.environment import profiles
from gan_tf.storage import files, locks

# What to do about a finished run that lacks a file or has a damaged one.
REMEDY = (
    "restore it (git has what was released), or train the run anew with --retrain, or retrain=True"
)


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
    catalogue.check(recipe_name)
    if epochs not in (None, profile.epochs_of(catalogue.CATALOGUE[recipe_name].epochs)):
        name += f"-{epochs}epochs"
    if precision:
        name += f"-{precision}"
    if "-" in name:
        home = build_of(profile.name)
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
    if isinstance(name, str) and name in catalogue.CATALOGUE:
        raise ValueError(
            f"{name!r} is the name of a recipe: give the run another one (--name, or name=)."
        )
    if not isinstance(name, str) or not re.fullmatch(r"\w[\w .-]*", name):
        raise ValueError(
            f"{name!r} cannot be the name of a run: use letters, digits, spaces, points and dashes."
        )
    return profiles.ROOT / "runs" / name / own_run(seed, profile, epochs, precision)


def own_run(
    seed: int, profile: str | None = None, epochs: int | None = None, precision: str | None = None
) -> str:
    """The name of the folder of a run of one's own among those of its name."""
    profile = profiles.get(profile).name
    parts = [f"seed{seed}", epochs and f"{epochs}epochs", precision, profile]
    return "-".join(part for part in parts if part and part != "paper")


def named(
    path: Path,
    seed: int | None = None,
    profile: str | None = None,
    epochs: int | None = None,
    precision: str | None = None,
) -> Path:
    """Where the run is that `path` names, as of `runs.find`, which checks what it is given."""
    asked = seed, profile, epochs, precision
    seed = seed or 0
    if str(path) in catalogue.CATALOGUE:
        return folder(str(path), seed, profile, epochs, precision)
    places = [path, profiles.ROOT / "runs" / path]
    if (path / "run.json").is_file():
        return path
    place = next((each for each in places if runs_in(each)), None)
    if place is None:
        return path
    found = runs_in(place)
    if len(found) == 1 and asked == (None, None, None, None):
        return place / found[0]
    return place / own_run(seed, profile, epochs, precision)


def missing(path: Path) -> Exception:
    """The error that says what there is at `path` instead of a finished run."""
    if path.is_file():
        return ValueError(f"{path} is a file, but a run is a folder: give that.")
    if partial_folder(path).is_dir():
        return FileNotFoundError(
            f"The run at {path} is not finished: give the command that began it again."
        )
    if (path / "history.csv").is_file():
        return FileNotFoundError(f"{path / 'run.json'} is missing: {REMEDY}.")
    if path.is_dir():
        inside = runs_in(path)
        advice = (
            f"it holds the runs {', '.join(inside)}: name one of them"
            if inside
            else "it has no run.json: give a recipe's name, that of a run of your own, or a run's "
            "folder, such as data/runs/dcgan/seed0"
        )
        return FileNotFoundError(f"{path} is no run, {advice}.")
    others = [name for name in runs_in(path.parent) if (path.parent / name).is_dir()]
    there = f", only {', '.join(others)} beside it" if others else ""
    return FileNotFoundError(
        f"There is no finished run at {path}{there}: train one with `python -m gan_tf train "
        "RECIPE`, or name another one, by --seed, --epochs and --precision or by its folder."
    )


def check_named(name: str) -> None:
    """Raise a `FileNotFoundError` if no recipe, no run, no file and no folder has that name."""
    path = Path(name)
    if name in catalogue.CATALOGUE or named(path) != path or path.exists():
        return
    near = get_close_matches(name, catalogue.CATALOGUE, 1)
    raise FileNotFoundError(
        f"There is no folder, no file and no run called {name!r}: "
        + (f"did you mean {near[0]!r}?" if near else "give the path of images, or a run's name.")
    )


def runs_in(place: Path) -> list[str]:
    """The names of the runs, finished or begun, in the folder of all runs of a name.

    What killed processes have left of writing them is put right.
    """
    names = {found[1] for path in place.glob("*") if (found := _RUN.fullmatch(path.name))}
    for name in names:
        put_right(place / name)
    paths = [place / name for name in sorted(names)]
    return [path.name for path in paths if path.is_dir() or partial_folder(path).is_dir()]


# What lies in a folder of runs: a run, its training, one that is being replaced, a lock.
_RUN = re.compile(r"(?:\.|\.gan_tf-)?(seed\d+[\w-]*)(?:\.partial)?(?:\.replaced|\.lock|\.owner)?")


def partial_folder(path: Path) -> Path:
    """Where the run at `path` is kept while it is trained."""
    return path.with_name(f"{path.name}.partial")


def epoch_file(place: Path, epoch: int) -> Path:
    """Where a training in the folder `place` keeps an epoch."""
    return place / f"epoch-{epoch:04d}.npz"


def epoch_number(path: Path) -> int:
    """The epoch that an `epoch_file` is of."""
    return int(path.stem.removeprefix("epoch-"))


def epochs_done(place: Path) -> list[Path]:
    """Files of the epochs that a training or a run keeps, the last one last."""
    return sorted(place.glob("epoch-[0-9][0-9][0-9][0-9]*.npz"), key=epoch_number)


def build_of(profile: str) -> Path:
    """The home of runs of a profile that differ from it in something else."""
    return profiles.ROOT / "build" / profile


def all_in(place: Path) -> list[Path]:
    """Where the runs in a folder are that holds those of many names, finished or begun."""
    return [names / name for names in sorted(place.glob("*")) for name in runs_in(names)]


def stopped() -> list[Path]:
    """Where the runs of one's own are that were begun and are not finished."""
    paths = all_in(profiles.ROOT / "runs")
    return [path for path in paths if epochs_done(partial_folder(path)) and not path.is_dir()]


def in_words(info: dict[str, Any]) -> str:
    """What the run.json of a finished run holds, in one line."""
    own = f" on {info['data']['name']}" if "data" in info else ""
    back = [f", gone back to epoch {epoch}" for epoch in info.get("went_back", [])]
    return (
        f"{info['recipe']['name']}{own} seed {info['seed']}: {info['epochs']} epochs of "
        f"{info['images']:,} images in {info['seconds'] / 60:.1f} minutes on "
        f"{info['device']} ({info['precision']}, TensorFlow {info['versions']['tensorflow']})"
        + "".join(back)
    )


def put_right(path: Path) -> None:
    """Finish or undo what a killed process left of writing the run at `path`.

    Where another process is at it, or nothing may be written, all stays as it is.
    """
    partial = partial_folder(path)
    files.sweep(path.parent)
    if (
        files.is_replaced(path)
        or files.is_replaced(partial)
        or locks.is_left(path)
        or (path.is_dir() and partial.is_dir())
    ):
        # Where nothing may be written, it stays as it is.
        with suppress(OSError), locks.locked_if_free(path) as is_free:
            if is_free:
                put_right_locked(path)


def put_right_locked(path: Path) -> None:
    """`put_right` for one who has locked the run."""
    partial = partial_folder(path)
    for place in (path, partial):
        files.put_right(place)
    files.sweep(partial)
    # A training that was killed just after it had finished.
    kept, finished = epochs_done(partial), path / "history.csv"
    if kept and finished.is_file():
        with suppress(ValueError):  # A damaged one is said when it is to be gone on with.
            if files.read(kept[-1], history_kept) == finished.read_bytes():
                files.remove(partial)


def history_kept(content: bytes) -> bytes:
    """The history.csv that a checkpoint keeps, whose file has this content."""
    import numpy as np  # It takes as long to import as a whole `python -m gan_tf list`.

    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return arrays["history.csv"].tobytes()
