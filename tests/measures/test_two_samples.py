import numpy as np
import pytest
from scipy.stats import chisquare

from gan_tf.measures import two_samples


def normal(count, shift=0.0, seed=0):
    return np.random.default_rng(seed).normal(shift, 1, (count, 4))


def test_a_classifier_tells_what_differs_and_not_what_is_alike():
    alike = two_samples.classifier_two_sample_test(normal(1000), normal(1200, seed=1))
    assert alike.value == pytest.approx(0.5, abs=0.05) and alike.p_value > 0.001
    apart = two_samples.classifier_two_sample_test(normal(1000, 2.0), normal(1000, seed=1))
    # Two means are 4 apart along the diagonal: the best classifier is right in .977.
    assert apart.value == pytest.approx(0.977, abs=0.02) and apart.p_value < 1e-20


def test_its_p_value_is_that_of_as_many_coins():
    test = two_samples.classifier_two_sample_test(normal(100), normal(100, 0.3, seed=1), seed=3)
    # 100 new images: the standard deviation of the share of heads is .05.
    from math import erfc, sqrt

    assert test.p_value == pytest.approx(erfc((test.value - 0.5) / 0.05 / sqrt(2)) / 2)


def test_balance_by_hand():
    # Shares .5, .5, 0 and .25, .25, .5: half of the images are of another class.
    labels, real = np.array([0, 1] * 50), np.array([0, 1, 2, 2] * 25)
    test = two_samples.class_balance(labels, real, 3)
    assert test.value == pytest.approx(0.5) and test.p_value < 1e-9
    same = two_samples.class_balance(labels, labels, 3)
    assert same == (0, pytest.approx(1))


def test_balance_is_the_chi_squared_test():
    random = np.random.default_rng(0)
    labels, real = random.integers(0, 4, 200), random.integers(0, 4, 200)
    counts = np.stack([np.bincount(each, minlength=4) for each in (labels, real)])
    expected = np.tile(counts.sum(axis=0) / 2, (2, 1))
    by_hand = chisquare(counts, expected, axis=None, ddof=8 - 1 - 3).pvalue
    assert two_samples.class_balance(labels, real, 4).p_value == pytest.approx(by_hand)


def test_too_few():
    with pytest.raises(ValueError, match="must be of at least 20 images, but are of 19"):
        two_samples.classifier_two_sample_test(normal(19), normal(50))
    with pytest.raises(ValueError, match="no shares of classes"):
        two_samples.class_balance(np.array([], int), np.array([1]), 2)
