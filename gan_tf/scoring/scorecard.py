"""The scorecard of a set of images, in one call."""

import json
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from tqdm import tqdm

from gan_tf import arguments, plotting, runs
from gan_tf.data import Dataset
from gan_tf.environment import hardware
from gan_tf.scoring import measured_before, tables
from gan_tf.scoring.difference import Difference
from gan_tf.scoring.image_sets import ImageSet, Reader, Real, blurred, identical, noise
from gan_tf.scoring.inputs import images_of, real_of
from gan_tf.scoring.measure_names import MEASURES
from gan_tf.scoring.measured_before import MeasuredBefore
from gan_tf.scoring.measuring import Comparison, LeftOut, Value, distances, measure

MOST_IMAGES, LEAST_IMAGES = 10_000, 100
SCORED, FLOOR, BLURRED, NOISE = "these", "real", "blurred", "noise"


@dataclass(frozen=True)
class Scorecard:
    """How real images are, by several measures.

    Attributes:
        name: what the images are called.
        values: set of images -> key of `measure_names.MEASURES` -> `Value`; the sets are "these",
            "real" (held-out real images, the floor), and the ceilings "blurred" and "noise".
        left_out: key -> why the measure could not be taken.
        conditions: how it was computed.
        scored, real, held_out: the images, with what was read in them.
    """

    name: str
    values: dict[str, dict[str, Value]]
    left_out: dict[str, str]
    conditions: dict[str, Any]
    scored: ImageSet = field(repr=False)
    real: ImageSet = field(repr=False)
    held_out: ImageSet = field(repr=False)
    comparison: Comparison = field(repr=False)
    class_names: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """A row a measure, by name: `value`, `low` and `high` (95%), `p_value`, those of `real`,
        `blurred` and `noise`, `position` (0 as real, 1 as the worse of the spoilt ones) and
        `meaning`.
        """
        return tables.frame(self.values)

    def to_json(self) -> str:
        """All numbers and conditions, as JSON; what there is not is null."""
        content = {
            "name": self.name,
            "conditions": self.conditions,
            "measures": {
                key: {
                    each: {k: None if np.isnan(v) else float(v) for k, v in value._asdict().items()}
                    for each, values in self.values.items()
                    if (value := values.get(key))
                }
                for key in self.values[SCORED]
            },
            "left_out": self.left_out,
        }
        return json.dumps(content, indent=1, ensure_ascii=False)

    def figure(self) -> Figure:
        """Where between real images and spoilt ones each measure puts these."""
        return plotting.positions(self.to_frame(), f"{self.name}: from real to spoilt")

    def against(self, other: "Scorecard") -> Difference:
        """Which of two sets of images is better, by which measures, and whether by chance.

        Raises:
            ValueError: if the two were not compared with the same real images in the same way.
        """
        if not isinstance(other, Scorecard):
            raise ValueError(
                f"{other!r} is no scorecard: compare with what gan_tf.scorecard gives."
            )
        same = "real", "images", "features", "seed", "real_sha256"
        for what in same:
            if self.conditions[what] != other.conditions[what]:
                raise ValueError(
                    f"The scorecards of {self.name!r} and {other.name!r} cannot be compared: "
                    f"{what} is {self.conditions[what]} and {other.conditions[what]}. Make both in "
                    "the same way."
                )
        return Difference.of(self, other)

    def __repr__(self):
        return tables.text(self)

    def _repr_html_(self):
        return tables.html(self)


def scorecard(
    images: Any,
    real: str | Path | Dataset = "mnist",
    labels: np.ndarray | None = None,
    seed: int = 0,
    classifier: keras.Model | str | None = None,
    size: int | None = None,
    name: str | None = None,
    count: int = MOST_IMAGES,
    skip_damaged: bool = False,
) -> Scorecard:
    """Score images by all measures that can be taken of them.

    Of each set as many images are taken as the smallest has, `count` at most. The real images that
    they are compared with are training images; beside them stand as many real test images (the
    floor), the same blurred, and noise. 10,000 images take a minute or two on two cores, and a
    third of it where what that takes was measured before (`measured_before`), as of MNIST's.

    Args:
        images: uint8 (n, height, width, channels), or what `data.conversions.pixels` makes of an
            array; a GAN's run or its name; a folder or a file, as `data.load` takes it.
        real: what `data.load` takes, or a `data.Dataset`.
        labels: (n,), the classes that were asked for, by number; by default those of the run or
            of the file, if there are any.
        seed: of the order of images, of what a run draws, and of the networks that are trained.
        classifier: Keras model from images in [0, 1] to probabilities of the real images' classes,
            or to features; or the name of a classifier's run. By default the released LeNet for
            MNIST; for other images none, and the features are principal components of pixels.
        size: side in pixels to which images in a folder or file are brought, and real ones.
        name: what the table calls these images; by default the name of the run, folder or file.
        count: the most images that are taken, of a run as many as are drawn; fewer take less time.
        skip_damaged: of a folder, whether to leave out images that cannot be read.

    Raises:
        ValueError: for images, labels or a classifier that do not fit each other, fewer than 100
            images, images that are all the same, or a negative seed.
        FileNotFoundError: for what is not there.
    """
    started = time.perf_counter()
    seed = arguments.seed(seed)
    actual = real_of(real, size, seed)
    scored, called = images_of(images, labels, actual, size, seed, count, skip_damaged)
    _check(scored, actual, count)
    reader = Reader(_classifier(classifier, actual), actual.training.images)
    if reader.classes and actual.class_names and reader.classes != len(actual.class_names):
        raise ValueError(
            f"The classifier tells {reader.classes} classes apart, but {actual.name} has "
            f"{len(actual.class_names)}: give one that was trained on such images, or a model that "
            "gives features."
        )
    count = min(len(scored), len(actual.held_out), len(actual.training), count)
    held_out, reference = actual.held_out.first(count), actual.training.first(count)
    sets = {
        SCORED: scored.first(count),
        FLOOR: held_out,
        BLURRED: blurred(held_out),
        NOISE: noise(held_out, seed),
    }
    reference = reader.read(reference)
    path = measured_before.place(actual, reference, held_out, reader, seed)
    known = MeasuredBefore(path, (FLOOR, BLURRED, NOISE))
    known.near = known.near or distances(held_out, actual.training.images)

    @cache
    def compared(each):
        """A set beside the real images, read when it is needed."""
        # The spoilt sets are made of the images that are held out.
        unseen = held_out if each == SCORED else reference
        training = actual.training.images
        found = reader.read(sets[each])
        return Comparison(found, reference, held_out, unseen, training, known.near, seed)

    values, left_out = _measured(compared, known)
    conditions = {
        "real": actual.name,
        "real_sha256": actual.checksum,
        "images": count,
        "of": len(scored),
        "identical": identical(scored.images[:count], actual),
        "training_images": len(actual.training),
        "features": reader.words,
        "seed": seed,
        "seconds": round(time.perf_counter() - started, 1),
        "device": hardware.device(),
        "versions": hardware.versions(),
    }
    return Scorecard(
        name or called,
        values,
        left_out,
        conditions,
        compared(SCORED).images,
        reference,
        compared(FLOOR).images,
        compared(SCORED),
        actual.class_names,
    )


def _measured(compared, known):
    """The values of each set, and why a measure of the scored ones was left out.

    Args:
        compared: function of a set's name to its `Comparison`.
        known: the `MeasuredBefore`.
    """
    values = {each: {} for each in (SCORED, *known.sets)}
    left_out = {}
    is_new = False
    # In a terminal only: in a notebook it would stay among what is kept.
    with tqdm(
        total=len(values) * len(MEASURES), unit="measure", leave=False, disable=None
    ) as progress:
        for each in values:
            before = known.values.get(each, {})
            for key in MEASURES:
                progress.set_postfix_str(f"{each}: {MEASURES[key].name}")
                progress.update()
                if key in left_out:
                    continue
                if key in before:
                    values[each][key] = before[key]
                    continue
                try:
                    values[each][key] = measure(key, compared(each))
                except LeftOut as why:
                    if each == SCORED:
                        left_out[key] = str(why)
                    continue
                if each != SCORED:
                    before[key], is_new = values[each][key], True
    if is_new:
        known.keep()
    return values, left_out


def _classifier(given, real: Real):
    """The Keras model to read images with, `None` for none."""
    if isinstance(given, keras.Model):
        return given
    if given is None:
        return runs.train("lenet").classifier if real.name == "mnist" else None
    run = runs.load(runs.find(str(given))) if isinstance(given, str | Path) else given
    if not isinstance(run, runs.ClassifierRun):
        raise ValueError(
            f"{given!r} is no classifier: give a Keras model, or the name of a run, such as lenet."
        )
    return run.classifier


def _check(scored, real, count):
    shapes = scored.images.shape[1:], real.training.images.shape[1:]
    if shapes[0] != shapes[1]:
        raise ValueError(
            f"The images are {shapes[0]}, but those of {real.name} are {shapes[1]}: name real "
            "images like them (--real, or real=), or bring both to one size (--size, or size=)."
        )
    there = {
        f"{len(scored)} images": len(scored),
        f"{len(real.held_out)} real images that are held out (test images, or a third of all)": len(
            real.held_out
        ),
        f"{count} images to be taken": count,
    }
    for what, number in there.items():
        if number < LEAST_IMAGES:
            raise ValueError(
                f"There are only {what}, of which nothing can be said: give at least "
                f"{LEAST_IMAGES}."
            )
    if (scored.images == scored.images[0]).all():
        raise ValueError("All images are the same: there is nothing to measure.")
