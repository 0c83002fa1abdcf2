import math

import keras
import numpy as np
import pytest

from gan_tf.losses import NonSaturating

REAL = np.array([[2.0], [-1.0], [0.5]], np.float32)
FAKE = np.array([[-3.0], [0.0], [1.5]], np.float32)


def test_equilibrium_is_2_ln_2_and_ln_2():
    loss = NonSaturating()
    zeros = np.zeros((5, 1), np.float32)
    assert float(loss.discriminator(zeros, zeros)) == pytest.approx(2 * math.log(2))
    assert float(loss.generator(zeros)) == pytest.approx(math.log(2))


def test_hand_worked_values():
    loss = NonSaturating()
    real = [math.log(1 + math.exp(-x)) for x in (2.0, -1.0, 0.5)]
    fake = [math.log(1 + math.exp(x)) for x in (-3.0, 0.0, 1.5)]
    fooled = [math.log(1 + math.exp(-x)) for x in (-3.0, 0.0, 1.5)]
    assert float(loss.discriminator(REAL, FAKE)) == pytest.approx(sum(real) / 3 + sum(fake) / 3)
    assert float(loss.generator(FAKE)) == pytest.approx(sum(fooled) / 3)


@pytest.mark.parametrize("real_label", [1.0, 0.9, 0.7])
def test_same_as_keras_with_label_smoothing(real_label):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    expected = cross_entropy(np.full_like(REAL, real_label), REAL) + cross_entropy(
        np.zeros_like(FAKE), FAKE
    )
    loss = NonSaturating(real_label)
    assert float(loss.discriminator(REAL, FAKE)) == pytest.approx(float(expected), rel=1e-6)
    # One-sided: the generator's target stays 1.
    assert float(loss.generator(FAKE)) == float(NonSaturating().generator(FAKE))


def test_smoothing_punishes_certainty():
    certain, fake = np.full((4, 1), 8.0, np.float32), np.full((4, 1), -8.0, np.float32)
    plain = float(NonSaturating().discriminator(certain, fake))
    assert float(NonSaturating(0.9).discriminator(certain, fake)) == pytest.approx(
        plain + 0.8, abs=1e-5
    )


@pytest.mark.parametrize("real_label", [0.5, 0.0, 1.1, -1])
def test_impossible_smoothing(real_label):
    with pytest.raises(ValueError, match="must be above .5 and at most 1"):
        NonSaturating(real_label)
