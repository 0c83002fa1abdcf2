"""Digits that released runs drew, and the labels that were given to them by eye."""

from typing import NamedTuple

import numpy as np

from gan_tf.data import downloads
from gan_tf.data.formats import read_npz

# The recipe of the run that drew the digits -> their file.
FILES = {"dcgan": "synthetic_digits.npz", "dcgan-conditional": "conditional_digits.npz"}


class SyntheticDigits(NamedTuple):
    """Digits that a released run drew, some with labels given by eye.

    `images` is uint8 (6336, 28, 28, 1). `labels` and `first_labels` are int8 (1000,), of the
    first images: 0 to 9, or -1 for no recognisable digit; the first ones are from before any
    classifier's opinion was seen. `asked` is uint8 (6336,), the digit that a conditional
    generator was told to draw; of others it is `None`.
    """

    images: np.ndarray
    labels: np.ndarray
    first_labels: np.ndarray
    asked: np.ndarray | None = None

    def recognisable(self) -> tuple[np.ndarray, np.ndarray]:
        """Images and labels of those of the labelled that are a digit."""
        is_digit = self.labels >= 0
        return self.images[: len(self.labels)][is_digit], self.labels[is_digit]


def synthetic_digits(generator: str = "dcgan") -> SyntheticDigits:
    """The digits of a released run; data/README.md says how they were made.

    Args:
        generator: the run's recipe, "dcgan" or "dcgan-conditional".

    Raises:
        ValueError: for another generator, or if the file is corrupt.
        FileNotFoundError: if the file is not there.
    """
    if generator not in FILES:
        raise ValueError(
            f"There are no digits of {generator!r} that were labelled by eye. "
            f"Known: {', '.join(FILES)}."
        )
    path = downloads.FOLDER / FILES[generator]
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is not in {downloads.FOLDER}: restore it with git.")
    keys = list(SyntheticDigits._fields)
    if generator == "dcgan":
        keys.remove("asked")
    arrays = read_npz(path, keys)
    lacking = [key for key in keys if key not in arrays]
    if lacking:
        raise ValueError(f"{path} has no {' and no '.join(lacking)}: restore it with git.")
    return SyntheticDigits(**arrays)
