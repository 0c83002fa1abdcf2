"""Adversarial losses: small objects that the models of `gan_tf.training.gan` are given.

"Logits" are the discriminator's outputs (batch, 1) before any sigmoid; of a critic, its values.
Outputs of any precision are taken, and all is computed in float32.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

import keras
import tensorflow as tf

from gan_tf.storage import files


def _cross_entropy(target, logits):
    """Mean binary cross-entropy of `logits` (batch, 1) against one `target` in [0, 1], in nats."""
    logits = _float32(logits)
    return tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(tf.fill(tf.shape(logits), target), logits)
    )


def _float32(outputs):
    return tf.cast(outputs, tf.float32)


class Objective:
    """What an objective does besides its two losses; here nothing."""

    # Updates of the discriminator for each of the generator.
    critic_steps = 1
    # Whether the generator's loss takes the outputs on real images, too, before those on fakes.
    compares = False

    def constrain(self, discriminator: keras.Model) -> None:
        """Set constraints on weights, which hold after every update."""

    def discriminator(self, *outputs: Any) -> tf.Tensor:
        """Loss of the discriminator (scalar), from its outputs on real images and on fakes."""
        raise NotImplementedError

    def generator(self, *outputs: Any) -> tf.Tensor:
        """Loss of the generator (scalar), from the discriminator's outputs on fakes.

        Of an objective that `compares`, from those on real images and on fakes.
        """
        raise NotImplementedError

    def scores(
        self,
        discriminate: Callable[[tf.Tensor], Any],
        real: tf.Tensor,
        fake: tf.Tensor,
        mix: tf.Tensor,
    ) -> tuple[Any, Any, tf.Tensor | float]:
        """The discriminator's outputs on real images and on fakes, and the `penalty`.

        An objective whose penalty is taken at those images has all of one pass.
        """
        outputs = discriminate(real), discriminate(fake)
        return *outputs, self.penalty(discriminate, real, fake, mix)

    def penalty(
        self,
        discriminate: Callable[[tf.Tensor], Any],
        real: tf.Tensor,
        fake: tf.Tensor,
        mix: tf.Tensor,
    ) -> tf.Tensor | float:
        """What is added to the discriminator's loss to constrain it; here nothing.

        Args:
            discriminate: function from images to what the discriminator gives.
            real, fake: images (batch, height, width, channels).
            mix: (batch, 1, 1, 1), uniform in [0, 1].
        """
        return 0.0

    def output(self, logits: Any) -> tf.Tensor:
        """What the history shows as the discriminator's output: the probability of being real."""
        return tf.sigmoid(_float32(logits))

    def is_right(
        self, real_logits: tf.Tensor, fake_logits: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Whether real and fake images are on the right side: two arrays of 0 and 1."""
        return tf.cast(real_logits > 0, tf.float32), tf.cast(fake_logits < 0, tf.float32)


@dataclass(frozen=True)
class NonSaturating(Objective):
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

    def discriminator(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Loss of the discriminator in nats (scalar) from logits (batch, 1)."""
        return _cross_entropy(self.real_label, real_logits) + _cross_entropy(0.0, fake_logits)

    def generator(self, fake_logits: tf.Tensor) -> tf.Tensor:
        """Loss of the generator in nats (scalar) from logits (batch, 1)."""
        return _cross_entropy(1.0, fake_logits)


@dataclass(frozen=True)
class CertaintyRewarding(NonSaturating):
    """A generator that is also rewarded for digits a classifier is certain of.

    `gavazzi` section 1.4 proposes it and leaves it untried.

    Args:
        weight: of the classifier's uncertainty in the generator's loss.
    """

    weight: float = 1.0

    def __post_init__(self):
        super().__post_init__()
        _check_positive(weight=self.weight)

    def uncertainty(self, probabilities: tf.Tensor) -> tf.Tensor:
        """The weighted mean of -ln of the largest of probabilities (batch, classes), in nats."""
        largest = tf.reduce_max(_float32(probabilities), axis=1)
        return -self.weight * tf.reduce_mean(tf.math.log(largest))


@dataclass(frozen=True)
class OnProbabilities(NonSaturating):
    """The same loss for a discriminator that ends in a sigmoid (`qiao`'s modified networks).

    Probabilities nearer to 0 or 1 than 1e-7 are taken as that far away, as Keras does.
    """

    def discriminator(self, real_probabilities, fake_probabilities):
        """Loss of the discriminator in nats (scalar) from probabilities (batch, 1)."""
        return super().discriminator(_logits(real_probabilities), _logits(fake_probabilities))

    def generator(self, fake_probabilities):
        """Loss of the generator in nats (scalar) from probabilities (batch, 1)."""
        return super().generator(_logits(fake_probabilities))

    def output(self, probabilities):
        return _float32(probabilities)

    def is_right(self, real_probabilities, fake_probabilities):
        return super().is_right(real_probabilities - 0.5, fake_probabilities - 0.5)


@dataclass(frozen=True)
class Critic(Objective):
    """The Wasserstein loss (Arjovsky, Chintala and Bottou 2017) without its constraint.

    The critic's loss is the mean value of fakes less that of real images. Without its sign it is
    an estimate of their distance, in units that depend on the constraint.
    """

    def discriminator(self, real_values: tf.Tensor, fake_values: tf.Tensor) -> tf.Tensor:
        """Loss of the critic (scalar) from its values (batch, 1)."""
        return tf.reduce_mean(_float32(fake_values)) - tf.reduce_mean(_float32(real_values))

    def generator(self, fake_values: tf.Tensor) -> tf.Tensor:
        """Loss of the generator (scalar) from the critic's values (batch, 1)."""
        return -tf.reduce_mean(_float32(fake_values))

    def output(self, values):
        """The critic's values themselves, which are no probabilities."""
        return _float32(values)

    def is_right(self, real_values, fake_values):
        """A critic's zero means nothing: right is what lies beyond the mean of the others."""
        return (
            tf.cast(real_values > tf.reduce_mean(fake_values), tf.float32),
            tf.cast(fake_values < tf.reduce_mean(real_values), tf.float32),
        )


@dataclass(frozen=True)
class Wasserstein(Critic):
    """The Wasserstein loss with clipped weights (Arjovsky, Chintala and Bottou 2017).

    Args:
        clip: every weight of the critic stays within -clip and clip; the paper takes .01.
        critic_steps: updates of the critic for each of the generator; the paper takes 5.
    """

    clip: float = 0.01
    critic_steps: int = 5

    def __post_init__(self):
        _check_positive(clip=self.clip, critic_steps=self.critic_steps)

    def constrain(self, discriminator):
        for weight in discriminator.trainable_variables:
            weight.constraint = _Clipped(self.clip)


@keras.saving.register_keras_serializable("gan_tf")
class _Clipped(keras.constraints.Constraint):
    """Keeps weights within -bound and bound."""

    def __init__(self, bound):
        self.bound = bound

    def get_config(self):
        return {"bound": self.bound}

    def __call__(self, weight):
        return tf.clip_by_value(weight, -self.bound, self.bound)


@dataclass(frozen=True)
class WassersteinPenalty(Critic):
    """The Wasserstein loss with gradient penalty (Gulrajani et al. 2017).

    The critic must not have batch normalisation, for the penalty is on each image by itself.

    Args:
        weight: of the penalty; the paper takes 10.
        critic_steps: updates of the critic for each of the generator; the paper takes 5.
    """

    weight: float = 10.0
    critic_steps: int = 5

    def __post_init__(self):
        _check_positive(weight=self.weight, critic_steps=self.critic_steps)

    def penalty(
        self,
        criticise: Callable[[tf.Tensor], tf.Tensor],
        real: tf.Tensor,
        fake: tf.Tensor,
        mix: tf.Tensor,
    ) -> tf.Tensor:
        """The weighted mean of (|gradient of the critic's value by the image| - 1)^2.

        Args:
            criticise: function from images to values (batch, 1).
            real, fake: images (batch, height, width, channels).
            mix: (batch, 1, 1, 1), uniform in [0, 1]: how much of the real image there is in
                the image between the two at which the gradient is taken.
        """
        _, gradient = with_gradients(criticise, fake + mix * (real - fake))
        # Where the gradient is 0 its norm has no derivative: a tiny number keeps it finite.
        norm = tf.sqrt(tf.reduce_sum(gradient**2, axis=(1, 2, 3)) + 1e-12)
        return self.weight * tf.reduce_mean((norm - 1) ** 2)


@dataclass(frozen=True)
class ZeroCentredPenalties(Objective):
    """The penalties R1 and R2 of the slopes of the discriminator's logits (Mescheder et al. 2018).

    Either makes training converge if it begins near the data (arXiv:1801.04406). From where it does
    begin, R1 alone diverged on stacked MNIST, and both together did not (Huang et al. 2024,
    Table 1).

    Args:
        real_weight, fake_weight: gamma, of the slopes at real images (R1) and at fakes (R2); 0
            leaves that one out.
    """

    real_weight: float = 1.0
    fake_weight: float = 1.0

    def __post_init__(self):
        for name in ("real_weight", "fake_weight"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}, but must be at least 0.")

    def scores(self, discriminate, real, fake, mix):
        outputs, penalties = zip(
            *(
                _penalised(discriminate, images, weight)
                for images, weight in ((real, self.real_weight), (fake, self.fake_weight))
            ),
            strict=True,
        )
        return *outputs, sum(penalties)

    def penalty(self, discriminate, real, fake, mix):
        """Half of gamma times the mean |gradient of the logit by the image|^2, for both kinds."""
        *_, penalty = self.scores(discriminate, real, fake, mix)
        return penalty


def _penalised(discriminate, images, weight):
    """The outputs on images, and the penalty of their slopes there."""
    if not weight:
        return discriminate(images), 0.0
    outputs, slopes = with_gradients(discriminate, images)
    return outputs, weight / 2 * tf.reduce_mean(tf.reduce_sum(slopes**2, axis=(1, 2, 3)))


@dataclass(frozen=True)
class RelativisticPairing(ZeroCentredPenalties):
    """The relativistic pairing loss with both zero-centred penalties.

    Huang et al. 2024 ("The GAN is dead; long live the GAN!", arXiv:2501.05441): the discriminator
    is to give each real image a higher logit than the fake beside it in the batch (the loss of
    Jolicoeur-Martineau 2018, arXiv:1807.00734).
    """

    compares = True

    def discriminator(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Loss of the discriminator in nats (scalar) from logits (batch, 1), pair by pair."""
        return tf.reduce_mean(tf.nn.softplus(_float32(fake_logits) - _float32(real_logits)))

    def generator(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Loss of the generator in nats (scalar): that of the discriminator the other way round."""
        return self.discriminator(fake_logits, real_logits)

    def output(self, logits):
        """The logits themselves: only their differences mean something."""
        return _float32(logits)

    def is_right(self, real_logits, fake_logits):
        """Whether each real image has the higher logit than the fake beside it: twice the same."""
        right = tf.cast(real_logits > fake_logits, tf.float32)
        return right, right


@dataclass(frozen=True)
class NonSaturatingPenalties(ZeroCentredPenalties, NonSaturating):
    """The non-saturating loss with both zero-centred penalties, which StyleGAN2 has with R1."""

    def __post_init__(self):
        NonSaturating.__post_init__(self)
        super().__post_init__()


@dataclass(frozen=True)
class Hinge(Objective):
    """The hinge loss (Lim and Ye 2017; Miyato et al. 2018, arXiv:1802.05957).

    The discriminator is content with real images above 1 and fakes below -1. It is for networks
    whose steepness is bounded, as by `keras.layers.SpectralNormalization`.
    """

    def discriminator(self, real_values: tf.Tensor, fake_values: tf.Tensor) -> tf.Tensor:
        """Loss of the discriminator (scalar) from its values (batch, 1)."""
        real_loss = tf.reduce_mean(tf.nn.relu(1 - _float32(real_values)))
        return real_loss + tf.reduce_mean(tf.nn.relu(1 + _float32(fake_values)))

    def generator(self, fake_values: tf.Tensor) -> tf.Tensor:
        """Loss of the generator (scalar) from the discriminator's values (batch, 1)."""
        return -tf.reduce_mean(_float32(fake_values))

    def output(self, values):
        """The values themselves, which are no probabilities."""
        return _float32(values)


def with_gradients(
    discriminate: Callable[[tf.Tensor], tf.Tensor], images: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Outputs (batch, 1), and their gradients by the images (batch, height, width, channels).

    Both are float32.
    """
    with tf.GradientTape() as tape:
        tape.watch(images)
        outputs = _float32(discriminate(images))
    return outputs, _float32(tape.gradient(outputs, images))


@dataclass(frozen=True)
class SemiSupervised(Objective):
    """A discriminator that is a classifier, and feature matching (Salimans et al. 2016, 3.1, 5).

    The discriminator gives features (batch, f) and logits (batch, classes). The class of
    generated images has the logit 0, so with l = log sum exp of the others an image is real with
    the probability sigmoid(l).
    """

    compares = True

    def discriminator(
        self,
        real: tuple[tf.Tensor, tf.Tensor],
        fake: tuple[tf.Tensor, tf.Tensor],
        labels: tf.Tensor,
    ) -> tf.Tensor:
        """Loss of the discriminator in nats (scalar).

        The cross-entropy of the labelled images, and half the sum of those of unlabelled images
        being real and of fakes being fake.

        Args:
            real: features and logits of the labelled images and, after them, the unlabelled.
            fake: features and logits of generated images.
            labels: (n,), those of the first n real images.
        """
        count = tf.shape(labels)[0]
        real_logits, fake_logits = _float32(real[1]), _float32(fake[1])
        cross_entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, real_logits[:count])
        unlabelled, fake = _log_sum_exp(real_logits[count:]), _log_sum_exp(fake_logits)
        return (
            tf.reduce_mean(cross_entropy)
            + tf.reduce_mean(tf.nn.softplus(-unlabelled)) / 2
            + tf.reduce_mean(tf.nn.softplus(fake)) / 2
        )

    def generator(
        self, real: tuple[tf.Tensor, tf.Tensor], fake: tuple[tf.Tensor, tf.Tensor]
    ) -> tf.Tensor:
        """Mean squared difference (scalar) of the mean features of real and of fake images."""
        (real_features, _), (fake_features, _) = real, fake
        return tf.reduce_mean((_mean_features(real_features) - _mean_features(fake_features)) ** 2)

    def output(self, outputs):
        return tf.sigmoid(_log_sum_exp(outputs[1]))

    def is_right(self, real, fake):
        return super().is_right(_log_sum_exp(real[1]), _log_sum_exp(fake[1]))


# What a loss may be called instead of being given as an object.
NAMES = {
    "non-saturating": NonSaturating,
    "on-probabilities": OnProbabilities,
    "wasserstein": Wasserstein,
    "wasserstein-penalty": WassersteinPenalty,
    "non-saturating-penalties": NonSaturatingPenalties,
    "relativistic-pairing": RelativisticPairing,
    "hinge": Hinge,
    "semi-supervised": SemiSupervised,
}

_KINDS = {kind.__name__: kind for kind in (*NAMES.values(), CertaintyRewarding, Critic)}


def get(loss: Objective | str | dict[str, Any]) -> Objective:
    """The loss of a name of `NAMES`, or of what `config` said of it; a loss itself stays.

    Raises:
        ValueError: for another name, or a loss of one's own that Keras does not know.
    """
    if isinstance(loss, Objective):
        return loss
    if isinstance(loss, dict):
        kind = _KINDS.get(loss["class"]) or keras.saving.get_registered_object(loss["class"])
        if kind is None:
            raise ValueError(
                f"The loss {loss['class']!r} is not known: import the module before in which it is "
                "registered by keras.saving.register_keras_serializable."
            )
        return kind(**loss["fields"])
    if not isinstance(loss, str) or loss not in NAMES:
        raise ValueError(
            f"There is no loss {loss!r}: use one of {', '.join(NAMES)}, or an object of "
            "gan_tf.training.losses."
        )
    return NAMES[loss]()


def config(loss: Objective) -> dict[str, Any]:
    """What `get` makes the loss of again, as JSON values.

    Raises:
        ValueError: for a loss of one's own that is not registered with Keras, or that is not made
            of its attributes alone.
    """
    kind = type(loss)
    name, fields = kind.__name__, asdict(loss) if is_dataclass(loss) else vars(loss)
    if _KINDS.get(name) is not kind:
        name = keras.saving.get_registered_name(kind)
    try:
        found = {"class": name, "fields": json.loads(json.dumps(fields))}
        get(found)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"The loss {kind.__name__} cannot be kept ({files.reason(error)}): use one of "
            "gan_tf.training.losses, or make yours a dataclass of numbers and register it by "
            "keras.saving.register_keras_serializable."
        ) from error
    return found


def _log_sum_exp(logits):
    return tf.reduce_logsumexp(_float32(logits), axis=1)


def _mean_features(features):
    return tf.reduce_mean(_float32(features), axis=0)


def _logits(probabilities):
    probabilities = tf.clip_by_value(_float32(probabilities), 1e-7, 1 - 1e-7)
    return tf.math.log(probabilities) - tf.math.log1p(-probabilities)


def _check_positive(**values):
    for name, value in values.items():
        if value <= 0:
            raise ValueError(f"{name} is {value}, but must be above 0.")
