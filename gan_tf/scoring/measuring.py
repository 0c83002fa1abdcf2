"""What the measures say of one set of images, beside real ones."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import keras
import numpy as np

from gan_tf.measures import copies, metrics
from gan_tf.measures.feature_distances import frechet_distance_at_infinity, kernel_distance
from gan_tf.measures.neighbourhoods import Neighbourhoods, neighbourhoods
from gan_tf.measures.two_samples import class_balance, classifier_two_sample_test
from gan_tf.networks import classifiers
from gan_tf.scoring.image_sets import ImageSet
from gan_tf.storage.files import reason
from gan_tf.training.classifier_fitting import fit_epochs

# So many images are looked for among all training images, and so many among themselves: these take
# the longest of all.
AMONG_TRAINING, AMONG_THEMSELVES = 1000, 5000
GROUPS = 10
TEACHING_EPOCHS, TEACHING_BATCH = 10, 100
# Networks that other images of the same generator taught differ by this, divided by the root of the
# number of images: .0038 of 10,000 and about .0075 of 3,000 digits in chapter 12's sweeps.
TEACHING_SPREAD = 0.38


class Value(NamedTuple):
    """A value, its standard error and the p-value of its test; NaN where there is none."""

    value: float
    error: float = np.nan
    p_value: float = np.nan


class LeftOut(Exception):
    """A measure cannot be taken, for the reason that it carries."""


@dataclass(frozen=True)
class Comparison:
    """A set of images beside real ones, with everything that several measures need.

    Attributes:
        images: the set.
        real: as many real training images.
        held_out: as many real images that no generator was trained on.
        training: all training images uint8 (m, height, width, channels).
        held_out_copies: (distances to the nearest training image, distances to the nearest other
            one of the set) of `held_out`, by `distances`.
        unseen: labelled real images that the set holds no copies of, for what it teaches.
        seed: of what is random.
    """

    images: ImageSet
    real: ImageSet
    held_out: ImageSet
    unseen: ImageSet
    training: np.ndarray
    held_out_copies: tuple[np.ndarray, np.ndarray]
    seed: int

    @cached_property
    def neighbourhoods(self) -> Neighbourhoods:
        return neighbourhoods(self.real.features, self.images.features)

    @cached_property
    def copies(self) -> tuple[np.ndarray, np.ndarray]:
        if self.images.images is self.held_out.images:
            return self.held_out_copies
        return distances(self.images, self.training)

    @property
    def read(self) -> np.ndarray:
        return self.images.probabilities.argmax(axis=1)


def distances(images: ImageSet, training: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distances of pixels in [0, 1], Euclidean: of the first 1,000 images to the nearest training
    image, and of the first 5,000 to the nearest other one of them.
    """
    to_training, _ = metrics.nearest(images.images[:AMONG_TRAINING], training)
    some = images.images[:AMONG_THEMSELVES]
    return to_training, copies.nearest_within(some.reshape(len(some), -1).astype(np.float32) / 255)


def jackknife_error(statistic: Callable[[np.ndarray], float], array: np.ndarray) -> float:
    """The standard error of a statistic of images in an order of chance, by leaving out tenths."""
    without = [statistic(np.delete(array, np.s_[k::GROUPS], axis=0)) for k in range(GROUPS)]
    return float(np.sqrt((GROUPS - 1) * np.var(without)))


def measure(key: str, at: Comparison) -> Value:
    """One of `MEASURES`.

    Raises:
        LeftOut: if there are too few images for it, or it needs labels or a classifier that are
            not there.
    """
    needed = {"inception": 1000, "kernel": 500, "gan_train": 1000, "two_samples": 200}.get(key, 100)
    if key.startswith("frechet"):
        parts = 6 if key == "frechet_at_infinity" else 2
        needed = max(needed, int(parts * at.images.features.shape[1] / (1 - 1 / GROUPS)) + GROUPS)
    if len(at.images) < needed:
        raise LeftOut(f"needs {needed:,} images, and there are {len(at.images):,}")
    if key in ("inception", "balance", "gan_test") and at.images.probabilities is None:
        raise LeftOut("needs a classifier")
    if key in ("gan_test", "gan_train") and at.images.labels is None:
        raise LeftOut("needs labels of these images")
    if key in ("gan_test", "gan_train") and at.unseen.labels is None:
        raise LeftOut("needs labels of the real images")
    return _WAYS[key](at)


def _frechet(at):
    def distance(features):
        return metrics.frechet_distance(features, at.real.features)

    return _with_error(distance, at.images.features)


def _frechet_at_infinity(at):
    def distance(features):
        return frechet_distance_at_infinity(features, at.real.features)

    return _with_error(distance, at.images.features)


def _kernel(at):
    block = min(1000, len(at.images) // 5)
    return Value(*kernel_distance(at.images.features, at.real.features, block))


def _inception(at):
    probabilities = at.images.probabilities[: len(at.images) // GROUPS * GROUPS]
    mean, deviation = metrics.inception_score(probabilities, GROUPS)
    return Value(mean, deviation / np.sqrt(GROUPS))


def _balance(at):
    def test(labels):
        return class_balance(labels, at.real.probabilities.argmax(axis=1), _classes(at))

    distance, p_value = test(at.read)
    return Value(distance, jackknife_error(lambda labels: test(labels).value, at.read), p_value)


def _two_samples(at):
    accuracy, p_value = classifier_two_sample_test(at.images.features, at.real.features, at.seed)
    return Value(accuracy, _share_error(accuracy, len(at.images)), p_value)


def _memorisation(at):
    near, new = at.copies[0], at.held_out_copies[0]
    share, p_value = copies.memorisation(near, new)
    # An upper bound of the error of such a share (van Dantzig 1951).
    return Value(share, _share_error(share, min(len(near), len(new))), p_value)


def _duplicates(at):
    return _mean(copies.duplicates(at.copies[1], at.held_out_copies[1]))


def _fine_detail(at):
    return _mean(metrics.fine_detail_of_each(at.images.images))


def _gan_test(at):
    return _mean(at.read == at.images.labels)


def _gan_train(at):
    classes = 1 + int(max(at.images.labels.max(), at.unseen.labels.max()))
    keras.utils.set_random_seed(at.seed)
    try:
        network = classifiers.lenet(at.images.images.shape[1:], classes)
    except ValueError as error:
        raise LeftOut(f"no LeNet can be built ({reason(error)})") from error
    schedule = [(at.images.images, at.images.labels)] * TEACHING_EPOCHS
    fit_epochs(network, keras.optimizers.Adam(1e-3), schedule, TEACHING_BATCH, at.seed)
    taught = _mean(metrics.predicted(network, at.unseen.images) == at.unseen.labels)
    return taught._replace(error=np.hypot(taught.error, TEACHING_SPREAD / np.sqrt(len(at.images))))


def _classes(at):
    return at.images.probabilities.shape[1]


def _with_error(statistic, array):
    return Value(statistic(array), jackknife_error(statistic, array))


def _mean(each):
    mean = float(np.mean(each))
    if each.dtype == bool:
        return Value(mean, _share_error(mean, len(each)))
    return Value(mean, float(np.std(each) / np.sqrt(len(each))))


def _share_error(share, count):
    """The standard error of a share; of none or of all, as of one in `count` + 2."""
    likely = np.clip(share, 1 / (count + 2), 1 - 1 / (count + 2))
    return float(np.sqrt(likely * (1 - likely) / count))


_WAYS: dict[str, Callable[[Comparison], Value]] = {
    "frechet": _frechet,
    "frechet_at_infinity": _frechet_at_infinity,
    "kernel": _kernel,
    "precision": lambda at: _mean(at.neighbourhoods.in_real),
    "recall": lambda at: _mean(at.neighbourhoods.in_generated),
    "density": lambda at: _mean(at.neighbourhoods.density),
    "coverage": lambda at: _mean(at.neighbourhoods.covered),
    "inception": _inception,
    "balance": _balance,
    "two_samples": _two_samples,
    "memorisation": _memorisation,
    "duplicates": _duplicates,
    "fine_detail": _fine_detail,
    "gan_test": _gan_test,
    "gan_train": _gan_train,
}
