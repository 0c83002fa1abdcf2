"""Adversarial losses: small objects that the one train step of `training` is given."""

from dataclasses import dataclass

import tensorflow as tf


def _cross_entropy(target, logits):
    """Mean binary cross-entropy of `logits` (batch, 1) against one `target` in [0, 1], in nats."""
    return tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(tf.fill(tf.shape(logits), target), logits)
    )


@dataclass(frozen=True)
class NonSaturating:
    """The non-saturating GAN loss on logits (Goodfellow et al. 2014, section 3).

    At equilibrium the discriminator says 1/2 everywhere: its loss is 2 ln 2, the
    generator's ln 2.

    Args:
        real_label: the target of real images; below 1 it is one-sided label smoothing
            (Salimans et al. 2016, section 3.4; `narman-dau` uses .9).
    """

    real_label: float = 1.0

    def __post_init__(self):
        if not 0.5 < self.real_label <= 1:
            raise ValueError(
                f"real_label is {self.real_label}, but must be above .5 and at most 1: "
                "1 is the plain loss, .9 one-sided label smoothing."
            )

    def discriminator(self, real_logits, fake_logits):
        """Loss of the discriminator in nats (scalar) from logits (batch, 1)."""
        return _cross_entropy(self.real_label, real_logits) + _cross_entropy(0.0, fake_logits)

    def generator(self, fake_logits):
        """Loss of the generator in nats (scalar) from logits (batch, 1)."""
        return _cross_entropy(1.0, fake_logits)
