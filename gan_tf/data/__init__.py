"""Images and labels: data sets by name, their checks, and what becomes of their pixels."""

import gan_tf.environment.quiet_tensorflow  # noqa: F401, before anything imports TensorFlow

# isort: split
from gan_tf.data.balanced_subsets import balanced_order, stratified_order
from gan_tf.data.checks import Dataset
from gan_tf.data.conversions import as_images
from gan_tf.data.datasets import load
from gan_tf.data.description import describe, sample
from gan_tf.data.image_folder import room_on_disk
from gan_tf.data.labelled_by_eye import SyntheticDigits, synthetic_digits
from gan_tf.data.pixel_ranges import from_signed, to_signed, to_unit
from gan_tf.data.saving import save

__all__ = [
    "Dataset",
    "SyntheticDigits",
    "as_images",
    "balanced_order",
    "describe",
    "from_signed",
    "load",
    "room_on_disk",
    "sample",
    "save",
    "stratified_order",
    "synthetic_digits",
    "to_signed",
    "to_unit",
]
