"""Stacked MNIST: three digits as the three colours of an image, a thousand kinds of images."""

import numpy as np

from gan_tf.data.checks import Dataset


def stacked(digits: Dataset) -> Dataset:
    """As many images (28, 28, 3) as there are digits, each digit once in each colour.

    After Metz et al. 2017 (Unrolled GANs, arXiv:1611.02163), who draw the three at random. The
    kind of an image is its three digits; there are no labels, for a classifier of single digits
    reads them.

    Args:
        digits: MNIST.
    """

    def stack(images, seed):
        random = np.random.default_rng(seed)
        orders = [random.permutation(len(images)) for _ in range(3)]
        return np.concatenate([images[order] for order in orders], axis=3)

    return Dataset(stack(digits.x_train, 0), None, stack(digits.x_test, 1), None)
