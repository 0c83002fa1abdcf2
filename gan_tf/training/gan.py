"""GANs as Keras models: the plain one, and small subclasses for what differs.

Every step is a function of the seed and of its number (`gan_tf.training.seeds`).
"""

from dataclasses import asdict
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from gan_tf import arguments, data
from gan_tf.data import conversions
from gan_tf.environment import hardware, workers
from gan_tf.training import batches, losses, one_backward_pass, optimizers
from gan_tf.training.augmentation import Augmentation
from gan_tf.training.label_conditioning import with_label_planes, with_labels
from gan_tf.training.losses import CertaintyRewarding, Objective
from gan_tf.training.network_pairs import check_pair
from gan_tf.training.sampling import sample
from gan_tf.training.seeds import AUGMENTATION, LATENTS, MIX, seed_dropout, stream

METRICS = (
    "d_loss",
    "g_loss",
    "d_real",
    "d_fake",
    "real_accuracy",
    "fake_accuracy",
    "g_gradient",
)


_UNKNOWN_LABEL = "a label that there is not"


@keras.saving.register_keras_serializable("gan_tf")
class GAN(keras.Model):
    """A generator and a discriminator that train against each other by `fit`.

    One step draws latents, makes fakes, scores real and fake images once and updates both
    networks from those scores, as TensorFlow's DCGAN tutorial does. Where the loss asks for
    several updates of the discriminator, a batch is split into as many parts: the discriminator is
    updated from each, the generator from the last, whose metrics are those of the step. Metrics
    are means over the epoch: both losses, D(real) and D(fake) as probabilities (of a critic, its
    values), the shares of real and of fake images that the discriminator puts on the right side,
    and the norm of the generator's gradient.

    With classes both networks are told the label (Mirza and Osindero 2014; `narman-dau` section
    2), and the fakes of a step have the labels of its real images. The generator is told it as a
    one-hot vector behind the latents, the discriminator as planes behind the image's channels.

    It is saved and loaded whole as other Keras models are; `from gan_tf import GAN` before
    `keras.saving.load_model`.

    Args:
        generator: Keras model from latents (batch, latent_dim), with classes (batch, latent_dim +
            classes), to images in [-1, 1].
        discriminator: Keras model from such images, with classes of as many more channels, to
            logits (batch, 1), or to what the loss takes.
        loss: an object of `gan_tf.training.losses`, or a name of `losses.NAMES`; it may constrain
            the discriminator's weights.
        classes: 0, or how many there are.
        seed: the seed of latents, dropout, augmentation and the order of images.
        augmentation: `None`, or how the images are changed that the discriminator sees.

    Raises:
        ValueError: for networks that do not fit each other or the loss.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        loss: Objective | str = "non-saturating",
        classes: int = 0,
        seed: int = 0,
        augmentation: Augmentation | None = None,
    ):
        super().__init__(name="gan")
        self.objective = losses.get(loss)
        check_pair(generator, discriminator, self.objective, classes)
        self.generator = generator
        self.discriminator = discriminator
        self.classes = classes
        self.seed = seed
        self.augmentation = augmentation
        self.latent_dim = generator.input_shape[-1] - classes
        self.built = True
        self.objective.constrain(discriminator)
        self._trackers = [keras.metrics.Mean(name=name) for name in METRICS]

    def compile(
        self,
        generator_optimizer: keras.Optimizer | str = "adam",
        discriminator_optimizer: keras.Optimizer | str = "adam",
        **kwargs,
    ) -> None:
        """Set the optimisers; XLA compiles the step where `hardware.uses_xla`.

        Where TensorFlow has no `batches.loops` an execution is of one step, whatever is asked for.
        """
        kwargs.setdefault("jit_compile", hardware.uses_xla())
        if not batches.loops():
            kwargs["steps_per_execution"] = 1
        super().compile(**kwargs)
        self.generator_optimizer = keras.optimizers.get(generator_optimizer)
        self.discriminator_optimizer = keras.optimizers.get(discriminator_optimizer)
        # Built here and not by their first step, which under tf.distribute would fail.
        self.generator_optimizer.build(self.generator.trainable_variables)
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)

    def fit(
        self,
        x: Any,
        y: np.ndarray | None = None,
        batch_size: int = 64,
        epochs: int = 1,
        initial_epoch: int = 0,
        **kwargs,
    ) -> keras.callbacks.History:
        """Keras's own `fit`, of arrays or of what serves batches.

        Arrays are served in whole batches, in an order that seed and epoch decide.

        Args:
            x: images (n, height, width, channels): an array, tensor or list as
                `data.conversions.pixels` takes it, or a `tf.data.Dataset` of batches, uint8, with
                classes of images and labels (batch,).
            y: of arrays, with classes, the labels (n,), whole numbers from 0.
            batch_size: of arrays, images an update of the discriminator.
            epochs, initial_epoch: as of Keras, as are all others.

        Raises:
            ValueError: for images or labels that are not as described.
        """
        if x is None:
            raise ValueError("fit was given no images: give some.")
        epochs = arguments.whole_number(epochs, "epochs", least=1)
        initial_epoch = arguments.whole_number(initial_epoch, "initial_epoch")
        if isinstance(x, np.ndarray | tf.Tensor | list | tuple):
            images = self._images(x)
            arrays = (images, self._labels(y, len(images))) if self.classes else images
            size = self._step_size(batch_size, len(images))
            kwargs |= {"steps_per_epoch": batches.steps_per_epoch(len(images), size)}
            x = batches.batches(arrays, size, self.seed, epochs, initial_epoch)
        elif isinstance(x, tf.data.Dataset):
            self.check_batches(x.element_spec)
            if self.classes:
                x = x.map(self._with_known_labels)
        kwargs.setdefault("shuffle", False)
        try:
            return super().fit(x, epochs=epochs, initial_epoch=initial_epoch, **kwargs)
        except tf.errors.InvalidArgumentError as error:
            if _UNKNOWN_LABEL in error.message:
                raise ValueError(
                    f"The batches have labels that are not from 0 to {self.classes - 1}, the "
                    "classes that the networks are told: correct them."
                ) from error
            raise

    def check_batches(self, batch: Any) -> None:
        """Raise a `ValueError` if batches of such shapes and types cannot be trained on.

        Args:
            batch: as of `train_step`, of `tf.TensorSpec`.
        """
        images, _ = self.unpack(batch)
        taken = self.generator.output_shape
        if not images.shape.is_compatible_with(taken):
            raise ValueError(
                f"The batches have images of shape {tuple(images.shape)}, but the networks are for "
                f"{taken}: resize or batch them, or build other networks."
            )

    @tf.autograph.experimental.do_not_convert
    def _with_known_labels(self, *batch):
        """The batch; reading it fails if it has a label that there is not."""
        labels = tf.cast(batch[1], tf.int64)
        known = tf.reduce_all((labels >= 0) & (labels < self.classes))
        with tf.control_dependencies([tf.debugging.Assert(known, [_UNKNOWN_LABEL])]):
            return tf.nest.map_structure(tf.identity, batch)

    def _images(self, x):
        try:
            array = np.asarray(x)
        except ValueError as error:
            raise ValueError(
                f"x is a {type(x).__name__} of images of several sizes: bring them to one."
            ) from error
        images = conversions.pixels("fit", {"x": array}, _say)["x"]
        if images.shape[1:] != self.generator.output_shape[1:]:
            raise ValueError(
                f"x has images of {images.shape[1:]}, but the networks are for "
                f"{self.generator.output_shape[1:]}: resize them, or build other networks."
            )
        return images

    def _step_size(self, batch_size, count):
        """How many of `count` images a step takes."""
        updates = self.objective.critic_steps
        batch_size = arguments.whole_number(batch_size, "batch_size", least=1)
        if batch_size * updates > count:
            of = f", as each step updates the discriminator {updates} times" if updates > 1 else ""
            raise ValueError(
                f"A step needs {batch_size * updates} images{of}, but x has {count}: give a "
                f"batch_size of at most {count // updates}, or more images."
            )
        return batch_size * updates

    def _labels(self, labels, count):
        if labels is None or len(labels) != count:
            found = "none" if labels is None else f"{len(labels)}"
            raise ValueError(
                f"fit needs the labels of its {count} images as y, as the networks are told "
                f"{self.classes} classes, but was given {found}."
            )
        names = list(map(str, range(self.classes)))
        return conversions.labels("fit", {"y": np.asarray(labels)}, _say, names).arrays["y"]

    def generate(
        self, count: int, seed: int = 0, labels: int | np.ndarray | None = None
    ) -> np.ndarray:
        """`count` images uint8 (count, height, width, channels), the same for the same seed.

        Args:
            labels: with classes, one for all images or one for each; by default in turn.
        """
        return sample(self.drawing_generator(), count, seed, self.classes, labels)

    def drawing_generator(self) -> keras.Model:
        """What draws images: the generator, or where its optimiser keeps a moving average of its
        weights (`use_ema`), a copy with the average of now.
        """
        optimizer = getattr(self, "generator_optimizer", None)
        if not getattr(optimizer, "use_ema", False):
            return self.generator
        copy = keras.models.clone_model(self.generator)
        copy.set_weights(optimizers.averaged(self.generator, optimizer))
        return copy

    def get_config(self):
        parts = {"generator": self.generator, "discriminator": self.discriminator}
        networks = {name: keras.saving.serialize_keras_object(part) for name, part in parts.items()}
        loss = losses.config(self.objective)
        config = {**networks, "loss": loss, "classes": self.classes, "seed": self.seed}
        if self.augmentation:
            config["augmentation"] = asdict(self.augmentation)
        return config

    @classmethod
    def from_config(cls, config, custom_objects=None):
        if "augmentation" in config:
            config = {**config, "augmentation": Augmentation(**config["augmentation"])}
        networks = {
            name: keras.saving.deserialize_keras_object(part, custom_objects)
            for name, part in config.items()
            if isinstance(part, dict) and "class_name" in part
        }
        return cls(**{**config, **networks})

    def get_compile_config(self):
        names = "generator_optimizer", "discriminator_optimizer"
        return {
            name: keras.saving.serialize_keras_object(getattr(self, name))
            for name in names
            if hasattr(self, name)
        }

    def compile_from_config(self, config):
        if config:
            self.compile(*map(keras.saving.deserialize_keras_object, config.values()))

    @property
    def metrics(self):
        return self._trackers

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        """Nothing: both networks are built. Keras 3 would take the mean of the batches that the
        replicas have, which `MultiWorkerMirroredStrategy` refuses for uint8.
        """

    def call(self, latents, training=False):
        """Images (batch, height, width, channels) in [-1, 1] from the generator's inputs."""
        return self.generator(latents, training=training)

    def train_step(self, batch):
        """Update both networks.

        Args:
            batch: images uint8 (n, height, width, channels), n being a multiple of the updates of
                the discriminator; with classes (images, labels (n,)).
        """
        images, labels = self.unpack(batch)
        step, steps = self.begin_step(), self.objective.critic_steps
        for part, (real, told) in enumerate(_split(images, labels, steps)):
            real = data.to_signed(real)
            count = tf.shape(real)[0]
            latents, mix = self.draw_latents(step, count, part), self.draw_mix(step, count, part)
            discriminate = partial(self.discriminate, labels=told)
            with tf.GradientTape(persistent=True) as g_tape, tf.GradientTape() as d_tape:
                fake = self.draw(latents, told)
                seen = self.augment(real, fake, step, part)
                real_outputs, fake_outputs, penalty = self.objective.scores(
                    discriminate, *seen, mix
                )
                d_loss = self.objective.discriminator(real_outputs, fake_outputs) + penalty
                g_loss = self.generator_loss(fake, real_outputs, fake_outputs)
            if part + 1 < steps:
                self.update_discriminator(d_tape, d_loss)
        outputs = fake, fake_outputs
        g_gradients, d_gradients = self._gradients((g_tape, d_tape), (g_loss, d_loss), *outputs)
        self.generator_optimizer.apply(g_gradients, self.generator.trainable_variables)
        self.discriminator_optimizer.apply(d_gradients, self.discriminator.trainable_variables)
        return self.track(d_loss, g_loss, real_outputs, fake_outputs, g_gradients)

    def unpack(self, batch):
        """The images of a batch and, with classes, their labels, else `None`."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(batch)
        if not hasattr(images, "dtype"):
            raise ValueError(
                f"The batches are {type(images).__name__}s, but must be images, or images and "
                "labels: serve those."
            )
        if images.dtype != tf.uint8:
            raise ValueError(
                f"The batches have images of {images.dtype.name}, but must be uint8, 0 to 255: "
                "convert them, or give fit an array."
            )
        if self.classes and labels is None:
            raise ValueError(
                f"The networks are told {self.classes} classes, but the batches have no labels: "
                "serve (images, labels)."
            )
        if self.classes and (len(labels.shape) != 1 or not tf.as_dtype(labels.dtype).is_integer):
            raise ValueError(
                f"The batches have labels of shape {tuple(labels.shape)} and type "
                f"{labels.dtype.name}, but must be whole numbers (batch,) from 0 to "
                f"{self.classes - 1}: serve those, one-hot rows by tf.argmax(labels, 1)."
            )
        return images, labels if self.classes else None

    def draw(self, latents: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Fakes in training, in [-1, 1], from latents (n, latent_dim)."""
        told = with_labels(latents, labels, self.classes) if self.classes else latents
        return tf.cast(self.generator(told, training=True), tf.float32)

    def discriminate(self, images: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """The discriminator's outputs in training, float32, of images in [-1, 1]."""
        told = with_label_planes(images, labels, self.classes) if self.classes else images
        outputs = self.discriminator(told, training=True)
        return tf.nest.map_structure(lambda output: tf.cast(output, tf.float32), outputs)

    def augment(
        self, real: tf.Tensor, fake: tf.Tensor, step: tf.Tensor, part: int
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """The real images and the fakes as the discriminator sees them in a part of a step."""
        if not self.augmentation:
            return real, fake
        shape = tf.shape(real)[0], 2, self.augmentation.draws
        uniform = self._draw(tf.random.stateless_uniform, AUGMENTATION, step, part, shape)
        return self.augmentation.apply(real, uniform[:, 0]), self.augmentation.apply(
            fake, uniform[:, 1]
        )

    def generator_loss(self, fake: tf.Tensor, real_outputs: Any, fake_outputs: Any) -> tf.Tensor:
        """The loss of the generator (scalar), from fakes and the outputs on both kinds."""
        outputs = (real_outputs, fake_outputs) if self.objective.compares else (fake_outputs,)
        return self.objective.generator(*outputs)

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
        gradients = tape.gradient(loss, network.trainable_variables, _share())
        optimizer.apply(gradients, network.trainable_variables)
        return gradients

    def _gradients(self, tapes, both, fake, fake_outputs):
        """The gradients of the generator's and of the discriminator's loss by their weights."""
        networks = self.generator, self.discriminator
        is_plain = not self.augmentation and type(self).generator_loss is GAN.generator_loss
        if is_plain and one_backward_pass.suffices(self.objective, self.discriminator):
            return one_backward_pass.gradients(tapes, both, networks, fake, fake_outputs, _share())
        return [
            tape.gradient(loss, network.trainable_variables, _share())
            for tape, loss, network in zip(tapes, both, networks, strict=True)
        ]

    def draw_latents(self, step: tf.Tensor, count: int, part: int = 0) -> tf.Tensor:
        """The latents (count, latent_dim) from N(0, 1) of a step, or of this part of it."""
        normal = tf.random.stateless_normal
        return self._draw(normal, LATENTS, step, part, (count, self.latent_dim))

    def draw_mix(self, step: tf.Tensor, count: int, part: int = 0) -> tf.Tensor:
        """How much of each real image there is in the image that a penalty is taken at."""
        return self._draw(tf.random.stateless_uniform, MIX, step, part, (count, 1, 1, 1))

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
            tf.linalg.global_norm(_summed(g_gradients)),
        )
        for tracker, value in zip(self._trackers, values, strict=True):
            tracker.update_state(value)
        means = {tracker.name: tracker.result() for tracker in self._trackers}
        # Of several processes Keras 3 takes the mean along an axis, which scalars do not have.
        return {name: mean[None] for name, mean in means.items()} if workers.several() else means


def _share():
    """What each replica brings of a batch's mean, for replicas sum their gradients."""
    return 1 / tf.distribute.get_strategy().num_replicas_in_sync


def _split(images, labels, parts):
    """The images and labels (`None` for each part if there are none) in equal parts."""
    labels = [None] * parts if labels is None else tf.split(labels, parts)
    return zip(tf.split(images, parts), labels, strict=True)


def _summed(gradients):
    """The sum of what the replicas have each, which is the gradient of the whole batch's loss."""
    context = tf.distribute.get_replica_context()
    if context.num_replicas_in_sync == 1:
        return gradients
    return context.all_reduce(tf.distribute.ReduceOp.SUM, gradients)


def _say(conversion):
    print(f"{conversion}.")


@keras.saving.register_keras_serializable("gan_tf")
class CertaintyRewardedGAN(GAN):
    """A GAN whose generator is rewarded for digits a classifier is certain of (`gavazzi` 1.4).

    Args:
        loss: `gan_tf.training.losses.CertaintyRewarding`.
        auxiliary_classifier: Keras model from images in [0, 1] to probabilities (batch, classes);
            it does not train.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        loss: CertaintyRewarding,
        seed: int = 0,
        *,
        auxiliary_classifier: keras.Model,
    ):
        super().__init__(generator, discriminator, loss, seed=seed)
        auxiliary_classifier.trainable = False
        self.auxiliary_classifier = auxiliary_classifier

    def get_config(self):
        config = super().get_config()
        del config["classes"]
        classifier = keras.saving.serialize_keras_object(self.auxiliary_classifier)
        return {**config, "auxiliary_classifier": classifier}

    def generator_loss(self, fake, real_outputs, fake_outputs):
        loss = super().generator_loss(fake, real_outputs, fake_outputs)
        probabilities = self.auxiliary_classifier((fake + 1) / 2, training=False)
        return loss + self.objective.uncertainty(probabilities)


@keras.saving.register_keras_serializable("gan_tf")
class SemiSupervisedGAN(GAN):
    """A GAN whose discriminator is a classifier that few labels train (Salimans et al. 2016).

    The generator is updated after the discriminator, from other images and new fakes.
    """

    def fit(self, x: Any, *args, **kwargs) -> keras.callbacks.History:
        """Keras's own `fit`, of a `tf.data.Dataset` of batches as `train_step` takes them.

        Raises:
            ValueError: for arrays.
        """
        if isinstance(x, np.ndarray):
            raise ValueError(
                "A semi-supervised GAN needs labelled and unlabelled images in each batch: serve "
                "((labelled, unlabelled), labels), or train a recipe such as semi-supervised-100 "
                "by runs.train."
            )
        return super().fit(x, *args, **kwargs)

    def check_batches(self, batch):
        pass  # They have two kinds of images, which the recipe serves.

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
        fake = self.draw(self.draw_latents(step, count), None)
        with tf.GradientTape() as tape:
            real_outputs, fake_outputs = self._discriminate_both(real, fake)
            d_loss = self.objective.discriminator(real_outputs, fake_outputs, labels)
        self.update_discriminator(tape, d_loss)
        with tf.GradientTape() as tape:
            new_fake = self.draw(self.draw_latents(step, count, part=1), None)
            g_loss = self.generator_loss(new_fake, *self._discriminate_both(others, new_fake))
        g_gradients = self.update_generator(tape, g_loss)
        return self.track(d_loss, g_loss, real_outputs, fake_outputs, g_gradients)

    def _discriminate_both(self, real, fake):
        """The discriminator's several outputs on real and on fake images, of one pass."""
        outputs = self.discriminate(tf.concat([real, fake], axis=0), None)
        count = tf.shape(real)[0]
        return [part[:count] for part in outputs], [part[count:] for part in outputs]
