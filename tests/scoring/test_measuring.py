"""Each measure finds the defect that it is for, in real digits with that defect."""

import numpy as np
import pytest

from gan_tf import data, runs
from gan_tf.scoring import image_sets, measuring
from gan_tf.scoring.measure_names import MEASURES

COUNT = 1000


@pytest.fixture(scope="module")
def digits():
    return image_sets.real_images(data.load("mnist"), "mnist", seed=0)


@pytest.fixture(scope="module")
def compare(digits):
    """What makes a `Comparison` of images with 1,000 real ones."""
    lenet = runs.train("lenet").classifier
    reader = image_sets.Reader(lenet, digits.training.images)
    training = digits.training.first(5000)
    real, held_out = (reader.read(part.first(COUNT)) for part in (training, digits.held_out))
    near = measuring.distances(held_out, training.images)

    def compared(images, labels=None):
        found = reader.read(image_sets.ImageSet(images, labels))
        return measuring.Comparison(found, real, held_out, held_out, training.images, near, seed=0)

    return compared


def values(comparison, *keys):
    return [measuring.measure(key, comparison) for key in keys]


@pytest.fixture(scope="module")
def new(digits):
    """A thousand real digits that are in no other set."""
    return digits.held_out.images[2000 : 2000 + COUNT]


def test_a_share_of_none_or_of_all_is_not_certain():
    assert measuring._mean(np.ones(98, bool)) == measuring._mean(~np.zeros(98, bool))
    found = measuring._mean(np.zeros(98, bool))
    assert found.value == 0 and found.error == pytest.approx(np.sqrt(0.01 * 0.99 / 98))
    half = measuring._mean(np.arange(100) % 2 == 0)
    assert half.error == pytest.approx(0.05)


def test_every_measure_has_a_way():
    assert set(measuring._WAYS) == set(MEASURES)


def test_nothing_is_found_in_real_digits(compare, new):
    balance, copied, again = values(compare(new), "balance", "memorisation", "duplicates")
    assert balance.p_value > 0.01 and abs(copied.value - 0.5) < 0.1 and again.value < 0.03


def test_repeated_images(compare, new):
    repeated = np.tile(new[:100], (10, 1, 1, 1))
    again, recall, coverage = values(compare(repeated), "duplicates", "recall", "coverage")
    assert again.value == 1 and coverage.value < 0.5
    assert recall.value < values(compare(new), "recall")[0].value


def test_a_missing_class(digits, compare):
    images, labels = digits.held_out.images[2000:], digits.held_out.labels[2000:]
    balance, coverage = values(compare(images[labels != 7][:COUNT]), "balance", "coverage")
    assert balance.p_value < 1e-9 and balance.value == pytest.approx(0.1, abs=0.05)


def test_training_images_are_copies(digits, compare):
    copied = values(compare(digits.training.images[1000 : 1000 + COUNT]), "memorisation")[0]
    assert copied.value > 0.99 and copied.p_value < 1e-20


def test_blurred_and_noisy_images(compare, new):
    random = np.random.default_rng(0)
    noisy = np.clip(new + random.normal(0, 0.05 * 255, new.shape), 0, 255).astype(np.uint8)
    soft = image_sets.blurred(image_sets.ImageSet(new)).images
    less, plain, more = (values(compare(each), "fine_detail")[0] for each in (soft, new, noisy))
    assert less.value < plain.value / 5 and more.value > plain.value + 5 * plain.error
    plain, worse = (values(compare(each), "frechet")[0] for each in (new, soft))
    assert worse.value > 5 * plain.value


def test_errors_are_those_of_means(compare, new):
    precision = values(compare(new), "precision")[0]
    share = precision.value
    assert precision.error == pytest.approx(np.sqrt(share * (1 - share) / COUNT))
    normal = np.random.default_rng(0).normal(size=1000)
    expected = normal.std() / np.sqrt(1000)
    assert measuring.jackknife_error(np.mean, normal) == pytest.approx(expected, rel=0.5)


@pytest.mark.parametrize(
    "key, count, why",
    [
        ("precision", 99, "needs 100 images, and there are 99"),
        ("kernel", 499, "needs 500 images"),
        ("inception", 999, "needs 1,000 images"),
        ("frechet_at_infinity", 500, "needs 570 images"),
        ("gan_test", 200, "needs labels of these images"),
    ],
)
def test_what_is_left_out(key, count, why, compare, new):
    with pytest.raises(measuring.LeftOut, match=why):
        measuring.measure(key, compare(new[:count]))
