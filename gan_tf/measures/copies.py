"""Copies: of training images, and of each other."""

from typing import NamedTuple

import numpy as np
from scipy.stats import mannwhitneyu
from sklearn.neighbors import NearestNeighbors

from gan_tf import arguments

# Of the real images so many are as near to another one as those that are called duplicates.
RARELY_SO_NEAR = 0.01


class RankTest(NamedTuple):
    """How often the one is less than the other, in [0, 1], and how likely that is by chance."""

    share: float
    p_value: float


def memorisation(distances: np.ndarray, held_out: np.ndarray) -> RankTest:
    """Whether generated images lie nearer to the training images than new real ones do.

    Meehan et al. 2020 (arXiv:2004.05675), in one region: the Mann-Whitney test of the distances.

    Args:
        distances: (n,), from each generated image to the nearest training image.
        held_out: (m,), the same of real images that were not trained on.

    Returns:
        RankTest: the share of pairs in which the generated image is the nearer one: .5 if
        generated images are as near as new real ones, 1 if they are copies, and below .5 if they
        are farther off, as unrealistic ones are. The p-value is that of such a share or a larger
        one, if both had the same distances.

    Raises:
        ValueError: if there are no distances.
    """
    distances, held_out = _distances(distances), _distances(held_out, "held_out")
    test = mannwhitneyu(distances, held_out, alternative="less")
    # The statistic counts the pairs in which the generated image is the farther one.
    return RankTest(float(1 - test.statistic / (len(distances) * len(held_out))), test.pvalue)


def nearest_within(vectors: np.ndarray) -> np.ndarray:
    """The distance (n,) of each of the vectors (n, d) to the nearest other one of them.

    Raises:
        ValueError: if there are fewer than two, or they are no numbers (n, d).
    """
    vectors = arguments.features(vectors, "vectors", least=2)
    nearest = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(vectors)
    return nearest.kneighbors()[0][:, 0]


def duplicates(distances: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Which images have another one that is nearly the same.

    Args:
        distances: (n,), of each image to the nearest other one of its set (`nearest_within`).
        real: the same of as many real images.

    Returns:
        bool (n,): whether the other one is nearer than it is for 99 of 100 real images, or the
        same. Of real images 1% are.

    Raises:
        ValueError: if there are no distances.
    """
    distances, real = _distances(distances), _distances(real, "real")
    return (distances < np.quantile(real, RARELY_SO_NEAR)) | (distances == 0)


def _distances(value, name="distances"):
    """Distances float64 (n,), at least one."""
    if np.ndim(value) != 1:
        raise ValueError(f"{name} must have the shape (n,), but have {np.shape(value)}.")
    return arguments.features(np.asarray(value)[:, None], name)[:, 0]
