"""Modes of stacked MNIST: how many of the thousand kinds of images a generator draws."""

from typing import NamedTuple

import keras
import numpy as np

from gan_tf import arguments
from gan_tf.measures.metrics import predicted


class Modes(NamedTuple):
    """How many kinds of images there are, and the divergence (nats) of their shares from equal."""

    found: int
    divergence: float


def modes(kinds: np.ndarray, known: int = 1000) -> Modes:
    """The modes among images of `known` kinds (Metz et al. 2017, arXiv:1611.02163).

    Args:
        kinds: (n,), the kind of each image, from 0 to known - 1.

    Returns:
        Modes: how many kinds have an image, and the Kullback-Leibler divergence of the kinds'
        shares from 1 / known each: 0 if all are equally frequent, ln(known) if there is one. Of n
        images drawn from all kinds alike it is about (known - 1) / (2 n) and not 0.

    Raises:
        ValueError: for no images, or a kind that there is not.
    """
    known = arguments.whole_number(known, "known", least=1)
    kinds = arguments.labels(kinds, classes=known, name="kinds")
    if not len(kinds):
        raise ValueError("There are no kinds: give one for each image.")
    shares = np.bincount(kinds, minlength=known) / len(kinds)
    some = shares[shares > 0]
    return Modes(len(some), float(np.sum(some * np.log(some * known))))


def stacked_kinds(classifier: keras.Model, images: np.ndarray) -> np.ndarray:
    """The kind (n,), 0 to 999, of stacked digits: what is read in the first colour, and so on.

    Args:
        classifier: of single digits, as `classifiers.lenet`.
        images: uint8 (n, height, width, 3).

    Raises:
        ValueError: for other images, or a classifier of other classes.
    """
    if classifier.output_shape[-1] != 10:
        raise ValueError(
            f"The classifier tells {classifier.output_shape[-1]} classes apart, but must read the "
            "ten digits: give one of those."
        )
    images = arguments.images(images)
    if images.shape[3] != 3:
        raise ValueError("The images are grey, but stacked digits have three colours: give those.")
    digits = [predicted(classifier, images[..., colour, None]).astype(int) for colour in range(3)]
    return digits[0] * 100 + digits[1] * 10 + digits[2]
