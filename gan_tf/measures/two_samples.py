"""Tests whether two sets of images can be told apart, and have the same share of each class."""

import warnings
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2_contingency, norm
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from gan_tf import arguments


class Tested(NamedTuple):
    """What a test measures, and how likely it is by chance if both sets are alike."""

    value: float
    p_value: float


def classifier_two_sample_test(features: np.ndarray, real: np.ndarray, seed: int = 0) -> Tested:
    """How often a classifier tells generated from real images: Lopez-Paz and Oquab 2017.

    arXiv:1610.06545, with their network: one layer of 20 rectified units, Adam, 100 epochs. Half
    of the images teach it, the others test it.

    Args:
        features, real: (n, d) and (m, d); of the larger set as many as the smaller one has.
        seed: of the halves, the weights and the order.

    Returns:
        Tested: the accuracy, .5 if nothing tells them apart and 1 if everything does; the p-value
        takes the number of right answers for normal. A weak classifier, or few images, bring the
        accuracy down.

    Raises:
        ValueError: if a set has fewer than 20 images, which teach a classifier nothing, or they
            are no features.
    """
    features = arguments.features(features, least=20)
    real = arguments.features(real, "real", least=20, width=features.shape[1])
    seed = arguments.seed(seed)
    count = min(len(features), len(real))
    together = np.concatenate([features[:count], real[:count]])
    is_real = np.repeat([0, 1], count)
    seen, new, seen_real, new_real = train_test_split(
        together, is_real, test_size=0.5, random_state=seed, stratify=is_real
    )
    scaler = StandardScaler().fit(seen)
    network = MLPClassifier((20,), max_iter=100, random_state=seed)
    with warnings.catch_warnings():
        # It would warn if the loss still fell after 100 epochs, which is as published.
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(scaler.transform(seen), seen_real)
    accuracy = network.score(scaler.transform(new), new_real)
    return Tested(float(accuracy), float(norm.sf((accuracy - 0.5) * 2 * np.sqrt(len(new)))))


def class_balance(labels: np.ndarray, real: np.ndarray, classes: int) -> Tested:
    """How far the shares of the classes are from those of real images.

    Args:
        labels, real: (n,) and (m,), whole numbers below `classes`.
        classes: how many there are.

    Returns:
        Tested: the share of images, in [0, 1], that would have to be of another class (the total
        variation distance; by chance it is above 0, the more the fewer images there are), and the
        p-value of the chi-squared test that both sets have the same shares.

    Raises:
        ValueError: if a set is empty, or has labels that are none.
    """
    classes = arguments.whole_number(classes, "classes", least=1)
    labels, real = (
        arguments.labels(each, classes=classes, name=name)
        for each, name in ((labels, "labels"), (real, "real"))
    )
    if not len(labels) or not len(real):
        raise ValueError("Without images of both sets there are no shares of classes.")
    counts = np.stack([np.bincount(each, minlength=classes) for each in (labels, real)])
    shares = counts / counts.sum(axis=1, keepdims=True)
    distance = np.abs(shares[0] - shares[1]).sum() / 2
    counts = counts[:, counts.any(axis=0)]
    p_value = chi2_contingency(counts).pvalue if counts.shape[1] > 1 else 1.0
    return Tested(float(distance), float(p_value))
