"""How well synthetic digits teach: how many there are, and which of those drawn are taken.

A generator never runs out: beyond `narman-dau` section 4, whose sets have 55,000 digits.
"""

from collections.abc import Iterator

import keras
import numpy as np

from gan_tf import arguments, data, runs
from gan_tf.environment import profiles
from gan_tf.measures import metrics
from gan_tf.networks import classifiers
from gan_tf.recipes.modern import VALIDATION
from gan_tf.training.classifier_fitting import fit_epochs
from gan_tf.training.optimizers import Adam

REAL = "real"
# Which of the digits that are drawn are taken.
WAYS = "all", "agreed", "accepted"
BLOCK, EPOCHS, BATCH_SIZE = 55_000, 30, 100
# The last one is so many that none comes twice.
COUNTS = 1000, 3000, 10_000, 30_000, BLOCK, 3 * BLOCK, 10 * BLOCK, EPOCHS * BLOCK
# So often digits are drawn for those that were not taken; then the rest is taken as it is.
DRAWS = 20
# Rejection is by logits beyond those of this share of the digits, which are always taken.
CERTAIN = 0.8


def counts(profile: str | None = None) -> tuple[int, ...]:
    """How many digits there are, 1,000 to 1,650,000; in a small profile three numbers."""
    profile = profiles.get(profile)
    if profile.images:
        return profile.images // 8, profile.images, profile.epochs * profile.images
    return COUNTS


def cells(recipe: str, profile: str | None = None) -> list[dict[str, str | int]]:
    """The curve as cells of `sweeps.sweep` over `teach`: three seeds, in a small profile one.

    Synthetic digits of the recipe's run by number, all that are drawn; of as many as there are
    real ones also the other ways; and real digits as far as there are enough.
    """
    profile = profiles.get(profile)
    block = profile.images or BLOCK
    wanted = [(recipe, "all", count) for count in counts(profile.name)]
    wanted += [(recipe, way, block) for way in WAYS[1:]]
    wanted += [(REAL, "all", count) for count in counts(profile.name) if count <= block]
    return [
        {"recipe": name, "way": way, "count": count, "seed": seed, "profile": profile.name}
        for name, way, count in wanted
        for seed in profile.seeds(3)
    ]


def teach(recipe: str, way: str, count: int, seed: int, profile: str) -> dict[str, float]:
    """Train LeNet on `count` digits only, and test it on real ones.

    It has 30 epochs of 550 batches of 100, whatever the count: fewer digits than 55,000 come
    several times an epoch; of more each epoch has others, until they begin anew. Digits are drawn
    as they are needed, so that a million take no more memory than 55,000. Adam, 1e-3.

    Args:
        recipe: the conditional GAN that draws the digits, the classes in turn; "real" takes
            training digits instead, as many of each class.
        way: "all"; "agreed", those that the released LeNet, taught by real digits, reads as they
            are labelled; "accepted", rejection sampling by the discriminator, whose logit says how
            much more frequent such a digit is among real ones (Azadi et al. 2019,
            arXiv:1810.06758). Of synthetic digits only; what is not taken after 20 draws for it,
            as of a class that the network cannot read, is replaced by what is drawn then.
        count: how many; of more than 55,000 a multiple of that.
        seed: of the weights, the order, and the digits.
        profile: as in `runs.train`; in a small one there are fewer epochs and digits.

    Returns:
        dict: `accuracy` on the 10,000 test digits and `validation_accuracy` on the last 5,000
        training digits, fewer in a small profile; `taken`, the share of drawn digits that were.

    Raises:
        ValueError: for an unknown way, a recipe that draws no chosen class, or more real digits
            than there are.
    """
    digits = data.load("mnist")
    if way not in WAYS:
        raise ValueError(f"There is no way {way!r}. Known: {', '.join(WAYS)}.")
    size = profiles.get(profile)
    block, epochs = size.images or BLOCK, size.epochs or EPOCHS
    count = arguments.whole_number(count, "count", least=1)
    if count > block and (recipe == REAL or count % block):
        raise ValueError(
            f"{count} digits were asked for: give 1 to {block}, or of synthetic ones a multiple of "
            f"{block}."
        )
    source = _Real(digits, seed) if recipe == REAL else _Synthetic(recipe, way, seed, profile)
    keras.utils.set_random_seed(seed)
    model = classifiers.lenet()
    schedule = _epochs(source, count, block, epochs)
    fit_epochs(model, Adam(1e-3), schedule, BATCH_SIZE, seed)
    held_out = digits.x_train[-VALIDATION:], digits.y_train[-VALIDATION:]
    return {
        "accuracy": metrics.accuracy(
            model, digits.x_test[: size.images], digits.y_test[: size.images]
        ),
        "validation_accuracy": metrics.accuracy(
            model, *(array[: size.images] for array in held_out)
        ),
        "taken": source.taken,
    }


def _epochs(source, count, block, epochs) -> Iterator[tuple[np.ndarray, ...]]:
    """The `block` images and labels of each epoch, of `count` different ones in all."""
    places = np.arange(block) % count
    drawn = None
    for epoch in range(epochs):
        if drawn is None or count > block:
            drawn = source.block(epoch % max(1, count // block), min(count, block))
        yield tuple(array[places] for array in drawn)


class _Real:
    """Training digits, without those that are held out; the classes take turns."""

    taken = 1.0

    def __init__(self, digits, seed):
        self.order = data.balanced_order(digits.y_train[:-VALIDATION], seed)
        self.digits = digits

    def block(self, number, count):
        chosen = self.order[:count]
        return self.digits.x_train[chosen], self.digits.y_train[chosen]


class _Synthetic:
    """What a run draws, as far as it is taken."""

    def __init__(self, recipe, way, seed, profile):
        self.run = runs.train(recipe, profile=profile, retrain=False)
        if not getattr(self.run.recipe, "classes", 0):
            raise ValueError(
                f"Recipe {recipe!r} does not draw a chosen class: name a conditional GAN, or "
                f"{REAL!r}."
            )
        self.way, self.seed = way, seed
        self.drawn = self.kept = 0
        if way == "agreed":
            self.lenet = runs.train("lenet", profile=profile, retrain=False).classifier

    @property
    def taken(self):
        return self.kept / self.drawn

    def block(self, number, count):
        """Block `number` of `count` digits, the classes in turn; the same each time."""
        parts, part, classes = [], 0, self.run.recipe.classes
        missing = np.bincount(np.arange(count) % classes, minlength=classes)
        while missing.any():
            labels = np.repeat(np.arange(classes), missing)
            images = self._draw(labels, number, part)
            taken = self._chosen(images, labels, number, part)
            parts.append((images[taken], labels[taken].astype(np.uint8)))
            self.drawn, self.kept = self.drawn + len(labels), self.kept + int(taken.sum())
            missing -= np.bincount(labels[taken], minlength=classes)
            part += 1
        return tuple(map(np.concatenate, zip(*parts, strict=True)))

    def _draw(self, labels, *numbers):
        return self.run.generate(len(labels), seed=self._key(*numbers), labels=labels)

    def _key(self, *numbers):
        """A seed of this block and part that no other one has."""
        return int(np.random.SeedSequence((self.seed, *numbers)).generate_state(1)[0] >> 1)

    def _chosen(self, images, labels, *numbers):
        if self.way == "all" or numbers[1] == DRAWS:
            return np.ones(len(labels), bool)
        if self.way == "agreed":
            return metrics.predicted(self.lenet, images) == labels
        logits = self.run.discriminate(images, labels)
        chances = np.exp(np.minimum(0, logits - np.quantile(logits, CERTAIN)))
        return np.random.default_rng((self.seed, *numbers)).random(len(labels)) < chances
