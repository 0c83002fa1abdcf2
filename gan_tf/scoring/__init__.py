"""The scorecard: how real images are, by several measures, beside real images and spoilt ones."""

from gan_tf.scoring.scorecard import Scorecard, scorecard

__all__ = ["Scorecard", "scorecard"]
