"""Distances between two sets of features that ask for more than `metrics.frechet_distance`."""

from typing import NamedTuple

import numpy as np
from sklearn.metrics.pairwise import polynomial_kernel

from gan_tf import arguments

# The extrapolation takes the distances of all, half, a third ... a tenth of the images.
MOST_PARTS = 10
# A line through fewer points says nothing.
LEAST_PARTS = 3


class Estimate(NamedTuple):
    """A value and its standard error."""

    value: float
    error: float


def frechet_distance_at_infinity(features: np.ndarray, real: np.ndarray) -> float:
    """The Fréchet distance that infinitely many generated images would have.

    Chong and Forsyth 2020 (arXiv:1911.07023): the distance of n images is too large by a share of
    1/n, which differs from one generator to another. Here it is taken of all images, and as the
    mean of the j disjoint parts of n/j images for j up to 10; the line through these values over
    the number of images to the power of -1 is followed to 0. That the real images are not
    infinitely many stays in the value.

    Args:
        features: (n, d), of images in an order of chance.
        real: (m, d).

    Returns:
        float: in squared units of the features; 0 is the best, and by chance it can be below 0.

    Raises:
        ValueError: if n is below 6 d, of which no third has enough images, or they are no features.
    """
    features = arguments.features(features)
    real = arguments.features(real, "real", least=2, width=features.shape[1])
    count, dimensions = features.shape
    most = min(MOST_PARTS, count // (2 * dimensions))
    if most < LEAST_PARTS:
        raise ValueError(
            f"{count} images are too few to extrapolate the distance of {dimensions} features: "
            f"take {2 * LEAST_PARTS * dimensions} or more."
        )
    real_mean, real_root = real.mean(axis=0), _root(np.cov(real.T))
    inverse, distances = [], []
    for parts in range(1, most + 1):
        size = count // parts
        each = [features[k * size : (k + 1) * size] for k in range(parts)]
        inverse.append(1 / size)
        distances.append(np.mean([_frechet(part, real_mean, real_root) for part in each]))
    _, at_zero = np.polyfit(inverse, distances, 1)
    return float(at_zero)


def _frechet(features, real_mean, real_root):
    """`metrics.frechet_distance` with the root of the real covariance, which takes a while."""
    covariance = np.atleast_2d(np.cov(features.T))
    eigenvalues = np.linalg.eigvalsh(real_root @ covariance @ real_root)
    roots = np.sqrt(np.maximum(eigenvalues, 0)).sum()
    between = np.sum((features.mean(axis=0) - real_mean) ** 2)
    return between + np.trace(covariance) + np.sum(real_root**2) - 2 * roots


def _root(covariance):
    """The symmetric root of a covariance."""
    values, vectors = np.linalg.eigh(np.atleast_2d(covariance))
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def kernel_distance(features: np.ndarray, real: np.ndarray, block: int = 1000) -> Estimate:
    """Kernel inception distance of Bińkowski et al. 2018 (arXiv:1801.01401).

    The squared maximum mean discrepancy for the kernel (x·y / d + 1)³, without bias: the mean of
    blocks of as many images from each set, and its standard error.

    Args:
        features, real: (n, d) and (m, d), in an order of chance.
        block: images a block; what does not fill one is left out.

    Returns:
        Estimate: 0 is the best, and by chance it can be below 0; of one block the error is NaN.

    Raises:
        ValueError: if there is not one block, or they are no features.
    """
    features = arguments.features(features)
    real = arguments.features(real, "real", width=features.shape[1])
    block = arguments.whole_number(block, "block", least=2)
    blocks = min(len(features), len(real)) // block
    if not blocks:
        raise ValueError(
            f"{min(len(features), len(real))} images do not fill a block of {block}: take more, or "
            "smaller blocks."
        )
    values = [
        _mmd(features[start : start + block], real[start : start + block])
        for start in range(0, blocks * block, block)
    ]
    error = np.std(values, ddof=1) / np.sqrt(blocks) if blocks > 1 else np.nan
    return Estimate(float(np.mean(values)), float(error))


def _mmd(one, other):
    """The squared maximum mean discrepancy without bias of as many points of two sets."""
    count = len(one)
    within = [polynomial_kernel(part, degree=3, coef0=1) for part in (one, other)]
    pairs = sum(kernel.sum() - np.trace(kernel) for kernel in within) / (count * (count - 1))
    return pairs - 2 * polynomial_kernel(one, other, degree=3, coef0=1).mean()
