"""Few real digits: does a GAN that has learnt from them help a classifier of them?

The controls are ordinary augmentation, and neither.
"""

import keras
import numpy as np

from gan_tf import data, runs
from gan_tf.environment import profiles
from gan_tf.measures import metrics
from gan_tf.networks import classifiers
from gan_tf.recipes.modern import VALIDATION
from gan_tf.training import batches
from gan_tf.training.classifier_fitting import fit_epochs
from gan_tf.training.optimizers import Adam

COUNTS = 100, 1000
WAYS = "real digits", "augmented", "with synthetic", "augmented, with synthetic"
SIZE, EPOCHS, BATCH_SIZE = 10_000, 30, 100


def counts(profile: str | None = None) -> tuple[int, ...]:
    """How many real digits there are, 100 and 1,000; in a small profile 100."""
    return COUNTS[:1] if profiles.get(profile).images else COUNTS


def recipe(count: int, augmented: bool = True) -> str:
    """The name of the GAN's recipe that learns from so many digits."""
    return f"modern-few-{count}" + ("" if augmented else "-plain")


def cells(profile: str | None = None) -> list[dict[str, str | int]]:
    """Every way with each number of real digits, for `sweeps.sweep` over `teach`.

    With three seeds, in a small profile one.
    """
    profile = profiles.get(profile)
    return [
        {"count": count, "way": way, "seed": seed, "profile": profile.name}
        for count in counts(profile.name)
        for way in WAYS
        for seed in profile.seeds(3)
    ]


def teach(count: int, way: str, seed: int, profile: str) -> dict[str, float]:
    """Train LeNet on few real digits, and test it on all real ones.

    It has 30 epochs of 100 batches of 100. Adam, 1e-3.

    Args:
        count: of real digits, of each class as many; those from which the GAN of this seed learnt.
        way: "real digits", repeated; "augmented", the same, rotated, sheared and zoomed at random;
            "with synthetic", half of them replaced by digits that the GAN draws, others in each
            epoch; "augmented, with synthetic", both.
        seed: of the digits, the GAN, the weights and the order.
        profile: as in `runs.train`.

    Returns:
        dict: `accuracy` on the 10,000 test digits, fewer in a small profile.

    Raises:
        ValueError: for an unknown way.
    """
    if way not in WAYS:
        raise ValueError(f"There is no way {way!r}. Known: {', '.join(WAYS)}.")
    size = profiles.get(profile)
    total = size.images or SIZE
    digits = data.load("mnist")
    labels = digits.y_train[:-VALIDATION][: size.images]
    chosen = data.balanced_order(labels, seed)[:count]
    real = digits.x_train[chosen], labels[chosen]
    few = batches.repeated(real, total)
    gan = runs.train(recipe(count), seed, profile, retrain=False) if "synthetic" in way else None

    def epoch(number):
        """As many images each time, those that are synthetic drawn anew."""
        if not gan:
            return few
        asked = np.arange(total // 2) % 10
        synthetic = gan.generate(len(asked), 1 + EPOCHS * seed + number, asked), asked
        pairs = zip(few, synthetic, strict=True)
        return tuple(np.concatenate([one[: total // 2], other]) for one, other in pairs)

    keras.utils.set_random_seed(seed)
    model = classifiers.lenet_augmented() if "augmented" in way else classifiers.lenet()
    schedule = map(epoch, range(size.epochs or EPOCHS))
    fit_epochs(model, Adam(1e-3), schedule, BATCH_SIZE, seed)
    test = digits.x_test[: size.images], digits.y_test[: size.images]
    return {"accuracy": metrics.accuracy(model, *test)}
