"""What a data set is, in words and in samples of it."""

import numpy as np

from gan_tf.data.balanced_subsets import balanced_order
from gan_tf.data.checks import Dataset, check


def describe(dataset: Dataset) -> str:
    """How many images of what size, channels, range and classes: a few lines.

    Raises:
        ValueError: for one whose arrays are not what a `Dataset` holds.
    """
    check(dataset, "the data set")
    height, width, channels = dataset.x_train.shape[1:]
    kind = "grey" if channels == 1 else "in colour"
    test = "none" if dataset.x_test is None else f"{len(dataset.x_test):,}"
    lines = [
        f"{len(dataset.x_train):,} training images and {test} for testing, {height}×{width} "
        f"pixels (height×width), {kind}",
        f"pixels from {dataset.x_train.min()} to {dataset.x_train.max()}, "
        f"mean {dataset.x_train.mean():.1f}",
    ]
    if dataset.y_train is None:
        return "\n".join([*lines, "no labels: for GANs that are told none"])
    counts = np.bincount(dataset.y_train, minlength=len(dataset.class_names))
    named = [f"{name} ({n:,})" for name, n in zip(dataset.class_names, counts, strict=True)]
    lines.append(f"{len(named)} classes: {', '.join(named)}")
    return "\n".join(lines)


def sample(dataset: Dataset, count: int, seed: int = 0) -> tuple[np.ndarray, list[str]]:
    """Up to `count` training images, drawn by the seed, and the name of the class of each.

    Where there are labels, the classes take turns; where there are none, the names are "".
    """
    labels = dataset.y_train
    if labels is None:
        labels = np.zeros(len(dataset.x_train), np.uint8)
    chosen = np.sort(balanced_order(labels, seed)[:count])
    names = [dataset.class_names[label] if dataset.class_names else "" for label in labels[chosen]]
    return np.asarray(dataset.x_train[chosen]), names
