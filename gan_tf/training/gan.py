"""GANs as Keras models: the plain one, and small subclasses for what differs.

Every step is a function of the seed and of its number (`gan_tf.training.seeds`).
"""

from functools import partial

import keras
import tensorflow as tf

from gan_tf import data
from gan_tf.environment import hardware
from gan_tf.training.label_conditioning import with_label_planes, with_labels
from gan_tf.training.losses import CertaintyRewarding, Objective
from gan_tf.training.seeds import LATENTS, MIX, seed_dropout, stream

METRICS = (
    "d_loss",
    "g_loss",
    "d_real",
    "d_fake",
    "real_accuracy",
    "fake_accuracy",
    "g_gradient",
)


class GAN(keras.Model):
    """A generator and a discriminator that train against each other by `fit`.

    One step draws latents, makes fakes, scores real and fake images once and updates both
    networks from those scores, as TensorFlow's DCGAN tutorial does. Metrics are means over the
    epoch: both losses, D(real) and D(fake) as probabilities (of a critic, its values), the shares
    of real and of fake images that the discriminator puts on the right side, and the norm of the
    generator's gradient.

    Args:
        generator: Keras model from latents (batch, latent_dim) to images in [-1, 1].
        discriminator: Keras model from such images to logits (batch, 1), or to what the
            objective takes.
        objective: an object of `gan_tf.training.losses`; it may constrain the discriminator's
            weights.
        seed: the seed of latents and dropout.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        objective: Objective,
        seed: int = 0,
    ):
        super().__init__(name="gan")
        self.generator = generator
        self.discriminator = discriminator
        self.objective = objective
        self.seed = seed
        self.latent_dim = generator.input_shape[-1]
        self.built = True
        objective.constrain(discriminator)
        self._trackers = [keras.metrics.Mean(name=name) for name in METRICS]

    def compile(
        self,
        generator_optimizer: keras.Optimizer,
        discriminator_optimizer: keras.Optimizer,
        **kwargs,
    ) -> None:
        """Set the optimisers; XLA compiles the step where `hardware.uses_xla`."""
        kwargs.setdefault("jit_compile", hardware.uses_xla())
        super().compile(**kwargs)
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer
        # Built here and not by their first step, which under tf.distribute would fail.
        generator_optimizer.build(self.generator.trainable_variables)
        discriminator_optimizer.build(self.discriminator.trainable_variables)

    @property
    def metrics(self):
        return self._trackers

    def call(self, latents, training=False):
        """Images (batch, height, width, channels) in [-1, 1] from the generator's inputs."""
        return self.generator(latents, training=training)

    def train_step(self, batch):
        """Update both networks once, from images uint8 (n, height, width, channels)."""
        images, labels = self.unpack(batch)
        real, step = data.to_signed(images), self.begin_step()
        latents = self.draw_latents(step, tf.shape(real)[0])
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            fake = self.generate(latents, labels)
            real_outputs = self.discriminate(real, labels)
            fake_outputs = self.discriminate(fake, labels)
            d_loss = self.objective.discriminator(real_outputs, fake_outputs)
            g_loss = self.generator_loss(fake, fake_outputs)
        g_gradients = self.update_generator(g_tape, g_loss)
        self.update_discriminator(d_tape, d_loss)
        return self.track(d_loss, g_loss, real_outputs, fake_outputs, g_gradients)

    def unpack(self, batch):
        """The images of a batch and their labels, here `None`."""
        return batch, None

    def generate(self, latents: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Fakes in training, in [-1, 1], from latents (n, latent_dim)."""
        return self.generator(latents, training=True)

    def discriminate(self, images: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """The discriminator's outputs in training, of images in [-1, 1]."""
        return self.discriminator(images, training=True)

    def generator_loss(self, fake: tf.Tensor, fake_outputs: tf.Tensor) -> tf.Tensor:
        """The loss of the generator (scalar), from fakes and the outputs on them.

        `SemiSupervisedGAN`, whose generator sees real images, too, has its own.
        """
        return self.objective.generator(fake_outputs)

    def begin_step(self) -> tf.Tensor:
        """Seed the dropout of a step; returns the step's number."""
        step = self.generator_optimizer.iterations
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        seed_dropout([self.generator, self.discriminator], self.seed, step, replica=replica)
        return step

    def update_generator(self, tape: tf.GradientTape, loss: tf.Tensor) -> list[tf.Tensor]:
        """Descend the generator's loss; returns its gradients."""
        return self._update(self.generator, self.generator_optimizer, tape, loss)

    def update_discriminator(self, tape: tf.GradientTape, loss: tf.Tensor) -> None:
        """Descend the discriminator's loss."""
        self._update(self.discriminator, self.discriminator_optimizer, tape, loss)

    def _update(self, network, optimizer, tape, loss):
        # Replicas sum their gradients; each must bring its share of the batch's mean.
        share = tf.ones_like(loss) / tf.distribute.get_strategy().num_replicas_in_sync
        gradients = tape.gradient(loss, network.trainable_variables, output_gradients=share)
        optimizer.apply(gradients, network.trainable_variables)
        return gradients

    def draw_latents(self, step: tf.Tensor, count: int, part: int = 0) -> tf.Tensor:
        """The latents (count, latent_dim) from N(0, 1) of a step, or of this part of it."""
        normal = tf.random.stateless_normal
        return self._draw(normal, LATENTS, step, part, (count, self.latent_dim))

    def _draw(self, distribution, use, step, part, shape):
        """This replica's part of what is drawn for the global batch."""
        context = tf.distribute.get_replica_context()
        count = shape[0]
        # Part 0 has no key of its own: plain steps draw what they have always drawn.
        drawn = distribution(
            (count * context.num_replicas_in_sync, *shape[1:]),
            stream(self.seed, use, step, *([part] if part else [])),
        )
        start = count * context.replica_id_in_sync_group
        return drawn[start : start + count]

    def track(
        self,
        d_loss: tf.Tensor,
        g_loss: tf.Tensor,
        real_outputs: tf.Tensor,
        fake_outputs: tf.Tensor,
        g_gradients: list[tf.Tensor],
    ) -> dict[str, tf.Tensor]:
        """Add a step to the means over the epoch; returns those so far."""
        values = (
            d_loss,
            g_loss,
            self.objective.output(real_outputs),
            self.objective.output(fake_outputs),
            *self.objective.is_right(real_outputs, fake_outputs),
            tf.linalg.global_norm(g_gradients),
        )
        for tracker, value in zip(self._trackers, values, strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self._trackers}


class ConditionalGAN(GAN):
    """A GAN whose networks are told the label (Mirza and Osindero 2014; `narman-dau` section 2).

    The data are images and their labels (n,); the fakes of a step have the labels of its real
    images. The generator is told them by `with_labels`, the discriminator by `with_label_planes`.

    Args:
        classes: how many there are.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        objective: Objective,
        seed: int = 0,
        classes: int = 10,
    ):
        super().__init__(generator, discriminator, objective, seed)
        self.classes = classes
        self.latent_dim -= classes

    def unpack(self, batch):
        """The images of a batch and their labels."""
        return batch

    def generate(self, latents, labels):
        return super().generate(with_labels(latents, labels, self.classes), labels)

    def discriminate(self, images, labels):
        return super().discriminate(with_label_planes(images, labels, self.classes), labels)


class CertaintyRewardedGAN(GAN):
    """A GAN whose generator is rewarded for digits a classifier is certain of (`gavazzi` 1.4).

    Args:
        objective: `gan_tf.training.losses.CertaintyRewarding`.
        auxiliary_classifier: Keras model from images in [0, 1] to probabilities (batch, classes);
            it does not train.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        objective: CertaintyRewarding,
        seed: int = 0,
        *,
        auxiliary_classifier: keras.Model,
    ):
        super().__init__(generator, discriminator, objective, seed)
        # As a function it is no part of the model, so that it neither trains nor is saved.
        self._classify = partial(auxiliary_classifier, training=False)

    def generator_loss(self, fake, fake_outputs):
        loss = super().generator_loss(fake, fake_outputs)
        return loss + self.objective.uncertainty(self._classify((fake + 1) / 2))


class WassersteinGAN(GAN):
    """A Wasserstein GAN (Arjovsky et al. 2017), also with gradient penalty (Gulrajani et al. 2017).

    A batch is split into as many parts as the objective has critic steps: the critic is updated
    from each, the generator from the last, whose metrics are those of the step.
    """

    def train_step(self, batch):
        """Update the critic several times and the generator once.

        Args:
            batch: images uint8 (n, height, width, channels), n being a multiple of the critic
                steps.
        """
        step, critic_steps = self.begin_step(), self.objective.critic_steps
        for part, real in enumerate(tf.split(data.to_signed(batch), critic_steps)):
            count = tf.shape(real)[0]
            latents, mix = self.draw_latents(step, count, part), self.draw_mix(step, count, part)
            with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
                fake = self.generate(latents, None)
                real_outputs = self.discriminate(real, None)
                fake_outputs = self.discriminate(fake, None)
                criticise = partial(self.discriminate, labels=None)
                d_loss = self.objective.discriminator(real_outputs, fake_outputs)
                d_loss += self.objective.penalty(criticise, real, fake, mix)
                g_loss = self.generator_loss(fake, fake_outputs)
            if part + 1 == critic_steps:
                g_gradients = self.update_generator(g_tape, g_loss)
            self.update_discriminator(d_tape, d_loss)
        return self.track(d_loss, g_loss, real_outputs, fake_outputs, g_gradients)

    def draw_mix(self, step: tf.Tensor, count: int, part: int) -> tf.Tensor:
        """How much of each real image there is in the image that the penalty is taken at."""
        return self._draw(tf.random.stateless_uniform, MIX, step, part, (count, 1, 1, 1))


class SemiSupervisedGAN(GAN):
    """A GAN whose discriminator is a classifier that few labels train (Salimans et al. 2016).

    The generator is updated after the discriminator, from other images and new fakes.
    """

    def train_step(self, batch):
        """Update the discriminator and, after it, the generator.

        Args:
            batch: n labelled and 2 n unlabelled images uint8 (height, width, channels) each, and
                the labels (n,) of the former. The first half of the unlabelled is the
                discriminator's, the second the generator's.
        """
        images, labels = batch
        step = self.begin_step()
        labelled, unlabelled = map(data.to_signed, images)
        unlabelled, others = tf.split(unlabelled, 2)
        real, count = tf.concat([labelled, unlabelled], axis=0), tf.shape(others)[0]
        fake = self.generate(self.draw_latents(step, count), None)
        with tf.GradientTape() as tape:
            real_outputs, fake_outputs = self._discriminate_both(real, fake)
            d_loss = self.objective.discriminator(real_outputs, fake_outputs, labels)
        self.update_discriminator(tape, d_loss)
        with tf.GradientTape() as tape:
            new_fake = self.generate(self.draw_latents(step, count, part=1), None)
            g_loss = self.objective.generator(*self._discriminate_both(others, new_fake))
        g_gradients = self.update_generator(tape, g_loss)
        return self.track(d_loss, g_loss, real_outputs, fake_outputs, g_gradients)

    def _discriminate_both(self, real, fake):
        """The discriminator's several outputs on real and on fake images, of one pass."""
        outputs = self.discriminate(tf.concat([real, fake], axis=0), None)
        count = tf.shape(real)[0]
        return [part[:count] for part in outputs], [part[count:] for part in outputs]
