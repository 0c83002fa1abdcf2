import math
from dataclasses import dataclass

import keras
import numpy as np
import pytest
import tensorflow as tf

from gan_tf.training.losses import (
    NAMES,
    CertaintyRewarding,
    Critic,
    Hinge,
    NonSaturating,
    NonSaturatingPenalties,
    OnProbabilities,
    RelativisticPairing,
    SemiSupervised,
    Wasserstein,
    WassersteinPenalty,
    config,
    get,
)

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


class TestCertaintyRewarding:
    def test_uncertainty_is_that_of_the_likeliest_class(self):
        probabilities = np.array([[0.5, 0.25, 0.25], [1, 0, 0]], np.float32)
        uncertainty = CertaintyRewarding(weight=3.0).uncertainty(probabilities)
        assert float(uncertainty) == pytest.approx(3 * math.log(2) / 2)

    def test_both_losses_are_the_plain_ones(self):
        real, fake = np.float32([[2], [1]]), np.float32([[-1], [0.5]])
        plain, rewarding = NonSaturating(), CertaintyRewarding()
        assert float(rewarding.discriminator(real, fake)) == float(plain.discriminator(real, fake))
        assert float(rewarding.generator(fake)) == float(plain.generator(fake))

    def test_impossible_weight(self):
        with pytest.raises(ValueError, match="weight is 0, but must be above 0"):
            CertaintyRewarding(weight=0)


class TestOnProbabilities:
    def test_is_the_loss_on_the_logits(self):
        plain, loss = NonSaturating(0.9), OnProbabilities(0.9)
        real, fake = tf.sigmoid(REAL), tf.sigmoid(FAKE)
        expected = float(plain.discriminator(REAL, FAKE))
        assert float(loss.discriminator(real, fake)) == pytest.approx(expected, rel=1e-5)
        assert float(loss.generator(fake)) == pytest.approx(float(plain.generator(FAKE)), rel=1e-5)

    def test_certainty_stays_finite(self):
        loss = OnProbabilities()
        zeros, ones = np.zeros((2, 1), np.float32), np.ones((2, 1), np.float32)
        assert float(loss.discriminator(zeros, ones)) == pytest.approx(
            -2 * math.log(1e-7), rel=0.02
        )

    def test_outputs_are_what_they_are(self):
        loss = OnProbabilities()
        real, fake = np.array([[0.7], [0.4]], np.float32), np.array([[0.2], [0.6]], np.float32)
        assert np.array_equal(loss.output(real), real)
        right = [values.numpy().ravel().tolist() for values in loss.is_right(real, fake)]
        assert right == [[1, 0], [1, 0]]


class TestWasserstein:
    def test_hand_worked_values(self):
        loss = Wasserstein()
        # Means: real .5, fake -.5.
        assert float(loss.discriminator(REAL, FAKE)) == pytest.approx(-1.0)
        assert float(loss.generator(FAKE)) == pytest.approx(0.5)

    def test_adding_a_constant_to_the_critic_changes_nothing(self):
        loss = Wasserstein()
        shifted = float(loss.discriminator(REAL + 7, FAKE + 7))
        assert shifted == pytest.approx(float(loss.discriminator(REAL, FAKE)))
        for plain, moved in zip(
            loss.is_right(REAL, FAKE), loss.is_right(REAL + 7, FAKE + 7), strict=True
        ):
            assert np.array_equal(plain, moved)

    def test_right_is_beyond_the_mean_of_the_others(self):
        right = Wasserstein().is_right(REAL, FAKE)
        assert [values.numpy().ravel().tolist() for values in right] == [[1, 0, 1], [1, 1, 0]]

    def test_weights_stay_clipped_after_an_update(self):
        critic = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2)])
        Wasserstein(clip=0.05).constrain(critic)
        optimizer = keras.optimizers.SGD(10.0)
        optimizer.apply([tf.ones((3, 2)), -tf.ones(2)], critic.trainable_variables)
        kernel, bias = critic.get_weights()
        assert (kernel == np.float32(-0.05)).all() and (bias == np.float32(0.05)).all()

    def test_defaults_are_those_of_the_papers(self):
        assert repr(Wasserstein()) == "Wasserstein(clip=0.01, critic_steps=5)"
        assert repr(WassersteinPenalty()) == "WassersteinPenalty(weight=10.0, critic_steps=5)"

    @pytest.mark.parametrize(
        "make, complaint",
        [
            (lambda: Wasserstein(clip=0), "clip is 0, but must be above 0"),
            (lambda: Wasserstein(critic_steps=0), "critic_steps is 0"),
            (lambda: WassersteinPenalty(weight=-1), "weight is -1"),
        ],
    )
    def test_impossible_numbers(self, make, complaint):
        with pytest.raises(ValueError, match=complaint):
            make()


class TestGradientPenalty:
    def penalty(self, criticise, mix, real=1.0, fake=0.0, weight=10.0):
        images = [tf.fill((len(mix), 2, 2, 1), value) for value in (real, fake)]
        mix = tf.reshape(tf.constant(mix, tf.float32), (-1, 1, 1, 1))
        return float(WassersteinPenalty(weight).penalty(criticise, *images, mix))

    @pytest.mark.parametrize("slope", [0.5, 1.0, 3.0])
    def test_linear_critic_has_its_slope_everywhere(self, slope):
        # Four pixels of the same weight: the norm is twice the weight.
        penalty = self.penalty(lambda x: slope / 2 * tf.reduce_sum(x, axis=(1, 2)), [0.3, 0.8])
        assert penalty == pytest.approx(10 * (slope - 1) ** 2, abs=1e-5)

    def test_gradient_is_taken_between_fake_and_real(self):
        # The gradient of half the square is the pixel itself: 2 x its value is the norm.
        penalty = self.penalty(lambda x: tf.reduce_sum(x**2, axis=(1, 2)) / 2, [0.0, 0.25, 1.0])
        assert penalty == pytest.approx(10 * ((0 - 1) ** 2 + (0.5 - 1) ** 2 + (2 - 1) ** 2) / 3)

    def test_can_be_derived_by_the_weights_where_the_gradient_is_0(self):
        slope = tf.Variable(0.0)
        with tf.GradientTape() as tape:
            penalty = WassersteinPenalty().penalty(
                lambda x: slope * tf.reduce_sum(x, axis=(1, 2)),
                tf.ones((2, 2, 2, 1)),
                tf.zeros((2, 2, 2, 1)),
                tf.fill((2, 1, 1, 1), 0.5),
            )
        assert np.isfinite(float(tape.gradient(penalty, slope)))


class TestSemiSupervised:
    """Two classes; logits (0, 0) have l = ln 2, so that an image is real with p = 2/3."""

    real = (
        np.array([[9.0, 9.0], [1.0, 2.0], [3.0, 0.0]], np.float32),
        np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]], np.float32),
    )
    fake = (
        np.array([[0.0, 0.0], [2.0, 4.0]], np.float32),
        np.array([[0.0, 0.0], [-50.0, -50.0]], np.float32),
    )
    labels = np.array([1])

    def test_hand_worked_values_of_the_discriminator(self):
        loss = SemiSupervised().discriminator(self.real, self.fake, self.labels)
        labelled = math.log(1 + math.e)
        unlabelled, fake = -math.log(2 / 3), (-math.log(1 / 3) + 0) / 2
        assert float(loss) == pytest.approx(labelled + unlabelled / 2 + fake / 2, rel=1e-5)

    def test_feature_matching_is_of_means(self):
        # Mean features: (13/3, 4) and (1, 2).
        loss = SemiSupervised().generator(self.real, self.fake)
        mean = [np.mean([9, 1, 3]) - 1, np.mean([9, 2, 0]) - 2]
        assert float(loss) == pytest.approx((mean[0] ** 2 + mean[1] ** 2) / 2, rel=1e-5)

    def test_labelled_images_count_by_their_class_only(self):
        loss = SemiSupervised()
        features, logits = self.real
        shift = np.array([[5], [0], [0]], np.float32)
        other = features + shift, logits + shift
        one, two = (loss.discriminator(r, self.fake, self.labels) for r in (self.real, other))
        assert float(one) == pytest.approx(float(two), rel=1e-5)

    def test_output_is_the_probability_of_being_real(self):
        loss = SemiSupervised()
        outputs = loss.output(self.fake).numpy()
        assert outputs == pytest.approx([2 / 3, 0], abs=1e-6)
        real, fake = loss.is_right(self.real, self.fake)
        assert real.numpy().tolist() == [1, 1, 1] and fake.numpy().tolist() == [0, 1]


class TestRelativisticPairing:
    def test_hand_worked_values(self):
        loss = RelativisticPairing()
        lead = [5.0, -1.0, -1.0]  # Of each real image over the fake beside it.
        expected = sum(math.log(1 + math.exp(-x)) for x in lead) / 3
        assert float(loss.discriminator(REAL, FAKE)) == pytest.approx(expected)
        expected = sum(math.log(1 + math.exp(x)) for x in lead) / 3
        assert float(loss.generator(REAL, FAKE)) == pytest.approx(expected)
        assert [list(right[:, 0]) for right in loss.is_right(REAL, FAKE)] == [[1, 0, 0]] * 2
        np.testing.assert_array_equal(loss.output(FAKE), FAKE)

    def test_only_differences_count(self):
        loss = RelativisticPairing()
        for of in (loss.discriminator, loss.generator):
            assert float(of(REAL + 7, FAKE + 7)) == pytest.approx(float(of(REAL, FAKE)), rel=1e-5)

    def test_penalty_of_known_slopes(self):
        """D(x) = w . x has the slope w everywhere, D(x) = |x|^2 the slope 2 x."""
        real, fake = tf.ones((2, 2, 2, 1)), tf.fill((2, 2, 2, 1), 3.0)

        def linear(images):
            return tf.reduce_sum(0.5 * images, axis=(1, 2, 3))[:, None]

        def square(images):
            return tf.reduce_sum(images**2, axis=(1, 2, 3))[:, None]

        for kind in (RelativisticPairing, NonSaturatingPenalties):
            loss = kind(real_weight=2.0, fake_weight=4.0)
            assert float(loss.penalty(linear, real, fake, None)) == pytest.approx(4 * 0.25 * 3)
            assert float(loss.penalty(square, real, fake, None)) == pytest.approx(16 + 2 * 4 * 36)
            assert float(
                kind(real_weight=2, fake_weight=0).penalty(square, real, fake, None)
            ) == pytest.approx(16)
            assert float(kind(real_weight=0, fake_weight=0).penalty(square, real, fake, None)) == 0

    @pytest.mark.parametrize("name", ["real_weight", "fake_weight"])
    def test_impossible_weight(self, name):
        for kind in (RelativisticPairing, NonSaturatingPenalties):
            with pytest.raises(ValueError, match=f"{name} is -1, but must be at least 0"):
                kind(**{name: -1})

    def test_the_other_loss_is_the_plain_one(self):
        loss, plain = NonSaturatingPenalties(real_label=0.9), NonSaturating(real_label=0.9)
        assert float(loss.discriminator(REAL, FAKE)) == float(plain.discriminator(REAL, FAKE))
        assert float(loss.generator(FAKE)) == float(plain.generator(FAKE))
        with pytest.raises(ValueError, match="real_label is 2"):
            NonSaturatingPenalties(real_label=2)


def test_hinge_hand_worked_values():
    loss = Hinge()
    # Real images lack 0, 2 and .5 to 1, fakes 0, 1 and 2.5 to -1.
    assert float(loss.discriminator(REAL, FAKE)) == pytest.approx((2 + 0.5 + 1 + 2.5) / 3)
    assert float(loss.generator(FAKE)) == pytest.approx(0.5)
    np.testing.assert_array_equal(loss.output(FAKE), FAKE)


@dataclass(frozen=True)
class Registered(NonSaturating):
    """A loss of a user's, as Keras can find it again."""

    scale: float = 2.0


class WithoutFields(Critic):
    """One that is no dataclass by itself."""


class TestAnyPrecision:
    ALL = (*(kind() for kind in NAMES.values() if kind is not SemiSupervised), Critic())

    @pytest.mark.parametrize("loss", ALL, ids=lambda loss: type(loss).__name__)
    @pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float64"])
    def test_is_computed_in_float32(self, loss, dtype):
        real, fake = (tf.cast(part / 4 + 0.5, dtype) for part in (REAL, FAKE))
        both = (real, fake) if loss.compares else (fake,)
        found = loss.discriminator(real, fake), loss.generator(*both), loss.output(real)
        exactly = [tf.cast(part, "float32") for part in (real, fake)]
        expected = (
            loss.discriminator(*exactly),
            loss.generator(*(exactly if loss.compares else exactly[1:])),
            loss.output(exactly[0]),
        )
        for one, other in zip(found, expected, strict=True):
            assert one.dtype == tf.float32
            np.testing.assert_array_equal(one, other)

    @pytest.mark.parametrize("dtype", ["bfloat16", "float64"])
    def test_so_is_the_semi_supervised_loss(self, dtype):
        features, logits = tf.ones((4, 3), dtype), tf.cast(tf.reshape(tf.range(8), (4, 2)), dtype)
        outputs, loss = (features, logits), SemiSupervised()
        found = loss.discriminator(outputs, outputs, [0, 1]), loss.generator(outputs, outputs)
        assert {part.dtype for part in (*found, loss.output(outputs))} == {tf.float32}

    def test_so_are_penalties(self):
        images = tf.cast(tf.random.stateless_normal((3, 2, 2, 1), (0, 0)), "float64")

        def steep(x):
            return 2 * tf.reduce_sum(x, axis=(1, 2, 3), keepdims=True)[..., 0, 0]

        for loss in (WassersteinPenalty(critic_steps=1), RelativisticPairing()):
            mix = tf.zeros((3, 1, 1, 1), "float64")
            penalty = loss.penalty(steep, images, images, mix)
            assert penalty.dtype == tf.float32 and penalty > 0


class TestConfig:
    def test_of_a_loss_that_is_registered(self, monkeypatch):
        with keras.saving.CustomObjectScope({"tests>Registered": Registered}):
            monkeypatch.setattr(
                keras.saving, "get_registered_name", lambda kind: "tests>Registered"
            )
            kept = config(Registered(scale=3.0))
            assert kept == {
                "class": "tests>Registered",
                "fields": {"real_label": 1.0, "scale": 3.0},
            }
            assert get(kept) == Registered(scale=3.0)
        with pytest.raises(ValueError, match="'tests>Registered' is not known: import the module"):
            get(kept)

    def test_of_one_that_is_not(self):
        for loss in (Registered(), WithoutFields()):
            with pytest.raises(ValueError, match="cannot be kept .* register it by keras.saving"):
                config(loss)

    def test_of_those_of_this_module(self):
        for loss in (Critic(), NonSaturating(0.9), CertaintyRewarding(weight=2.0)):
            assert get(config(loss)) == loss
