"""Parts of a data set in which every class is equally frequent, or as frequent as in the whole."""

import numpy as np

from gan_tf import arguments


def balanced_order(labels: np.ndarray, seed: int) -> np.ndarray:
    """An order (n,) of images in which the classes take turns, each shuffled by the seed.

    Every beginning of it is balanced, until the rarest class is used up.

    Raises:
        ValueError: if the labels are no whole numbers (n,) from 0.
    """
    labels, random = arguments.labels(labels), np.random.default_rng(arguments.seed(seed))
    turns = np.empty(len(labels), int)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        turns[random.permutation(members)] = np.arange(len(members))
    return np.lexsort((random.permutation(len(labels)), turns))


def stratified_order(labels: np.ndarray | None, count: int, seed: int) -> np.ndarray:
    """An order (count,) of images of chance, in every part of which the classes have their share.

    Args:
        labels: (count,), or None where they are not known; then the order is a plain shuffle.

    Raises:
        ValueError: if the labels are no whole numbers (count,) from 0.
    """
    random = np.random.default_rng(arguments.seed(seed))
    places = random.random(count)
    if labels is None:
        return np.argsort(places)
    labels = arguments.labels(labels, count)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        spread = (random.permutation(len(members)) + random.random()) / len(members)
        places[members] = spread
    return np.argsort(places, kind="stable")
