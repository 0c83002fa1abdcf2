"""Classifiers trained on real and synthetic digits in all proportions (`narman-dau` section 4)."""

import json
from functools import cache

import keras
import numpy as np

from gan_tf import data, runs
from gan_tf.environment import profiles
from gan_tf.measures import metrics
from gan_tf.networks import classifiers
from gan_tf.training import batches
from gan_tf.training.classifier_fitting import fit_epochs
from gan_tf.training.optimizers import Adam

STRATEGIES = ("mixed", "synthetic first", "alternating", "real only", "union")
EPOCHS, BATCH_SIZE, VALIDATION = 30, 100, 5000


def training_size(profile: str | None = None) -> int:
    """How many images LeNet is trained on: 55,000, or fewer in a small profile."""
    return profiles.get(profile).images or 55_000


def real_counts(profile: str | None = None) -> list[int]:
    """How many of the training images are real: the rows of Table 3, fewer in a small profile."""
    size = training_size(profile)
    if profiles.get(profile).images:
        return [0, 10, 60, size // 2, size]
    return sorted({0, 10, 60, size // 100, *(size * tenth // 10 for tenth in range(1, 11))})


def cells(recipe: str, profile: str | None = None) -> list[dict[str, str | int]]:
    """Table 3, and the question whether few real digits gain by synthetic ones, for `sweeps.sweep`.

    Each strategy at every number of real digits, and the union, with three seeds, in a small
    profile with one.
    """
    profile = profiles.get(profile)
    size = training_size(profile.name)
    wanted = [
        (strategy, real)
        for strategy in STRATEGIES[:4]
        for real in real_counts(profile.name)
        if real or strategy != "real only"
    ]
    return [
        {
            "recipe": recipe,
            "strategy": strategy,
            "real": real,
            "seed": seed,
            "profile": profile.name,
        }
        for strategy, real in [*wanted, ("union", size)]
        for seed in profile.seeds(3)
    ]


def retrain(
    recipe: str, strategy: str, real: int, seed: int, profile: str | None = None
) -> dict[str, float | str]:
    """Train LeNet on `real` real digits and on synthetic ones, and test it on real ones.

    The training set has 55,000 images, fewer in a small profile; what is not real is synthetic,
    drawn by the run of `recipe`, the classes in turn. Real digits are balanced over the classes
    as far as there are enough, and those of a smaller number are among those of a larger one.
    The last 5,000 real ones are for validation. Adam, 1e-3, batches of 100, 30 epochs. All
    arguments are plain values, so that `sweeps.sweep` can carry it out anywhere.

    Args:
        recipe: the conditional GAN that draws the synthetic digits.
        strategy: "mixed", both in every epoch; "synthetic first", the first half of the epochs
            synthetic and then real; "alternating", a synthetic epoch and a real one in turn;
            "real only", the real ones without the synthetic, repeated where they make fewer
            than 100 batches; "union", the real ones and as many synthetic as the set has
            images. Epochs without images are left out.
        real: how many real digits.
        seed: of the weights, of which real digits are taken, and of their order.
        profile: as in `runs.train`.

    Returns:
        dict: `accuracy` on the 10,000 real test digits, fewer in a small profile, `seconds` of
        training, and `validation_accuracy` after each epoch, as a list in JSON.

    Raises:
        ValueError: for an unknown strategy, or another number of real digits than there are.
    """
    size = training_size(profile)
    if strategy not in STRATEGIES:
        raise ValueError(f"There is no strategy {strategy!r}. Known: {', '.join(STRATEGIES)}.")
    if not (strategy == "real only") <= real <= size:
        raise ValueError(
            f"{real} real digits were asked for, but there are {size}, and training on real "
            "ones only needs at least one."
        )
    digits = data.load("mnist")
    images, labels = digits.x_train[:-VALIDATION], digits.y_train[:-VALIDATION]
    chosen = data.balanced_order(labels, seed)[:real]
    profile = profiles.get(profile)
    epochs = min(EPOCHS, profile.epochs or EPOCHS)
    real_digits = images[chosen], labels[chosen]
    sets = schedule(strategy, real_digits, _synthetic(recipe, size, profile.name), epochs)
    held_out = digits.x_train[-VALIDATION:], digits.y_train[-VALIDATION:]
    held_out = tuple(array[: profile.images] for array in held_out)
    test = digits.x_test[: profile.images], digits.y_test[: profile.images]
    model, history, seconds = _train(sets, held_out, seed)
    return {
        "accuracy": metrics.accuracy(model, *test),
        "seconds": round(seconds, 2),
        "validation_accuracy": json.dumps([round(value, 4) for value in history]),
    }


@cache
def _synthetic(recipe, count, profile):
    """Images and labels drawn by the recipe's run, the classes in turn."""
    run = runs.train(recipe, profile=profile, retrain=False)
    labels = np.arange(count) % run.recipe.classes
    return run.generate(count, seed=55, labels=labels), labels.astype(np.uint8)


def schedule(
    strategy: str,
    real: tuple[np.ndarray, np.ndarray],
    synthetic: tuple[np.ndarray, np.ndarray],
    epochs: int = EPOCHS,
) -> list[tuple[np.ndarray, ...]]:
    """The training set (images, labels) of each epoch; epochs without images are left out.

    Args:
        strategy: as in `retrain`.
        real, synthetic: images uint8 (n, height, width, channels) and labels (n,); as many of the
            synthetic ones are used as it takes to make the set as large as all of them, in the
            union all.
        epochs: of the training, an even number.
    """
    if strategy == "real only":
        return [batches.repeated(real, 100 * BATCH_SIZE)] * epochs
    if strategy != "union":
        synthetic = tuple(array[: len(array) - len(real[0])] for array in synthetic)
    if strategy in ("mixed", "union"):
        return [tuple(map(np.concatenate, zip(real, synthetic, strict=True)))] * epochs
    if strategy == "synthetic first":
        sets = [synthetic] * (epochs // 2) + [real] * (epochs // 2)
    else:
        sets = [synthetic, real] * (epochs // 2)
    return [arrays for arrays in sets if len(arrays[0])]


def _train(sets, held_out, seed):
    """LeNet after an epoch on each set, its validation accuracies, and the seconds of training."""
    keras.utils.set_random_seed(seed)
    model = classifiers.lenet()
    history = []

    def validate():
        history.append(metrics.accuracy(model, *held_out))

    seconds = fit_epochs(model, Adam(1e-3), sets, BATCH_SIZE, seed, validate)
    return model, history, seconds
