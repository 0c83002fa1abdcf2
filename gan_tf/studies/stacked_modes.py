"""How many of the thousand kinds of stacked digits GANs draw (Metz et al. 2017)."""

import numpy as np

from gan_tf import data, runs
from gan_tf.environment import profiles
from gan_tf.measures.modes import modes, stacked_kinds
from gan_tf.recipes import modern

REAL = "real"
# As in the code of PacGAN for the networks of Unrolled GANs; that for VEEGAN's draws 26,000.
COUNT = 25_600


def cells(profile: str | None = None) -> list[dict[str, str | int]]:
    """The cells of `sweeps.sweep` over `count_modes`: each GAN of stacked digits, and real ones.

    With three seeds of what is drawn, in a small profile one.
    """
    profile = profiles.get(profile)
    return [
        {"recipe": recipe, "run": 0, "sample": sample, "profile": profile.name}
        for recipe in [*(recipe.name for recipe in modern.STACKED), REAL]
        for sample in profile.seeds(3)
    ]


def count_modes(recipe: str, run: int, sample: int, profile: str) -> dict[str, float]:
    """The modes among 25,600 images, as the released LeNet reads the digit of each colour.

    In a small profile there are as many as it has images.

    Args:
        recipe, run: the recipe and the seed of its run; `REAL` are three test digits each, drawn
            at random.
        sample: seed of what is drawn.
        profile: as in `runs.train`.

    Returns:
        dict: `found`, how many of 1,000, and `divergence` in nats, as `measures.modes.modes`.
    """
    count = profiles.get(profile).images or COUNT
    if recipe == REAL:
        digits = data.load("mnist").x_test
        chosen = np.random.default_rng(sample).integers(0, len(digits), (3, count))
        images = np.concatenate([digits[each] for each in chosen], axis=3)
    else:
        images = runs.train(recipe, run, profile, retrain=False).generate(count, sample)
    lenet = runs.train("lenet", profile=profile, retrain=False).classifier
    found, divergence = modes(stacked_kinds(lenet, images))
    return {"found": found, "divergence": divergence}
