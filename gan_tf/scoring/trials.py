"""What the measures say of every released generator, and of real digits with a defect on purpose.

Chapter 12's sweeps: functions of plain values, which `studies.sweeps.sweep` can carry out anywhere.
Their results are each measure's value, by its key in `measure_names.MEASURES`, and its standard
error, by the key and "_error"; NaN where it cannot be taken.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from gan_tf import data, runs
from gan_tf.environment import profiles
from gan_tf.recipes import modern
from gan_tf.scoring.image_sets import ImageSet, Reader, blurred, real_images, shuffled
from gan_tf.scoring.measure_names import MEASURES
from gan_tf.scoring.measuring import Comparison, LeftOut, Value, distances, measure

# In a small profile only these are scored, of which one draws nearly the same image every time.
FEW = "dcgan-28", "cgan", "dcgan-28-collapse"
# Those of the least Fréchet distance with seed 0, but "modern-no-average", which is the training of
# "modern-whole" to the bit and only draws by other weights.
REPEATED_ABLATIONS = "modern-whole", "modern-no-pairs"
# The name under which `score_generator` takes real test images instead of a generator's.
REAL = "real"
ONE_CLASS, REPEATED, NOISE = 7, 100, 0.05


class _RealImages(NamedTuple):
    """To compare with: as many training and test images, and the other test images."""

    reader: Reader
    training: ImageSet
    real: ImageSet
    held_out: ImageSet
    rest: ImageSet
    near: tuple[np.ndarray, np.ndarray]


@cache
def _real_images(
    dataset: str, most: int, seed: int, profile: str, validation: int = 0
) -> _RealImages:
    loaded = data.load(dataset)
    if validation:
        loaded = loaded._replace(
            x_train=loaded.x_train[:-validation],
            y_train=loaded.y_train[:-validation],
            x_test=loaded.x_train[-validation:],
            y_test=loaded.y_train[-validation:],
        )
    found = real_images(loaded, dataset, seed)
    training = found.training.first(profiles.get(profile).images)
    lenet = runs.train("lenet", profile=profile, retrain=False) if dataset == "mnist" else None
    reader = Reader(lenet.classifier if lenet else None, training.images)
    count = min(most, len(found.held_out))
    held_out = reader.read(found.held_out.first(count))
    labels = found.held_out.labels
    rest = ImageSet(found.held_out.images[count:], None if labels is None else labels[count:])
    near = distances(held_out, training.images)
    return _RealImages(reader, training, reader.read(training.first(count)), held_out, rest, near)


def _scored(images: ImageSet, beside: _RealImages, seed: int) -> dict[str, float]:
    """Every measure and its standard error."""
    unseen = beside.real if images is beside.held_out else beside.held_out
    comparison = Comparison(
        beside.reader.read(images),
        beside.real,
        beside.held_out,
        unseen,
        beside.training.images,
        beside.near,
        seed,
    )
    found: dict[str, float] = {}
    for key in MEASURES:
        try:
            value = measure(key, comparison)
        except LeftOut:
            value = Value(np.nan)
        found |= {key: value.value, f"{key}_error": value.error}
    return found


def generators(profile: str | None = None, seeds: int = 3) -> list[dict[str, str | int]]:
    """The cells of the sweep over `score_generator`: every released run that draws images.

    Each with `seeds` seeds of what it draws, and real images of each data set; in a small profile
    three runs with one seed, and real digits. Chapter 13's runs are left to it.
    """
    profile = profiles.get(profile)
    if profile.images:
        named = [(recipe, 0, "mnist") for recipe in FEW]
    else:
        named = [
            (run.recipe.name, run.info["seed"], run.recipe.dataset)
            for run in runs.finished(profile.name)
            if "generator" in run.networks and run.recipe.name not in modern.NAMES
        ]
    named += [(REAL, 0, dataset) for dataset in sorted({dataset for *_, dataset in named})]
    return [
        {
            "recipe": recipe,
            "run": run,
            "dataset": dataset,
            "sample": sample,
            "profile": profile.name,
        }
        for recipe, run, dataset in named
        for sample in profile.seeds(seeds)
    ]


def ablations(profile: str | None = None) -> list[dict[str, str | int]]:
    """The cells of the sweep over `score_generator` of the modern GAN without one part each.

    They are judged by 5,000 training digits that were held out, and real ones beside them. The
    recipes of `REPEATED_ABLATIONS` have three seeds; in a small profile two recipes have one.
    """
    profile = profiles.get(profile)
    named = [recipe.name for recipe in modern.ABLATIONS]
    wanted = [
        (recipe, seed)
        for recipe in (named[:2] if profile.images else named)
        for seed in profile.seeds(3 if recipe in REPEATED_ABLATIONS else 1)
    ]
    return [
        {
            "recipe": recipe,
            "run": seed,
            "dataset": "mnist",
            "sample": 0,
            "profile": profile.name,
            "validation": modern.VALIDATION,
        }
        for recipe, seed in [*wanted, (REAL, 0)]
    ]


def score_generator(
    recipe: str, run: int, dataset: str, sample: int, profile: str, validation: int = 0
) -> dict[str, float]:
    """All measures of as many images of a run as there are test images, 10,000 digits.

    In a small profile there are as many as it has images.

    Args:
        recipe, run: the recipe and the seed of its run; `REAL` are test images.
        dataset: that of the run.
        sample: seed of what it draws, and of what is random in the measures.
        profile: as in `runs.train`.
        validation: 0, or how many training images, the last ones, take the place of the test
            images, which are not looked at then.
    """
    most = profiles.get(profile).images or 10_000
    beside = _real_images(dataset, most, 0, profile, validation)
    if recipe == REAL:
        return _scored(beside.held_out, beside, sample)
    count = len(beside.held_out)
    generator = runs.train(recipe, run, profile, retrain=False)
    classes = generator.recipe.classes
    labels = None
    if classes:
        labels = np.random.default_rng(sample).permutation(np.arange(count) % classes)
    images = ImageSet(generator.generate(count, sample, labels), labels)
    return _scored(images, beside, sample)


def _repeated(rest, training, random):
    chosen = np.tile(np.arange(REPEATED), -(-len(rest) // REPEATED))
    return ImageSet(rest.images[chosen], rest.labels[chosen])


def _collapsed(rest, training, random):
    """The first of the class in place of each of them."""
    sevens = np.flatnonzero(rest.labels == ONE_CLASS)
    chosen = np.arange(len(rest))
    chosen[sevens] = sevens[0]
    return ImageSet(rest.images[chosen], rest.labels)


def _missing(rest, training, random):
    kept = rest.labels != ONE_CLASS
    return ImageSet(rest.images[kept], rest.labels[kept])


def _noisy(rest, training, random):
    noise = random.normal(0, NOISE * 255, rest.images.shape)
    pixels = np.clip(np.rint(rest.images + noise), 0, 255)
    return ImageSet(pixels.astype(np.uint8), rest.labels)


NONE = "none"
DEFECTS: dict[str, Callable[[ImageSet, ImageSet, np.random.Generator], ImageSet]] = {
    NONE: lambda rest, training, random: rest,
    "100 images repeated": _repeated,
    "all sevens the same": _collapsed,
    "no sevens": _missing,
    "blurred": lambda rest, training, random: blurred(rest),
    "5% noise": _noisy,
    "training images": lambda rest, training, random: training,
}


def defects(profile: str | None = None, seeds: int = 3) -> list[dict[str, str | int]]:
    """The cells of the sweep over `score_defect`: real digits to compare with, and all defects."""
    profile = profiles.get(profile)
    return [
        {"defect": defect, "seed": seed, "profile": profile.name}
        for defect in (REAL, *DEFECTS)
        for seed in profile.seeds(seeds)
    ]


def score_defect(defect: str, seed: int, profile: str) -> dict[str, float]:
    """All measures of 3,000 real digits with one of `DEFECTS`, beside 3,000 real ones without.

    They are test digits, but for the training images, which are others than those that they are
    compared with. In a small profile there are half as many as it has images.

    Args:
        defect: its name; `REAL` are test digits other than those that are spoilt.
        seed: of the digits that are taken, and of what is random.
        profile: as in `runs.train`.
    """
    count = (profiles.get(profile).images or 6000) // 2
    beside = _real_images("mnist", count, seed, profile)
    if defect == REAL:
        return _scored(beside.rest.first(count), beside, seed)
    rest, training = (
        ImageSet(each.images[count:], each.labels[count:])
        for each in (beside.rest, beside.training)
    )
    spoilt = DEFECTS[defect](rest, training, np.random.default_rng(seed))
    return _scored(shuffled(spoilt.images, spoilt.labels, seed).first(count), beside, seed)


def seen(scores: pd.DataFrame) -> pd.DataFrame:
    """By how many standard errors each measure tells each defect from real digits without.

    Args:
        scores: the sweep over `score_defect`.

    Returns:
        DataFrame, a row a measure by its name, a column a defect: how much worse the measure calls
        the spoilt digits than other real ones (below 0: better), in standard errors of that
        difference; of the seeds the one that is nearest to 0. NaN where the measure cannot be
        taken.
    """
    by_seed = scores.set_index("seed").sort_index()
    by_defect = dict(iter(by_seed.groupby("defect")))
    real = by_defect[REAL]
    found = pd.DataFrame(index=[each.name for each in MEASURES.values()])
    for defect in DEFECTS:
        spoilt = by_defect[defect]
        for key, each in MEASURES.items():
            error = np.hypot(spoilt[f"{key}_error"], real[f"{key}_error"])
            worse_by = [each.worse_by(*pair) for pair in zip(spoilt[key], real[key], strict=True)]
            found.loc[each.name, defect] = min(worse_by / error, key=abs)
    return found
