"""Parts of a data set in which every class is equally frequent."""

import numpy as np


def balanced_order(labels: np.ndarray, seed: int) -> np.ndarray:
    """An order (n,) of images in which the classes take turns, each shuffled by the seed.

    Every beginning of it is balanced, until the rarest class is used up.
    """
    random = np.random.default_rng(seed)
    turns = np.empty(len(labels), int)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        turns[random.permutation(members)] = np.arange(len(members))
    return np.lexsort((random.permutation(len(labels)), turns))
