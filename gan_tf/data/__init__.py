"""Images and labels: data sets by name, their checks, and what becomes of their pixels."""

from gan_tf.data.checks import Dataset
from gan_tf.data.datasets import load
from gan_tf.data.pixels import from_signed, to_signed, to_unit
from gan_tf.data.subsets import balanced_order
from gan_tf.data.synthetic import SyntheticDigits, synthetic_digits

__all__ = [
    "Dataset",
    "SyntheticDigits",
    "balanced_order",
    "from_signed",
    "load",
    "synthetic_digits",
    "to_signed",
    "to_unit",
]
