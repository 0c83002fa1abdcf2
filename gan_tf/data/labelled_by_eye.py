"""Digits that the `dcgan` run drew, and the labels that were given to them by eye."""

from typing import NamedTuple

import numpy as np

from gan_tf.data import downloads
from gan_tf.data.formats import read_npz


class SyntheticDigits(NamedTuple):
    """Digits that the released `dcgan` run drew, some with labels given by eye.

    `images` is uint8 (6336, 28, 28, 1). `labels` and `first_labels` are int8 (1000,), of the
    first images: 0 to 9, or -1 for no recognisable digit; the first ones are from before any
    classifier's opinion was seen.
    """

    images: np.ndarray
    labels: np.ndarray
    first_labels: np.ndarray

    def recognisable(self) -> tuple[np.ndarray, np.ndarray]:
        """Images and labels of those of the labelled that are a digit."""
        is_digit = self.labels >= 0
        return self.images[: len(self.labels)][is_digit], self.labels[is_digit]


def synthetic_digits() -> SyntheticDigits:
    """The synthetic digits of data/synthetic_digits.npz; data/README.md says how they were made.

    Raises:
        FileNotFoundError: if the file is not there.
        ValueError: if it is corrupt.
    """
    path = downloads.FOLDER / "synthetic_digits.npz"
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is not in {downloads.FOLDER}: restore it with git.")
    arrays = read_npz(path, SyntheticDigits._fields)
    lacking = [key for key in SyntheticDigits._fields if key not in arrays]
    if lacking:
        raise ValueError(f"{path} has no {' and no '.join(lacking)}: restore it with git.")
    return SyntheticDigits(**arrays)
