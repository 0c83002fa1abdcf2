"""What the measures say of every released generator, and of real digits with a defect on purpose.

Chapter 12's sweeps: functions of plain values, which `studies.sweeps.sweep` can carry out anywhere.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from gan_tf import data, runs
from gan_tf.environment import profiles
from gan_tf.scoring.image_sets import ImageSet, Reader, blurred, real_images
from gan_tf.scoring.measure_names import MEASURES
from gan_tf.scoring.measuring import Comparison, LeftOut, distances, measure

# In a small profile only these are scored, of which one draws nearly the same image every time.
FEW = "dcgan-28", "cgan", "dcgan-28-collapse"
MISSING, REPEATED, NOISE = 7, 100, 0.05


class _Digits(NamedTuple):
    """Real digits to compare with: as many training and test digits, and the other test digits."""

    reader: Reader
    training: ImageSet
    real: ImageSet
    held_out: ImageSet
    rest: ImageSet
    near: tuple[np.ndarray, np.ndarray]


@cache
def _digits(count: int, seed: int, profile: str) -> _Digits:
    digits = real_images(data.load("mnist"), "mnist", seed)
    training = digits.training.first(profiles.get(profile).images)
    reader = Reader(runs.train("lenet", profile=profile, retrain=False).classifier, training.images)
    held_out = reader.read(digits.held_out.first(count))
    rest = ImageSet(digits.held_out.images[count:], digits.held_out.labels[count:])
    near = distances(held_out, training.images)
    return _Digits(reader, training, reader.read(training.first(count)), held_out, rest, near)


def _scored(images: ImageSet, digits: _Digits, seed: int) -> dict[str, float]:
    """Every measure that can be taken; NaN for those that cannot."""
    comparison = Comparison(
        digits.reader.read(images),
        digits.real,
        digits.held_out,
        digits.training.images,
        digits.near,
        seed,
    )
    found = {}
    for key in MEASURES:
        try:
            found[key] = measure(key, comparison).value
        except LeftOut:
            found[key] = np.nan
    return found


def generators(profile: str | None = None, seeds: int = 3) -> list[dict[str, str | int]]:
    """The cells of the sweep over `score_generator`: every released run that draws digits.

    Each with `seeds` seeds of what it draws; in a small profile three runs with one.
    """
    profile = profiles.get(profile)
    if profile.images:
        named = [(recipe, 0) for recipe in FEW]
    else:
        named = [
            (run.recipe.name, run.info["seed"])
            for run in runs.finished(profile.name)
            if "generator" in run.networks and run.recipe.dataset == "mnist"
        ]
    return [
        {"recipe": recipe, "run": run, "sample": sample, "profile": profile.name}
        for recipe, run in named
        for sample in profile.seeds(seeds)
    ]


def score_generator(recipe: str, run: int, sample: int, profile: str) -> dict[str, float]:
    """All measures of 10,000 digits of a run, in a small profile of as many as it has images.

    Args:
        recipe, run: the recipe and the seed of its run.
        sample: seed of what it draws, and of what is random in the measures.
        profile: as in `runs.train`.
    """
    count = profiles.get(profile).images or 10_000
    generator = runs.train(recipe, run, profile, retrain=False)
    classes = generator.recipe.classes
    labels = np.arange(count) % classes if classes else None
    images = ImageSet(generator.generate(count, sample, labels), labels)
    return _scored(images, _digits(count, 0, profile), sample)


def _missing(rest: ImageSet, training: ImageSet, random: np.random.Generator) -> ImageSet:
    kept = rest.labels != MISSING
    return ImageSet(rest.images[kept], rest.labels[kept])


def _repeated(rest, training, random):
    chosen = np.tile(np.arange(REPEATED), -(-len(rest) // REPEATED))
    return ImageSet(rest.images[chosen], rest.labels[chosen])


def _noisy(rest, training, random):
    noise = random.normal(0, NOISE * 255, rest.images.shape)
    pixels = np.clip(np.rint(rest.images + noise), 0, 255)
    return ImageSet(pixels.astype(np.uint8), rest.labels)


DEFECTS: dict[str, Callable[[ImageSet, ImageSet, np.random.Generator], ImageSet]] = {
    "none": lambda rest, training, random: rest,
    "100 images repeated": _repeated,
    "no sevens": _missing,
    "blurred": lambda rest, training, random: blurred(rest),
    "5% noise": _noisy,
    "training images": lambda rest, training, random: training,
}


def defects(profile: str | None = None, seeds: int = 3) -> list[dict[str, str | int]]:
    """The cells of the sweep over `score_defect`."""
    profile = profiles.get(profile)
    return [
        {"defect": defect, "seed": seed, "profile": profile.name}
        for defect in DEFECTS
        for seed in profile.seeds(seeds)
    ]


def score_defect(defect: str, seed: int, profile: str) -> dict[str, float]:
    """All measures of 4,000 real digits with one of `DEFECTS`, beside 4,000 real ones without.

    They are test digits, but for the training images, which are others than those that they are
    compared with. In a small profile there are half as many as it has images.

    Args:
        defect: its name.
        seed: of the digits that are taken, and of what is random.
        profile: as in `runs.train`.
    """
    count = (profiles.get(profile).images or 8000) // 2
    digits = _digits(count, seed, profile)
    others = ImageSet(digits.training.images[count:], digits.training.labels[count:])
    spoilt = DEFECTS[defect](digits.rest, others, np.random.default_rng(seed))
    return _scored(spoilt.first(count), digits, seed)
