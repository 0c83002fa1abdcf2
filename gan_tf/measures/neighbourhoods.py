"""Neighbourhoods in a space of features: what lies among the real images, and what is missing.

The neighbourhood of a point is the ball around it that reaches to its k-th nearest neighbour of the
same set. Improved precision and recall are of Kynkäänniemi et al. 2019 (arXiv:1904.06991), density
and coverage of Naeem et al. 2020 (arXiv:2002.09797).
"""

from typing import NamedTuple

import numpy as np
from sklearn.metrics import pairwise_distances_chunked
from sklearn.neighbors import NearestNeighbors

from gan_tf import arguments

NEIGHBOURS = 5
# Distances that are held at a time.
MEGABYTES = 128


class Neighbourhoods(NamedTuple):
    """What `neighbourhoods` finds of each of n generated and of m real images.

    Attributes:
        in_real: bool (n,), whether it lies in the neighbourhood of a real image.
        in_generated: bool (m,), whether it lies in the neighbourhood of a generated image.
        density: (n,), in how many neighbourhoods of real images it lies, divided by k.
        covered: bool (m,), whether a generated image lies in its neighbourhood.
        realism: (n,), the largest ratio of a real image's radius to the distance from it, of the
            half of the real images with the smaller radii; 1 and more lies in a neighbourhood.
    """

    in_real: np.ndarray
    in_generated: np.ndarray
    density: np.ndarray
    covered: np.ndarray
    realism: np.ndarray


def neighbourhoods(real: np.ndarray, generated: np.ndarray, k: int = NEIGHBOURS) -> Neighbourhoods:
    """Which generated images lie among the real ones, and which real ones among the generated.

    The mean of `in_real` is the precision, in [0, 1]: how many generated images are like real
    ones. The mean of `in_generated` is the recall, in [0, 1]: how much of what is real is drawn.
    One odd image makes a large neighbourhood, so both can be too high. The mean of `density`, about
    1 for real images, is less easily deceived, and can exceed 1; the mean of `covered`, in [0, 1],
    is the coverage. All depend on n, m and k. The memory that is needed grows with n + m, and not
    with n times m.

    Args:
        real, generated: features (m, d) and (n, d).
        k: which neighbour the neighbourhoods reach to.

    Raises:
        ValueError: for two numbers of features, or no more than k images in a set.
    """
    k = arguments.whole_number(k, "k", least=1)
    real = arguments.features(real, "real")
    generated = arguments.features(generated, "generated", width=real.shape[1])
    if min(len(real), len(generated)) <= k:
        raise ValueError(
            f"{min(len(real), len(generated))} images have no neighbourhoods of {k} neighbours: "
            "take more."
        )
    radii, generated_radii = _radii(real, k), _radii(generated, k)
    small = radii <= np.median(radii)
    # The radius is 0 where a real image is there several times.
    small_radii = np.maximum(radii[small], np.finfo(float).tiny)

    density, realism = np.empty(len(generated)), np.empty(len(generated))
    covered, in_generated = np.zeros(len(real), bool), np.zeros(len(real), bool)
    start = 0
    for distances in pairwise_distances_chunked(generated, real, working_memory=MEGABYTES):
        block = slice(start, start + len(distances))
        inside = distances <= radii
        density[block] = inside.sum(axis=1) / k
        with np.errstate(divide="ignore"):  # An image that is the same as a real one: infinity.
            realism[block] = 1 / (distances[:, small] / small_radii).min(axis=1)
        covered |= inside.any(axis=0)
        in_generated |= (distances <= generated_radii[block, None]).any(axis=0)
        start = block.stop
    return Neighbourhoods(density > 0, in_generated, density, covered, realism)


def _radii(points, k):
    """The distance (n,) of each point to its k-th nearest other one."""
    neighbours = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(points)
    return neighbours.kneighbors()[0][:, -1]
