"""The life of a run, from top to bottom: train, begin or go on, finish, load."""

import os
import re
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from gan_tf import arguments, recipes
from gan_tf.catalogue import DATASETS
from gan_tf.data import load as load_data
from gan_tf.environment import hardware, profiles, workers
from gan_tf.recipes import Recipe
from gan_tf.runs import kept_epochs, own_data, own_recipes, run_record
from gan_tf.runs.checkpoints import Checkpoint
from gan_tf.runs.classifier_experiment import ClassifierExperiment
from gan_tf.runs.finished_run import ClassifierRun, GanRun, Run
from gan_tf.runs.gan_experiment import GanExperiment
from gan_tf.runs.run_folder import check_place, check_version, checked_numbers, find, latest_info
from gan_tf.runs.tensorboard import Watch
from gan_tf.storage import files, locks, run_places
from gan_tf.storage.run_places import (
    REMEDY,
    epoch_number,
    epochs_done,
    folder,
    own_folder,
    partial_folder,
    put_right,
    put_right_locked,
)
from gan_tf.training import callbacks


def train(
    recipe: str | Recipe,
    seed: int = 0,
    profile: str | None = None,
    epochs: int | None = None,
    precision: str | None = None,
    retrain: bool | None = None,
    tensorboard: str | Path | None = None,
    *,
    data: str | Path | None = None,
    size: int | None = None,
    skip_damaged: bool = False,
    name: str | None = None,
    keep_best: bool | str = False,
    from_epoch: int | None = None,
) -> Any:
    """The run of a recipe: loaded if it is there, resumed if it was begun, trained otherwise.

    A second process that asks for a run in training says who trains it and waits. In the scope of
    a `tf.distribute.MirroredStrategy` the devices share each batch (of devices that are no GPUs,
    one such strategy with TensorFlow's default reduction is for one model a process: give
    `ReductionToOneDevice` for several); in that of a
    `MultiWorkerMirroredStrategy` so do the processes, which must see the same folder of runs, where
    the first one writes.

    With `data` the recipe is trained on images of one's own, with networks that are built for
    their size, channels and classes, and the run is kept in runs/<name>. So is that of a recipe of
    one's own, which is loaded without its code.

    Args:
        recipe: a name of `recipes.RECIPES`, or a recipe of one's own.
        seed: of initial weights, latents, shuffling and dropout; 0 or more.
        profile: "paper", "quick" or "smoke"; by default what GAN_TF_PROFILE says, else paper.
        epochs: other than the profile's, 1 or more; such a run is kept apart.
        precision: "float32" or "mixed_bfloat16", kept apart too; by default what the machine
            is fastest in.
        retrain: train anew though the run is there, replacing it at the end; by default
            whether GAN_TF_RETRAIN is 1.
        tensorboard: folder for TensorBoard's event files, if they are wanted.
        data: a folder or a file of images, or the name of a data set, as `data.load` takes it.
        size, skip_damaged: of `data`, as of `data.load`.
        name: what to call a run of one's own, by default after the recipe and the file, or after
            the recipe.
        keep_best: of a GAN, whether to keep the epoch with the least Fréchet distance, its
            generator and all that it takes to go back to it; in runs/<name>. A string names the
            classifier, a recipe or a run, whose features measure the distance; by default
            `kept_epochs.judged`.
        from_epoch: go back to this epoch, which must be kept, and train anew from there with other
            random numbers; the run is replaced at the end.

    Returns:
        A `GanRun` or a `ClassifierRun`, as the recipe is.

    Raises:
        ValueError: for an unknown recipe or profile, impossible numbers, images that the
            networks do not take, a folder of another version of the recipe, a run of the same
            name on other images, networks of one's own that cannot be kept, or an epoch that is
            not kept.
        training.callbacks.TrainingDiverged: if a loss becomes NaN; the last good epoch is kept.
        OSError: if the run cannot be written; the last whole epoch is kept.
    """
    if isinstance(recipe, str):
        recipe = recipes.get(recipe)
    if not isinstance(recipe, Recipe):
        raise ValueError(
            f"{recipe!r} is no recipe: give the name of one, or a recipes.GanRecipe of your own."
        )
    if data is not None and not isinstance(data, str | Path):
        raise ValueError(
            f"data is a {type(data).__name__}, but must be the path of a folder or a file, so that "
            "the run can be gone on with: save arrays by numpy.savez_compressed."
        )
    if not isinstance(keep_best, bool | str):
        raise ValueError(f"keep_best is {keep_best!r}, but must be True, False or a run's name.")
    if tensorboard is not None:
        tensorboard = arguments.path(tensorboard, "tensorboard")
    is_own = own_recipes.is_own(recipe)
    profile = profiles.get(profile)
    if retrain is None:
        retrain = os.environ.get("GAN_TF_RETRAIN") == "1"
    seed, epochs = checked_numbers(seed, epochs, precision)
    if from_epoch is not None:
        from_epoch = arguments.whole_number(from_epoch, "from_epoch", least=1)
    asked: dict[str, Any] = {
        "seed": seed,
        "profile": profile.name,
        "epochs": epochs or profile.epochs_of(recipe.epochs),
        "precision": precision,
    }
    if from_epoch is not None and not isinstance(recipe, recipes.GanRecipe):
        raise ValueError(f"Recipe {recipe.name!r} is a classifier: from_epoch is of GANs.")
    dataset = None
    is_released = data is None and not is_own and keep_best is False
    if data is None and (size or skip_damaged) or is_released and name is not None:
        raise ValueError(
            "A size, skipping damaged images and a name are of runs on images of your own: say "
            "where those are, too (--data, or data=)."
        )
    if is_released:
        path = folder(recipe.name, seed, profile.name, epochs, precision)
        put_right(path)
        if path.is_dir() and not retrain and from_epoch is None:
            return load(path)
    else:
        called = own_data.name_of(recipe, data, is_own) if name is None else name
        path = own_folder(called, seed, profile.name, epochs, precision)
    if data is not None:
        dataset, asked["data"] = own_data.load(data, size, skip_damaged)
        recipe = own_data.fitted(recipe, asked["data"])
    if keep_best is not False:
        recipe = kept_epochs.judged(recipe, keep_best)
        asked["judge"] = recipe.feature_extractor
    info = {"recipe": recipe.describe(), **asked}
    if is_own:
        info["own"] = own_recipes.kept(
            recipe, {kind: getattr(recipe, kind)() for kind in recipe.networks}
        )
        if data is None and recipe.dataset not in DATASETS:
            dataset, record = own_data.load(recipe.dataset)
            info["own"]["sha256"] = record["sha256"]
    with _place_of_this_worker(path) as place:
        if retrain and from_epoch is None:
            _begin_anew_if_other(place, info)
        for training, begun in ((False, place), (True, partial_folder(place))):
            if not retrain and (begun / "run.json").is_file():
                before = latest_info(place, training)
                if data is not None or keep_best is not False:
                    own_data.check_same(begun, before, info)
                if is_own:
                    own_recipes.check_same(begun, before, info)
        missing = not place.is_dir() or retrain
        if from_epoch is not None:
            missing = kept_epochs.go_back(place, from_epoch, retrain, recipe)
        if missing:
            _train(recipe, info, place, tensorboard, dataset)
    return load(path)


def _begin_anew_if_other(path, info):
    """Remove a training at `path` that `info` does not describe, and that is to be trained anew."""
    partial = partial_folder(path)
    if (partial / "run.json").is_file():
        begun = latest_info(path, training=True)
        described = all(begun.get(key) == info.get(key) for key in ("data", "judge"))
        if not described or "went_back" in begun or own_recipes.changes(begun, info):
            files.remove(partial)


@contextmanager
def _place_of_this_worker(path):
    """`path`, locked; for others than the first of several processes a copy that is removed."""
    if workers.is_first():
        with locks.locked(path):
            put_right_locked(path)
            workers.wait_for_all()  # Nothing changes any more while the others copy.
            workers.wait_for_all()
            yield path
    else:
        with tempfile.TemporaryDirectory() as folder:
            workers.wait_for_all()
            place = Path(folder) / path.name
            for there, copy in ((path, place), (partial_folder(path), partial_folder(place))):
                if there.is_dir():
                    shutil.copytree(there, copy)
            workers.wait_for_all()
            yield place
    workers.wait_for_all()


def _train(recipe, info, path, tensorboard, dataset):
    if workers.several() and isinstance(recipe, recipes.ClassifierRecipe):
        raise ValueError(
            f"Recipe {recipe.name!r} is a classifier, which Keras 3 does not train in several "
            "processes: train it in one before, with as many devices as that has."
        )
    partial = partial_folder(path)
    info = _continued(path, recipe, info)
    with _dtype_policy(_last(info["precision"])):
        experiment = _experiment(recipe, info, dataset or load_data(recipe.dataset))
        if "went_back" in info:
            experiment.draw_anew(len(info["went_back"]))
        pictures = [Watch(tensorboard, experiment.pictures)] if tensorboard else []
        info |= {"images": len(experiment.images), "steps": experiment.steps}
        checkpoint = Checkpoint(partial, info, experiment)
        initial_epoch = checkpoint.resume()
        print(
            f"{recipe.name} seed {info['seed']}: training on {info['images']:,} images"
            + (f", {recipe.repeats} times an epoch," if getattr(recipe, "repeats", 1) > 1 else "")
            + f" for {info['epochs']} epochs in {info['precision']}"
            + (f", going on after epoch {initial_epoch}" if initial_epoch else ""),
            flush=True,
        )
        watchers = [
            *experiment.callbacks,
            callbacks.StopAtNaN(),
            checkpoint.steps,
            checkpoint,
            callbacks.ProgressLine(experiment.step_size, experiment.metrics, experiment.warning),
            *pictures,
        ]
        with _explaining_precision(recipe):
            experiment.model.fit(
                experiment.batches(info["epochs"], initial_epoch),
                epochs=info["epochs"],
                initial_epoch=initial_epoch,
                steps_per_epoch=experiment.steps,
                validation_data=experiment.validation_data,
                validation_batch_size=500,
                shuffle=False,
                verbose=0,
                callbacks=watchers,
            )
        checkpoint.finish(path)


@contextmanager
def _explaining_precision(recipe):
    """Says so where networks have a part that TensorFlow does not compute in bfloat16."""
    try:
        yield
    except (TypeError, ValueError, tf.errors.OpError) as error:
        if "bfloat16" not in str(error):
            raise
        raise ValueError(
            f"The networks of recipe {recipe.name!r} have a part that cannot be trained in "
            f"bfloat16, this machine's fastest precision ({files.reason(error)}): give --precision "
            "float32, or precision='float32'."
        ) from error


def _experiment(recipe, info, dataset):
    """The recipe made ready to train from the seed on."""
    arguments = recipe, dataset, profiles.get(info["profile"]).images

    def network(kind, name):
        """A network of another run, of a recipe or of one's own; `None` where none is named."""
        if not name:
            return None
        if name in recipes.RECIPES:
            run = train(name, profile=info["profile"], retrain=False)
        else:
            run = load(find(name, profile=info["profile"]))
        if not hasattr(run, kind):
            raise ValueError(f"{name!r} has no {kind}: name the run of another recipe.")
        return getattr(run, kind)

    if isinstance(recipe, recipes.GanRecipe):
        kind = GanExperiment
        named = recipe.auxiliary_classifier, recipe.feature_extractor
        networks = [network("classifier", name) for name in named]
    else:
        kind = ClassifierExperiment
        networks = [network("discriminator", recipe.discriminator_of)]
    keras.utils.set_random_seed(info["seed"])
    return kind(*arguments, info["seed"], *networks)


def _continued(path, recipe, info):
    """`info` with precision and device; of a training begun there, with what they were.

    A training begun in bfloat16 goes on in float32 on a machine that does not multiply in
    bfloat16. What changes on the way is recorded as "..., from epoch 38 ...".
    """
    partial = partial_folder(path)
    precision, device = info["precision"] or hardware.fastest_precision(), hardware.device()
    if (partial / "run.json").is_file():
        begun = latest_info(path, training=True)
        check_version(partial, begun, recipe)
        if _last(begun["precision"]) == "float32":
            precision = "float32"
        if done := epochs_done(partial):
            epoch = epoch_number(done[-1]) + 1
            precision = _then(begun["precision"], precision, epoch)
            device = _then(begun["device"], device, epoch)
        if "went_back" in begun:
            info = {**info, "went_back": begun["went_back"]}
    return {**info, "precision": precision, "device": device}


def _then(before, now, epoch):
    """What was used before, and from `epoch` on, in words."""
    return before if _last(before) == now else f"{before}, from epoch {epoch} {now}"


def _last(words):
    """What was used last, of words as `_then` makes them."""
    return re.sub(r".*, from epoch \d+ ", "", words)


@contextmanager
def _dtype_policy(name):
    """Build and train in Keras's dtype policy `name`, then go back to the one before."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def load(path: str | Path) -> Any:
    """The finished run in the folder `path`, a `GanRun` or a `ClassifierRun`.

    Raises:
        FileNotFoundError: if there is none, or a file of it is missing.
        ValueError: if a file is corrupt or the run is of another version of its recipe.
    """
    path = arguments.path(path)
    put_right(path)
    if files.is_replaced(path):
        time.sleep(0.5)  # Another process is just replacing it.
    if not (path / "run.json").is_file():
        raise run_places.missing(path)
    info = files.read(path / "run.json", run_record.read_finished, REMEDY)
    check_place(path, info)
    if "own" in info:
        recipe = files.read(path / "run.json", lambda _: own_recipes.restored(info), REMEDY)
    else:
        recipe = _recipe_of(info)
        check_version(path, info, recipe)
    run = (GanRun if isinstance(recipe, recipes.GanRecipe) else ClassifierRun)(recipe, path, info)
    networks = [f"{network}.npz" for network in run.networks]
    for name in ("history.csv", run.state_file, *networks):
        if name not in info["files"]:
            raise ValueError(f"{path / 'run.json'} is damaged (it does not name {name}): {REMEDY}.")
    for name in info["files"]:
        run.read(name, lambda content: None)
    return run


def _recipe_of(info):
    """The recipe of the book that a run was made by."""
    recipe = recipes.get(info["recipe"]["name"])
    if "data" in info:
        recipe = own_data.fitted(recipe, info["data"])
    if "judge" in info:
        recipe = kept_epochs.judged(recipe, info["judge"])
    return recipe


def finished(profile: str | None = None) -> list[Run]:
    """All finished runs of a profile, by recipe and seed; none of one's own.

    One that cannot be loaded is left out and said.
    """
    return _loaded(profiles.get(profile).home / "data" / "runs")


def own() -> list[Run]:
    """All finished runs of one's own, of whatever profile, by name and seed.

    One that cannot be loaded is left out and said.
    """
    return _loaded(profiles.ROOT / "runs")


def _loaded(place):
    """The finished runs in `place` that can be loaded."""
    found = []
    for path in filter(Path.is_dir, run_places.all_in(place)):
        try:
            found.append(load(path))
        except (ValueError, OSError) as error:
            print(f"{path.relative_to(profiles.ROOT)} is left out: {error}")
    return found
