"""What a finished run gives: its history, its networks, what it draws or reads."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from gan_tf import arguments, data, recipes, training
from gan_tf.environment import profiles
from gan_tf.measures import metrics
from gan_tf.runs import export, run_record
from gan_tf.runs.classifier_experiment import ClassifierExperiment, images_to_read
from gan_tf.runs.gan_experiment import GanExperiment
from gan_tf.storage import compression, files, run_places
from gan_tf.storage.run_places import REMEDY


@dataclass(frozen=True)
class Run:
    """A finished run; its parts are read when they are first asked for.

    `info` is what run.json holds, `history` a DataFrame indexed by epoch.
    """

    recipe: recipes.Recipe
    folder: Path
    info: dict

    def __str__(self):
        return run_places.in_words(self.info)

    @cached_property
    def history(self) -> pd.DataFrame:
        return self.read("history.csv", run_record.read_history)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Metrics and seconds of every 25 steps, a DataFrame; only of recipes that record them.

        Raises:
            ValueError: of others.
        """
        if "steps.csv" not in self.info["files"]:
            raise ValueError(
                f"The run in {self.folder} has recorded no single steps: use its history, or a run "
                "of a recipe with records_steps."
            )
        return self.read("steps.csv", run_record.read_steps)

    def read(self, name: str, reader: Callable[[bytes], Any]) -> Any:
        """What `reader` makes of the content of file `name`, if its checksum is right.

        Raises:
            FileNotFoundError: if it is missing.
            ValueError: if it is damaged, or another one.
        """
        try:
            checked = run_record.checked(self.info, name, reader)
            return files.read(self.folder / name, checked, REMEDY)
        except (ValueError, FileNotFoundError):
            if self._is_replaced():
                raise ValueError(
                    f"The run in {self.folder} was replaced meanwhile: load it again."
                ) from None
            raise

    def _is_replaced(self):
        """Whether another run is in its place now."""
        try:
            now = run_record.read_finished((self.folder / "run.json").read_bytes())
        except (ValueError, OSError):
            return False
        return now["files"] != self.info["files"]

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks that it keeps: all that its recipe releases, unless run.json says `kept`."""
        return tuple(self.info.get("kept", self.recipe.releases))

    def export(self, folder: str | Path, best: bool = False) -> None:
        """Write its networks into a new folder for use without this package: `export.export`."""
        export.export(self, folder, best)

    def _network(self, kind):
        if kind not in self.networks:
            rest = f"only the {' and the '.join(self.networks)}" if self.networks else "no network"
            raise ValueError(
                f"The run in {self.folder} keeps no {kind}, {rest}: train it anew with --retrain, "
                "or use another run."
            )
        return self._with_weights(kind, f"{kind}.npz", "")

    def _built(self, kind):
        """A new network of the recipe."""
        try:
            return getattr(self.recipe, kind)()
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"The {kind} of the run in {self.folder} cannot be built ({files.reason(error)}): "
                "import the module that registers its layers with Keras before."
            ) from error

    def _with_weights(self, kind, name, prefix):
        """A new network of the recipe with the weights in file `name` whose keys begin so."""
        network = self._built(kind)
        arrays = self.read(name, run_record.read_arrays)
        arrays = {key.removeprefix(prefix): arrays[key] for key in arrays if key.startswith(prefix)}
        weights = compression.restored(arrays)
        if [w.shape for w in weights] != [w.shape for w in network.get_weights()]:
            raise ValueError(
                f"The weights in {self.folder / name} do not fit the {kind} of recipe "
                f"{self.recipe.name!r}: {REMEDY}."
            )
        if not all(np.isfinite(weight).all() for weight in weights):
            raise ValueError(
                f"The weights in {self.folder / name} are not all finite: train the run anew with "
                "--retrain, or retrain=True."
            )
        network.set_weights(weights)
        return network


class GanRun(Run):
    """A finished GAN.

    `samples` is uint8 (epochs + 1, recipe.kept_samples, height, width, channels), first those of
    the untrained generator, from latents at equal steps among `fixed_latents(seed, 100)`; in 64
    levels of grey.
    """

    recipe: recipes.GanRecipe
    state_file = GanExperiment.state_file

    @cached_property
    def samples(self) -> np.ndarray:
        return self.read(self.state_file, run_record.read_arrays)["samples"]

    @cached_property
    def generator(self) -> keras.Model:
        return self._network("generator")

    @cached_property
    def discriminator(self) -> keras.Model:
        return self._network("discriminator")

    @cached_property
    def best_generator(self) -> keras.Model:
        """The generator of the epoch with the least Fréchet distance.

        Only of recipes with a feature extractor, and of runs with `keep_best`.
        """
        if self.best_epoch == self.info["epochs"]:
            return self.generator
        return self._with_weights("generator", self.state_file, "best_generator_")

    @property
    def best_epoch(self) -> int:
        """The epoch with the least Fréchet distance; only where there is a best generator."""
        if "frechet" not in self.history:
            raise ValueError(
                f"The run in {self.folder} has measured no epoch, so none is the best: train one "
                "with --keep-best (keep_best=)."
            )
        return int(self.history["frechet"].idxmin())

    def generate(
        self,
        count: int,
        seed: int = 0,
        labels: int | str | np.ndarray | None = None,
        best: bool = False,
    ) -> np.ndarray:
        """`count` images uint8 (count, height, width, channels), the same for the same seed.

        Args:
            best: whether the best epoch's generator draws them, and not the last one's.
            labels: of a conditional GAN: one class for all images, by its number or its name, or
                numbers, one for each; by default the classes in turn.

        Raises:
            ValueError: if `count` is not at least 1, the labels are not what the run takes, or no
                epoch was measured and the best is asked for.
        """
        told: Any = labels
        if isinstance(labels, str) and self.recipe.classes:
            told = self._class_number(labels)
        generator = self.best_generator if best else self.generator
        return training.sample(generator, count, seed, self.recipe.classes, told)

    def labels(self, count: int, labels: int | str | np.ndarray | None = None) -> Any:
        """The labels (count,) of what `generate` draws; `None` if the generator is told none.

        Args:
            labels: as of `generate`.
        """
        classes = self.recipe.classes
        if not classes:
            return None
        told: Any = self._class_number(labels) if isinstance(labels, str) else labels
        return training.told_labels(count, classes, told)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes that a conditional GAN was told, by number."""
        numbers = map(str, range(self.recipe.classes))
        return tuple(self.info["data"]["class_names"] if "data" in self.info else numbers)

    def _class_number(self, name):
        if name not in self.class_names:
            raise ValueError(f"There is no class {name!r}. Known: {', '.join(self.class_names)}.")
        return self.class_names.index(name)

    def discriminate(self, images: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """D(image), float32 (n,), of uint8 images (n, height, width, channels).

        In [0, 1], the probability of being real; of a critic, its value.

        Args:
            labels: of a conditional GAN, those of the images, whole numbers (n,).

        Raises:
            ValueError: for images that the discriminator does not take, or labels that are lacking,
                impossible or of no use.
        """
        classes = self.recipe.classes
        height, width, channels = self.discriminator.input_shape[1:]
        images = arguments.images(images, shape=(height, width, channels - classes))
        if (labels is None) == bool(classes):
            raise ValueError(
                f"The run in {self.folder} is "
                + (
                    "conditional: give the labels of the images, too."
                    if classes
                    else "told no labels: leave them out."
                )
            )
        inputs = data.to_signed(images)
        if classes:
            labels = arguments.labels(labels, len(images), classes)
            inputs = training.with_label_planes(inputs, labels, classes)
        outputs = self.discriminator.predict(inputs, batch_size=500, verbose=0)
        return np.ravel(self.recipe.objective.output(outputs))


class ClassifierRun(Run):
    """A finished classifier."""

    recipe: recipes.ClassifierRecipe
    state_file = ClassifierExperiment.state_file

    @cached_property
    def classifier(self) -> keras.Model:
        return self._network("classifier")

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """What it says of uint8 images (n, height, width, channels): float32 (n, classes).

        Raises:
            ValueError: for images that it does not take.
        """
        images = arguments.images(images, shape=self.classifier.input_shape[1:])
        read = self.classifier.predict(data.to_unit(images), batch_size=500, verbose=0)
        return read.astype(np.float32, copy=False)

    def read_after(self, epoch: int, name: str) -> np.ndarray:
        """The classes uint8 (n,) that it read in the images `name` of `images_to_read`.

        Args:
            epoch: a reading of the recipe, or the last epoch.
            name: "test", "synthetic" or "conditional".

        Raises:
            ValueError: for another name, if it is not known what was read after that epoch, or for
                a run of one's own.
        """
        if "data" in self.info or "own" in self.info:
            raise ValueError(
                f"{self.folder} is a run of one's own, and kept no readings: use "
                "probabilities(images)."
            )
        if name not in self._read_last:
            raise ValueError(f"There are no images {name!r}. Known: {', '.join(self._read_last)}.")
        if epoch == self.info["epochs"]:
            return self._read_last[name]
        kept = [e for e in self.recipe.readings if e < self.info["epochs"]]
        if epoch not in kept:
            known = ", ".join(map(str, [*kept, self.info["epochs"]]))
            raise ValueError(f"{self.folder} has no reading of epoch {epoch}. Known: {known}.")
        readings = self.read(self.state_file, run_record.read_arrays)
        if f"{name}_{epoch}" not in readings:
            raise ValueError(
                f"{self.folder} was trained before the images {name!r} were there, so it has no "
                f"reading of epoch {epoch}: train it anew with --retrain."
            )
        return readings[f"{name}_{epoch}"]

    @cached_property
    def _read_last(self):
        images = images_to_read(profiles.get(self.info["profile"]).images)
        return {name: metrics.predicted(self.classifier, images[name]) for name in images}
