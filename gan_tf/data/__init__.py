"""Images and labels: data sets by name, their checks, and what becomes of their pixels."""

from gan_tf.data.balanced_subsets import balanced_order
from gan_tf.data.checks import Dataset
from gan_tf.data.datasets import load
from gan_tf.data.description import describe, sample
from gan_tf.data.labelled_by_eye import SyntheticDigits, synthetic_digits
from gan_tf.data.pixel_ranges import from_signed, to_signed, to_unit

__all__ = [
    "Dataset",
    "SyntheticDigits",
    "balanced_order",
    "describe",
    "from_signed",
    "load",
    "sample",
    "synthetic_digits",
    "to_signed",
    "to_unit",
]
