"""Runs: a recipe carried out with one seed, kept on disk, and loaded instead of repeated.

A finished run is a folder `<recipe>/seed<k>` with

    run.json            recipe, seed, profile, epochs, precision, versions, device, seconds
    history.csv         one row an epoch: the metrics of the training, seconds
    steps.csv           the same of every 25 steps, of recipes that record them
    <network>.npz       compressed weights, in Keras's order: generator and discriminator, or
                        classifier; those that the recipe releases
    samples.npz         of a GAN: images of the same latents before training and after each epoch,
                        in 64 levels
    readings.npz        of a classifier: what it read after earlier epochs

While it is trained, `<recipe>/seed<k>.partial` holds the last finished epoch with both
optimisers, so a training that was stopped goes on from there.
"""

import json
import os
import re
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from gan_tf import data
from gan_tf.environment import hardware as machine
from gan_tf.environment import profiles
from gan_tf.measures import metrics
from gan_tf.recipes import recipe as recipes
from gan_tf.runs import gan_experiment as experiments
from gan_tf.runs import tensorboard as board
from gan_tf.storage import compression, files, locks
from gan_tf.training import gan as training

PRECISIONS = ("float32", "mixed_bfloat16")


@dataclass(frozen=True)
class Run:
    """A finished run; its parts are read when they are first asked for.

    `info` is what run.json holds, `history` a DataFrame indexed by epoch.
    """

    recipe: recipes.Recipe
    folder: Path
    info: dict

    def __str__(self):
        info = self.info
        return (
            f"{self.recipe.name} seed {info['seed']}: {info['epochs']} epochs of "
            f"{info['images']:,} images in {info['seconds'] / 60:.1f} minutes on "
            f"{info['device']} ({info['precision']}, TensorFlow {info['versions']['tensorflow']})"
        )

    @cached_property
    def history(self):
        return files.read(self.folder / "history.csv", _read_history)

    @cached_property
    def steps(self):
        """Metrics and seconds of every 25 steps, a DataFrame; only of recipes that record them."""
        return files.read(self.folder / "steps.csv", pd.read_csv)

    def _network(self, kind):
        if kind not in self.recipe.releases:
            raise ValueError(
                f"Runs of recipe {self.recipe.name!r} keep no {kind}, only the "
                f"{' and the '.join(self.recipe.releases)}."
            )
        return self._with_weights(kind, f"{kind}.npz", "")

    def _with_weights(self, kind, name, prefix):
        """A new network of the recipe with the weights in file `name` whose keys begin so."""
        network = getattr(self.recipe, kind)()
        path = self.folder / name
        arrays = files.read(path, _read_arrays)
        arrays = {key.removeprefix(prefix): arrays[key] for key in arrays if key.startswith(prefix)}
        weights = compression.restored(arrays)
        if [w.shape for w in weights] != [w.shape for w in network.get_weights()]:
            raise ValueError(
                f"The weights in {path} do not fit the {kind} of recipe {self.recipe.name!r}: "
                f"delete {self.folder} and train anew."
            )
        network.set_weights(weights)
        return network


class GanRun(Run):
    """A finished GAN.

    `samples` is uint8 (epochs + 1, recipe.kept_samples, height, width, channels), from latents at
    equal steps among `fixed_latents(seed, 100)`, first those of the untrained
    generator; in 64 levels of grey.
    """

    @cached_property
    def samples(self):
        return files.read(self.folder / "samples.npz", _read_arrays)["samples"]

    @cached_property
    def generator(self):
        return self._network("generator")

    @cached_property
    def discriminator(self):
        return self._network("discriminator")

    @cached_property
    def best_generator(self):
        """The generator of the epoch with the least Fréchet distance; only of judged recipes."""
        return self._with_weights("generator", "samples.npz", "best_generator_")

    @property
    def best_epoch(self):
        """The epoch with the least Fréchet distance; only of judged recipes."""
        return int(self.history["frechet"].idxmin())

    def generate(self, count, seed=0, labels=None, best=False):
        """`count` images uint8 (count, height, width, channels), the same for the same seed.

        Args:
            best: whether the best epoch's generator draws them, and not the last one's.
            labels: of a conditional GAN: one digit for all images or one for each; by default
                the classes in turn.

        Raises:
            ValueError: if `count` is not at least 1, or the labels are not what the run takes.
        """
        if count < 1:
            raise ValueError(f"{count} images were asked for, but there must be at least 1.")
        classes = self.recipe.classes
        inputs = training.fixed_latents(seed, count, self.generator.input_shape[-1] - classes)
        if classes:
            labels = np.arange(count) % classes if labels is None else labels
            inputs = training.with_labels(inputs, _labels(labels, count, classes), classes)
        elif labels is not None:
            raise ValueError(
                f"The generator of recipe {self.recipe.name!r} was told no labels, so it cannot "
                "draw a chosen digit: use a conditional one, such as cgan."
            )
        return training.generate(self.best_generator if best else self.generator, inputs)

    def discriminate(self, images, labels=None):
        """D(image), float32 (n,), of uint8 images (n, height, width, channels).

        In [0, 1], the probability of being real; of a critic, its value.

        A conditional discriminator needs the `labels` (n,) of the images, too.
        """
        inputs = data.to_signed(images)
        if self.recipe.classes:
            inputs = training.with_label_planes(inputs, labels, self.recipe.classes)
        outputs = self.discriminator.predict(inputs, batch_size=500, verbose=0)
        return np.ravel(self.recipe.objective.output(outputs))


class ClassifierRun(Run):
    """A finished classifier."""

    @cached_property
    def classifier(self):
        return self._network("classifier")

    def probabilities(self, images):
        """What it says of uint8 images (n, height, width, channels): float32 (n, 10)."""
        return self.classifier.predict(data.to_unit(images), batch_size=500, verbose=0)

    def read_after(self, epoch, name):
        """The classes uint8 (n,) that it read in the images `name` of `experiments.shown`.

        Args:
            epoch: a reading of the recipe, or the last epoch.
            name: "test" or "synthetic".

        Raises:
            ValueError: for another name, or if it is not known what was read after that epoch.
        """
        if name not in self._read_last:
            raise ValueError(f"There are no images {name!r}. Known: {', '.join(self._read_last)}.")
        if epoch == self.info["epochs"]:
            return self._read_last[name]
        kept = [e for e in self.recipe.readings if e < self.info["epochs"]]
        if epoch not in kept:
            known = ", ".join(map(str, [*kept, self.info["epochs"]]))
            raise ValueError(f"{self.folder} has no reading of epoch {epoch}. Known: {known}.")
        return files.read(self.folder / "readings.npz", _read_arrays)[f"{name}_{epoch}"]

    @cached_property
    def _read_last(self):
        shown = experiments.shown()
        return {name: metrics.predicted(self.classifier, shown[name]) for name in shown}


def train(
    recipe_name,
    seed=0,
    profile=None,
    epochs=None,
    precision=None,
    retrain=None,
    tensorboard=None,
):
    """The run of a recipe: loaded if it is there, resumed if it was begun, trained otherwise.

    A second process that asks for a run in training says who trains it and waits.

    Args:
        recipe_name: a name of `recipes.RECIPES`.
        seed: of initial weights, latents, shuffling and dropout; 0 or more.
        profile: "paper", "quick" or "smoke"; by default what GAN_TF_PROFILE says, else paper.
        epochs: other than the profile's, 1 or more; such a run is kept apart.
        precision: "float32" or "mixed_bfloat16", kept apart too; by default what the machine
            is fastest in.
        retrain: train anew though the run is there, replacing it at the end; by default
            whether GAN_TF_RETRAIN is 1.
        tensorboard: folder for TensorBoard's event files, if they are wanted.

    Raises:
        ValueError: for an unknown recipe or profile, impossible numbers, images that the
            networks do not take, or a folder of another version of the recipe.
        training.TrainingDiverged: if a loss becomes NaN; the last good epoch is kept.
        OSError: if the run cannot be written; the last whole epoch is kept.
    """
    recipe = recipes.get(recipe_name)
    profile = profiles.get(profile)
    if retrain is None:
        retrain = os.environ.get("GAN_TF_RETRAIN") == "1"
    _check_numbers(seed, epochs, precision)
    path = folder(recipe_name, seed, profile.name, epochs, precision)
    if path.is_dir() and not retrain:
        return load(path)
    with locks.locked(path):
        files.restore_replaced(path)
        _tidy_up(path)
        if not path.is_dir() or retrain:
            info = {
                "recipe": recipe.describe(),
                "seed": seed,
                "profile": profile.name,
                "epochs": epochs or _epochs(recipe, profile),
                "precision": precision,
            }
            _train(recipe, info, path, tensorboard)
        return load(path)


def folder(recipe_name, seed=0, profile=None, epochs=None, precision=None):
    """Where a run is kept: data/runs/<recipe>/seed<k> in the home of its profile.

    A run of another number of epochs than the profile's, or of a precision that was asked
    for, is kept under build, whatever the profile: it is never mistaken for a released one.
    """
    profile = profiles.get(profile)
    home, name = profile.home, f"seed{seed}"
    if epochs not in (None, _epochs(recipes.get(recipe_name), profile)):
        name += f"-{epochs}epochs"
    if precision:
        name += f"-{precision}"
    if "-" in name:
        home = profiles.ROOT / "build" / profile.name
    return home / "data" / "runs" / recipe_name / name


def load(path):
    """The finished run in the folder `path`.

    Raises:
        FileNotFoundError: if there is none, or a file of it is missing.
        ValueError: if a file is corrupt or the run is of another version of its recipe.
    """
    path = Path(path)
    if not path.is_dir():
        raise FileNotFoundError(
            f"There is no finished run at {path}: train one with `python -m gan_tf train RECIPE`."
        )
    info = files.read(path / "run.json", _read_info)
    recipe = recipes.get(info["recipe"]["name"])
    _check_version(path, info, recipe)
    run_type, kept = ClassifierRun, "readings"
    if isinstance(recipe, recipes.GanRecipe):
        run_type, kept = GanRun, "samples"
    for name in ("history.csv", *(f"{name}.npz" for name in (*recipe.releases, kept))):
        files.read(path / name, lambda file: None)
    return run_type(recipe, path, info)


def finished(profile=None):
    """All finished runs of a profile, by recipe and seed."""
    folders = (profiles.get(profile).home / "data" / "runs").glob("*/seed*")
    return [load(path) for path in sorted(folders) if not path.suffix]


def _train(recipe, info, path, tensorboard):
    partial = _partial(path)
    info = _continued(partial, recipe, info)
    with _dtype_policy(_last(info["precision"])):
        experiment = _experiment(recipe, info)
        info["images"] = len(experiment.images)
        checkpoint = _Checkpoint(partial, info, experiment)
        initial_epoch = checkpoint.resume()
        print(
            f"{recipe.name} seed {info['seed']}: training on {info['images']:,} images for "
            f"{info['epochs']} epochs in {info['precision']}"
            + (f", going on after epoch {initial_epoch}" if initial_epoch else ""),
            flush=True,
        )
        callbacks = [
            *experiment.callbacks,
            training.StopAtNaN(),
            checkpoint.steps,
            checkpoint,
            training.ProgressLine(experiment.step_size, experiment.metrics, experiment.remark),
        ]
        if tensorboard:
            callbacks.append(board.Watch(tensorboard, getattr(experiment, "samples", [])))
        experiment.model.fit(
            experiment.batches(info["epochs"], initial_epoch),
            epochs=info["epochs"],
            initial_epoch=initial_epoch,
            steps_per_epoch=experiment.steps,
            validation_data=experiment.validation_data,
            validation_batch_size=500,
            shuffle=False,
            verbose=0,
            callbacks=callbacks,
        )
        checkpoint.finish(path)


class _Checkpoint(keras.callbacks.Callback):
    """Keeps the last finished epoch: networks, optimisers, history and what else is kept."""

    def __init__(self, partial, info, experiment):
        super().__init__()
        self.partial = partial
        self.info = info
        self.experiment = experiment
        self.rows = []
        self.steps = training.StepHistory()

    def resume(self):
        """Restore the last finished epoch and return its number, 0 if there is none."""
        done = _epochs_done(self.partial)
        if done:
            history = files.read(done[-1] / "history.csv", _read_history)
            self.rows = history.reset_index().to_dict("records")
            if self.experiment.recipe.records_steps:
                self.steps.rows = files.read(done[-1] / "steps.csv", pd.read_csv).to_dict("records")
            self.experiment.restore(files.read(done[-1] / self._kept_file, _read_arrays))
            files.read(done[-1] / "training.weights.h5", self.experiment.model.load_weights)
        else:
            self.experiment.keep(0)
        with files.written_whole(self.partial / "run.json") as new:
            _write_info(new, self.info)
        return len(self.rows)

    def on_epoch_begin(self, epoch, logs=None):
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = round(time.perf_counter() - self.started, 2)
        logs.update(self.experiment.keep(epoch + 1))
        metrics = {key: float(logs[key]) for key in self.experiment.metrics if key in logs}
        self.rows.append({"epoch": epoch + 1, **metrics, "seconds": seconds})
        with files.written_whole(self.partial / f"epoch-{epoch + 1:04d}") as new:
            new.mkdir()
            self.experiment.model.save_weights(new / "training.weights.h5")
            self._write_progress(new)
        for old in _epochs_done(self.partial)[:-1]:
            shutil.rmtree(old)

    def finish(self, path):
        """Write the finished run at `path`, in the place of an earlier one."""
        info = {
            **self.info,
            "seconds": round(sum(row["seconds"] for row in self.rows), 1),
            "versions": machine.versions(),
        }
        with files.written_whole(path) as new:
            new.mkdir()
            _write_info(new / "run.json", info)
            self._write_progress(new)
            for name in self.experiment.recipe.releases:
                weights = self.experiment.networks[name].get_weights()
                compression.save(new / f"{name}.npz", compression.released(weights))
        shutil.rmtree(self.partial)

    def _write_progress(self, place):
        pd.DataFrame(self.rows).to_csv(place / "history.csv", index=False)
        if self.experiment.recipe.records_steps:
            pd.DataFrame(self.steps.rows).to_csv(place / "steps.csv", index=False)
        compression.save(place / self._kept_file, self.experiment.kept_arrays())

    @property
    def _kept_file(self):
        return f"{self.experiment.kept}.npz"


def _experiment(recipe, info):
    """The recipe made ready to train from the seed on."""
    arguments = recipe, data.load(recipe.dataset), profiles.get(info["profile"]).images

    def network(kind, name):
        """A network of another recipe's run, `None` where the recipe names none."""
        return name and getattr(train(name, profile=info["profile"], retrain=False), kind)

    if isinstance(recipe, recipes.GanRecipe):
        kind = experiments.GanExperiment
        networks = [network("classifier", name) for name in (recipe.reader, recipe.judge)]
    else:
        kind = experiments.ClassifierExperiment
        networks = [network("discriminator", recipe.discriminator_of)]
    keras.utils.set_random_seed(info["seed"])
    return kind(*arguments, info["seed"], *networks)


def _continued(partial, recipe, info):
    """`info` with precision and device; of a training begun at `partial`, with what they were.

    A training begun in bfloat16 goes on in float32 on a machine that does not multiply in
    bfloat16. What changes on the way is recorded as "..., from epoch 38 ...".
    """
    precision, device = info["precision"] or machine.fastest_precision(), machine.device()
    if (partial / "run.json").is_file():
        begun = files.read(partial / "run.json", _read_info)
        _check_version(partial, begun, recipe)
        if _last(begun["precision"]) == "float32":
            precision = "float32"
        if done := _epochs_done(partial):
            epoch = int(done[-1].name.removeprefix("epoch-")) + 1
            precision = _then(begun["precision"], precision, epoch)
            device = _then(begun["device"], device, epoch)
    return {**info, "precision": precision, "device": device}


def _then(before, now, epoch):
    """What was used before, and from `epoch` on, in words."""
    return before if _last(before) == now else f"{before}, from epoch {epoch} {now}"


def _last(words):
    """What was used last, of words as `_then` makes them."""
    return re.sub(r".*, from epoch \d+ ", "", words)


def _partial(path):
    """Where the run at `path` is kept while it is trained."""
    return path.with_name(f"{path.name}.partial")


def _tidy_up(path):
    """Remove the training of the finished run at `path`, if a kill just then left it over."""
    for epoch in _epochs_done(_partial(path)):
        kept, finished = (folder / "history.csv" for folder in (epoch, path))
        if finished.is_file() and kept.read_bytes() == finished.read_bytes():
            shutil.rmtree(_partial(path))


def _epochs_done(partial):
    """Folders of the epochs that an unfinished training kept, the last one last."""
    return sorted(partial.glob("epoch-*"))


@contextmanager
def _dtype_policy(name):
    """Build and train in Keras's dtype policy `name`, then go back to the one before."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _epochs(recipe, profile):
    """Epochs of a recipe in a profile: the report's own, or fewer."""
    return min(recipe.epochs, profile.epochs or recipe.epochs)


def _check_numbers(seed, epochs, precision):
    if seed < 0:
        raise ValueError(f"The seed is {seed}, but must be 0 or more.")
    if epochs is not None and epochs < 1:
        raise ValueError(f"{epochs} epochs were asked for, but there must be at least 1.")
    if precision is not None and precision not in PRECISIONS:
        raise ValueError(f"There is no precision {precision!r}. Known: {', '.join(PRECISIONS)}.")


def _labels(labels, count, classes):
    """`labels` as an array (count,), checked."""
    labels = np.broadcast_to(labels, (count,)) if np.ndim(labels) == 0 else np.asarray(labels)
    if labels.shape != (count,) or not np.isin(labels, range(classes)).all():
        raise ValueError(
            f"The labels must be one number from 0 to {classes - 1}, or one for each of the "
            f"{count} images."
        )
    return labels


def _check_version(path, info, recipe):
    was, now = info["recipe"], recipe.describe()
    if was != now:
        changed = sorted(k for k in {*was, *now} if was.get(k) != now.get(k))
        raise ValueError(
            f"{path} was made by another version of recipe {recipe.name!r} (different: "
            f"{', '.join(changed)}): delete that folder to train anew."
        )


def _read_history(path):
    # Through str, for what pandas parses itself it may round in the last bit.
    history = pd.read_csv(path, dtype=str, index_col="epoch").astype(float)
    history.index = history.index.astype(int)
    return history


def _read_arrays(path):
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)


def _read_info(path):
    return json.loads(path.read_text(encoding="utf-8"))


def _write_info(path, info):
    path.write_text(json.dumps(info, indent=1) + "\n", encoding="utf-8")
