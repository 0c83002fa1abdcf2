"""What a data set is, and the checks that its images and labels belong together."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gan_tf import arguments
from gan_tf.data import conversions
from gan_tf.data.conversions import Arrays

ARRAYS = "x_train", "y_train", "x_test", "y_test"


class Dataset(NamedTuple):
    """Images uint8 (n, height, width, channels), labels uint8 (n,) from 0, names of the classes.

    The published data sets have all of it; of a user's, arrays that it lacks are None, and without
    labels there are no names. `class_names[label]` is the name of a label's class.
    """

    x_train: np.ndarray
    y_train: np.ndarray | None
    x_test: np.ndarray | None
    y_test: np.ndarray | None
    class_names: tuple[str, ...] = ()


def checked(
    source: object, arrays: dict[str, np.ndarray], class_names: Sequence[str] = ()
) -> Dataset:
    """The `Dataset` of `arrays` by name; what has to be converted is printed, a line each.

    Args:
        source: where they are from, which the lines and the errors name.
        arrays: `x_train` and any others of `ARRAYS`, as `conversions` takes them.
        class_names: those of the labels, where they are known.

    Raises:
        ValueError: for lacking images, what `conversions` refuses, images of two sizes, or labels
            that are not one for each image.
    """

    def say(conversion):
        print(f"{source}: {conversion}.")

    if "x_train" not in arrays:
        raise ValueError(f"{source} holds no x_train: save the training images under that name.")
    pixels: Arrays = {name: arrays[name] for name in ("x_train", "x_test") if name in arrays}
    pixels = conversions.pixels(source, pixels, say)
    sizes = {name: images.shape[1:] for name, images in pixels.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError(
            f"{source} has training images of {sizes['x_train']} but test images of "
            f"{sizes['x_test']}: make them the same size."
        )
    labels: Arrays = {name: arrays[name] for name in ("y_train", "y_test") if name in arrays}
    for name, array in labels.items():
        _check_count(source, name, array, pixels.get(name.replace("y", "x")))
    if labels:
        labels, class_names = conversions.labels(source, labels, say, class_names)
    together = pixels | labels
    x_train, y_train, x_test, y_test = map(together.get, ARRAYS)
    return Dataset(x_train, y_train, x_test, y_test, tuple(class_names) if labels else ())


def check(dataset: Dataset, name: str) -> None:
    """Raise a `ValueError` if a data set that was not read, but made, is not as `Dataset` says.

    Args:
        name: what to call it in the error.
    """
    if dataset.x_train is None:
        raise ValueError(f"{name} has no training images: give x_train.")
    for part in ("train", "test"):
        images, labels = (getattr(dataset, f"{kind}_{part}") for kind in "xy")
        shape = dataset.x_train.shape[1:] if part == "test" else None
        if images is not None:
            arguments.images(images, f"x_{part} of {name}", shape)
        if labels is not None:
            classes = len(dataset.class_names) or None
            count = 0 if images is None else len(images)
            arguments.labels(labels, count, classes, f"y_{part} of {name}")


def _check_count(source, name, labels, images):
    if images is None:
        raise ValueError(f"{source} holds {name} without its images: add them or leave it out.")
    if np.ndim(labels) == 0 or len(labels) != len(images):
        raise ValueError(
            f"{name} in {source} has shape {labels.shape}, but there are {len(images)} images: "
            f"save one label an image, of shape ({len(images)},)."
        )
