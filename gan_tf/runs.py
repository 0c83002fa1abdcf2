"""Runs: a recipe carried out with one seed, kept on disk, and loaded instead of repeated.

A finished run is a folder `<recipe>/seed<k>` with

    run.json            recipe, seed, profile, epochs, precision, versions, device, seconds
    history.csv         one row an epoch: the metrics of `training.AdversarialModel`, seconds
    samples.npz         the images of the same latents before training and after each epoch
    generator.npz       weights as float16, in Keras's order
    discriminator.npz

While it is trained, `<recipe>/seed<k>.partial` holds the last finished epoch with both
optimisers, so a training that was stopped goes on from there.
"""

import json
import os
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from gan_tf import data, files, machine, profiles, recipes, training

SAMPLES = 100
PRECISIONS = ("float32", "mixed_bfloat16")


@dataclass(frozen=True)
class Run:
    """A finished run; its parts are read when they are first asked for.

    `info` is what run.json holds, `history` a DataFrame indexed by epoch, `samples` uint8
    (epochs + 1, 100, height, width, channels) from `fixed_latents(seed, 100)`, first those
    of the untrained generator.
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
    def samples(self):
        return files.read(self.folder / "samples.npz", _read_samples)

    @cached_property
    def generator(self):
        return self._network("generator")

    @cached_property
    def discriminator(self):
        return self._network("discriminator")

    def generate(self, count, seed=0):
        """`count` images uint8 (count, height, width, channels), the same for the same seed.

        Raises:
            ValueError: if `count` is not at least 1.
        """
        if count < 1:
            raise ValueError(f"{count} images were asked for, but there must be at least 1.")
        latents = training.fixed_latents(seed, count, self.generator.input_shape[-1])
        return training.generate(self.generator, latents)

    def discriminate(self, images):
        """D(image), float32 (n,) in [0, 1], of uint8 images (n, height, width, channels)."""
        logits = self.discriminator.predict(data.to_signed(images), batch_size=500, verbose=0)
        return 1 / (1 + np.exp(-logits[:, 0]))

    def _network(self, kind):
        network = getattr(self.recipe, kind)()
        path = self.folder / f"{kind}.npz"
        weights = files.read(path, _read_weights)
        if [w.shape for w in weights] != [w.shape for w in network.get_weights()]:
            raise ValueError(
                f"The weights in {path} do not fit the {kind} of recipe {self.recipe.name!r}: "
                f"delete {self.folder} and train anew."
            )
        network.set_weights(weights)
        return network


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
    with files.held(path):
        files.restore_replaced(path)
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
    for name in ("history.csv", "samples.npz", "generator.npz", "discriminator.npz"):
        files.read(path / name, lambda file: None)
    return Run(recipe, path, info)


def _train(recipe, info, path, tensorboard):
    images = data.load(recipe.dataset).x_train[: profiles.get(info["profile"]).images]
    steps = training.steps_per_epoch(len(images), recipe.batch_size)
    partial = path.with_name(f"{path.name}.partial")
    info = _continued(partial, recipe, {**info, "images": len(images)})
    with _dtype_policy(info["precision"]):
        keras.utils.set_random_seed(info["seed"])
        model = training.AdversarialModel(
            recipe.generator(), recipe.discriminator(), recipe.objective, info["seed"]
        )
        _check_images(recipe, model, images)
        model.compile(
            recipe.optimizer(),
            recipe.optimizer(),
            steps_per_execution=training.steps_per_execution(steps),
        )
        checkpoint = _Checkpoint(partial, info, model)
        initial_epoch = checkpoint.resume()
        print(
            f"{recipe.name} seed {info['seed']}: training on {len(images):,} images for "
            f"{info['epochs']} epochs in {info['precision']}"
            + (f", going on after epoch {initial_epoch}" if initial_epoch else ""),
            flush=True,
        )
        callbacks = [
            training.StopAtNaN(),
            checkpoint,
            training.ProgressLine(recipe.batch_size),
        ]
        if tensorboard:
            callbacks.append(keras.callbacks.TensorBoard(tensorboard, write_graph=False))
        model.fit(
            training.batches(
                images, recipe.batch_size, info["seed"], info["epochs"], initial_epoch
            ),
            epochs=info["epochs"],
            initial_epoch=initial_epoch,
            steps_per_epoch=steps,
            shuffle=False,
            verbose=0,
            callbacks=callbacks,
        )
        checkpoint.finish(path)


class _Checkpoint(keras.callbacks.Callback):
    """Keeps the last finished epoch: networks, optimisers, history and samples."""

    def __init__(self, partial, info, model):
        super().__init__()
        self.partial = partial
        self.info = info
        self.trained = model
        self.latents = training.fixed_latents(info["seed"], SAMPLES, model.latent_dim)
        self.rows = []
        self.samples = []

    def resume(self):
        """Restore the last finished epoch and return its number, 0 if there is none."""
        done = self._epochs_done()
        if done:
            self.rows = (
                files.read(done[-1] / "history.csv", _read_history).reset_index().to_dict("records")
            )
            self.samples = list(files.read(done[-1] / "samples.npz", _read_samples))
            files.read(done[-1] / "training.weights.h5", self.trained.load_weights)
        else:
            self.samples = [training.generate(self.trained.generator, self.latents)]
            with files.written_whole(self.partial / "run.json") as new:
                _write_info(new, self.info)
        return len(self.rows)

    def on_epoch_begin(self, epoch, logs=None):
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = round(time.perf_counter() - self.started, 2)
        metrics = {tracker.name: float(logs[tracker.name]) for tracker in self.trained.metrics}
        self.rows.append({"epoch": epoch + 1, **metrics, "seconds": seconds})
        self.samples.append(training.generate(self.trained.generator, self.latents))
        with files.written_whole(self.partial / f"epoch-{epoch + 1:04d}") as new:
            new.mkdir()
            self.trained.save_weights(new / "training.weights.h5")
            self._write_progress(new)
        for old in self._epochs_done()[:-1]:
            shutil.rmtree(old)

    def finish(self, path):
        """Write the finished run at `path`, in the place of an earlier one."""
        seconds = round(sum(row["seconds"] for row in self.rows), 1)
        with files.written_whole(path) as new:
            new.mkdir()
            _write_info(
                new / "run.json",
                {
                    **self.info,
                    "seconds": seconds,
                    "device": machine.device(),
                    "versions": machine.versions(),
                },
            )
            self._write_progress(new)
            for name in ("generator", "discriminator"):
                weights = getattr(self.trained, name).get_weights()
                np.savez_compressed(new / f"{name}.npz", *map(_to_float16, weights))
        shutil.rmtree(self.partial)

    def _write_progress(self, place):
        pd.DataFrame(self.rows).to_csv(place / "history.csv", index=False)
        np.savez_compressed(place / "samples.npz", samples=np.stack(self.samples))

    def _epochs_done(self):
        return sorted(self.partial.glob("epoch-*"))


def _continued(partial, recipe, info):
    """`info` with the precision of the training begun at `partial`, or the machine's fastest."""
    precision = info["precision"] or machine.fastest_precision()
    if (partial / "run.json").is_file():
        begun = files.read(partial / "run.json", _read_info)
        _check_version(partial, begun, recipe)
        precision = begun["precision"]
    return {**info, "precision": precision}


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


def _check_images(recipe, model, images):
    taken = model.discriminator.input_shape[1:]
    if images.shape[1:] != taken:
        raise ValueError(
            f"The networks of recipe {recipe.name!r} take images of {taken}, but those of "
            f"{recipe.dataset!r} are {images.shape[1:]}: choose a recipe for that size."
        )


def _check_version(path, info, recipe):
    was, now = info["recipe"], recipe.describe()
    if was != now:
        changed = sorted(k for k in {*was, *now} if was.get(k) != now.get(k))
        raise ValueError(
            f"{path} was made by another version of recipe {recipe.name!r} (different: "
            f"{', '.join(changed)}): delete that folder to train anew."
        )


def _to_float16(weights):
    """Weights as float16, or as they are where a value is too large for it."""
    return weights.astype(
        np.float16 if np.abs(weights).max() < np.finfo(np.float16).max else np.float32
    )


def _read_history(path):
    # Through str, for what pandas parses itself it may round in the last bit.
    history = pd.read_csv(path, dtype=str, index_col="epoch").astype(float)
    history.index = history.index.astype(int)
    return history


def _read_samples(path):
    with np.load(path, allow_pickle=False) as arrays:
        return arrays["samples"]


def _read_weights(path):
    with np.load(path, allow_pickle=False) as arrays:
        return [arrays[f"arr_{i}"].astype(np.float32) for i in range(len(arrays.files))]


def _read_info(path):
    return json.loads(path.read_text(encoding="utf-8"))


def _write_info(path, info):
    path.write_text(json.dumps(info, indent=1) + "\n", encoding="utf-8")
