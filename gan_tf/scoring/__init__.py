"""The scorecard: how real images are, by several measures, beside real images and spoilt ones."""

import gan_tf.environment.quiet_tensorflow  # noqa: F401, before anything imports TensorFlow

# isort: split
from gan_tf.scoring.scorecard import Scorecard, scorecard

__all__ = ["Scorecard", "scorecard"]
