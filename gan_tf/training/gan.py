"""The one adversarial Keras model: its `train_step` serves every GAN of the project.

All that is random in a training is a function of the seed and of the step (or epoch)
number, so a resumed training draws what the uninterrupted one would have drawn.
"""

import datetime
import os
import time
from functools import partial

import keras
import numpy as np
import tensorflow as tf

from gan_tf import data
from gan_tf.environment import hardware as machine

# The most steps of a GAN in one execution, and so what a row of a recorded history holds.
RECORDED_STEPS = 25

_AUGMENTATION = (
    keras.layers.RandomRotation,
    keras.layers.RandomShear,
    keras.layers.RandomZoom,
)
_RANDOM_LAYERS = (keras.layers.Dropout, keras.layers.GaussianNoise, *_AUGMENTATION)

# One stream of random numbers for each use, folded into the seed.
_LATENTS, _DROPOUT, _SHUFFLE, _SAMPLES, _MIX, _SHIFT = range(6)


def _stream(seed, *keys):
    """Seed (2,) int32 of a stateless random operation for `seed` and `keys`."""
    stream = tf.stack([tf.cast(seed, tf.int32), 0])
    for key in keys:
        stream = tf.random.experimental.stateless_fold_in(stream, tf.cast(key, tf.int32))
    return stream


def fixed_latents(seed, count, latent_dim=100):
    """Latent vectors (count, latent_dim) from N(0, 1), the same for the same arguments."""
    return tf.random.stateless_normal((count, latent_dim), _stream(seed, _SAMPLES))


def with_labels(latents, labels, classes):
    """Latents (n, latent_dim + classes): each followed by its label (n,) as one-hot.

    Mirza and Osindero 2014; `narman-dau` section 2.
    """
    one_hot = tf.one_hot(tf.cast(labels, tf.int32), classes, dtype=latents.dtype)
    return tf.concat([latents, one_hot], axis=1)


def with_label_planes(images, labels, classes):
    """Images (n, height, width, channels + classes): the plane of the label is 1, others 0.

    `narman-dau` section 2.
    """
    one_hot = tf.one_hot(tf.cast(labels, tf.int32), classes, dtype=images.dtype)
    shape = tf.concat([tf.shape(images)[:-1], [classes]], axis=0)
    return tf.concat([images, tf.broadcast_to(one_hot[:, None, None, :], shape)], axis=3)


def generate(generator, latents, batch_size=500):
    """Images uint8 (n, height, width, channels) of the generator's inputs (n, inputs)."""
    parts = [latents[start : start + batch_size] for start in range(0, len(latents), batch_size)]
    return np.concatenate([data.from_signed(generator(part, training=False)) for part in parts])


def seed_dropout(networks, seed, step, replica=0):
    """Set the state of every random layer in `networks` from the seed and the step."""
    layers = [layer for network in networks for layer in network.layers]
    for index, layer in enumerate(layer for layer in layers if isinstance(layer, _RANDOM_LAYERS)):
        # Keras's augmentation has another name for it, and dropout at a rate of 0 has none.
        name = "generator" if isinstance(layer, _AUGMENTATION) else "seed_generator"
        if hasattr(layer, name):
            state = getattr(layer, name).state
            stream = _stream(seed, _DROPOUT, step, index, replica)
            state.assign(tf.cast(stream, state.dtype))


def steps_per_epoch(images, batch_size):
    """Whole batches of `batch_size` in `images` images; `ValueError` if there is not one."""
    if batch_size > images:
        raise ValueError(
            f"A batch of {batch_size} images was asked for, but there are only {images}: "
            "use a smaller batch or more images."
        )
    return images // batch_size


def steps_per_execution(steps, limit=RECORDED_STEPS):
    """The most steps, up to `limit`, that divide an epoch of `steps` without remainder."""
    return max(n for n in range(1, limit + 1) if steps % n == 0)


def batches(arrays, batch_size, seed, epochs, initial_epoch=0, count=None):
    """The batches of all epochs for `fit`, shuffled anew in each epoch by (seed, epoch).

    Args:
        arrays: images uint8 (n, height, width, channels), or a tuple of them and their labels
            (n,); kept as they are in memory.
        batch_size: images a batch; the last count % batch_size images of an epoch's order are
            left out of it.
        epochs, initial_epoch: the epochs to serve, as `fit` counts them.
        count: images an epoch, by default n. Where it is more, none comes for the next time
            before all have come, and each time their order is another one.

    Returns:
        A `tf.data.Dataset` of batches of `arrays`.
    """
    tensors = tf.nest.map_structure(tf.constant, arrays)
    images = len(tf.nest.flatten(arrays)[0])
    count = count or images
    passes = -(-count // images)

    def one_pass(epoch, number):
        stream = _stream(seed, _SHUFFLE, epoch, *([number] if passes > 1 else []))
        order = tf.random.experimental.stateless_shuffle(tf.range(images), stream)
        return tf.data.Dataset.from_tensor_slices(order)

    def epoch_batches(epoch):
        indices = tf.data.Dataset.range(passes).flat_map(partial(one_pass, epoch)).take(count)
        return indices.batch(batch_size, drop_remainder=True)

    def gather(indices):
        return tf.nest.map_structure(lambda tensor: tf.gather(tensor, indices), tensors)

    options = tf.data.Options()
    # There is nothing to tune, and with the tuner a `fit` can wait at its end: the same steps took
    # 8 seconds, or 10.3, or 20.6, as if for the tuner's sleeps of 10 ms, 20 ms, 40 ms and so on.
    options.autotune.enabled = False
    return (
        tf.data.Dataset.range(initial_epoch, epochs)
        .flat_map(epoch_batches)
        .map(gather)
        .prefetch(2)
        .with_options(options)
    )


def shifted(images, seed, *keys):
    """Images (n, height, width, channels), each shifted by up to a pixel down and to the right.

    By -1, 0 or 1 in each direction, equally often and the same for the same seed and integers
    `keys`. What comes in at an edge is 0.
    """
    count, height, width = tf.unstack(tf.shape(images)[:3])
    padded = tf.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    starts = tf.random.stateless_uniform((count, 2), _stream(seed, _SHIFT, *keys), 0, 3, tf.int32)
    rows, columns = starts[:, :1] + tf.range(height), starts[:, 1:] + tf.range(width)
    padded = tf.gather(padded, rows, axis=1, batch_dims=1)
    return tf.gather(padded, columns, axis=2, batch_dims=1)


def compile_classifier(model, optimizer, steps, limit=300):
    """Compile `model` for cross-entropy with up to `limit` of an epoch's `steps` an execution.

    A step of a small classifier takes less time than Keras takes between two of them.
    """
    model.compile(
        optimizer,
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=machine.uses_xla(),
        steps_per_execution=steps_per_execution(steps, limit),
    )
    # Built before the first step, so that a checkpoint finds the optimiser's variables.
    optimizer.build(model.trainable_variables)


def fit_epoch(model, arrays, batch_size, seed, epoch):
    """Train a compiled classifier for one epoch; its order and dropout belong to seed and epoch.

    Args:
        arrays: images uint8 (n, height, width, channels) and labels (n,); n % batch_size of
            them are left out, or the batch is smaller where they are fewer.
    """
    batch_size = min(batch_size, len(arrays[0]))
    dataset = batches(arrays, batch_size, seed, epoch + 1, epoch)
    seed_dropout([model], seed, epoch)
    model.fit(
        dataset.map(lambda images, labels: (data.to_unit(images), labels)),
        steps_per_epoch=steps_per_epoch(len(arrays[0]), batch_size),
        shuffle=False,
        verbose=0,
    )


def fit_epochs(model, schedule, batch_size, seed, after_epoch=lambda: None):
    """Train a compiled classifier for an epoch on each of `schedule`, as `fit_epoch` does.

    Args:
        schedule: the arrays (images, labels) of each epoch.
        after_epoch: called after each; its time does not count.

    Returns:
        Seconds of training.
    """
    seconds = 0.0
    for epoch, arrays in enumerate(schedule):
        start = time.perf_counter()
        fit_epoch(model, arrays, batch_size, seed, epoch)
        seconds += time.perf_counter() - start
        after_epoch()
    return seconds


def repeated(arrays, count):
    """The arrays as often as it takes to make them at least `count` long."""
    times = -(-count // len(arrays[0]))
    return tuple(np.concatenate([array] * times) for array in arrays)


class AdversarialModel(keras.Model):
    """A generator and a discriminator that train against each other by `fit`.

    One step draws latents, makes fakes, scores real and fake images once and updates both
    networks from those scores, as TensorFlow's DCGAN tutorial does. Where the objective has
    several critic steps, the batch is split into so many parts: the discriminator is updated
    from each, the generator from the last. Where the objective takes turns, the generator is
    updated after the discriminator, from other images and new fakes. Metrics are means over the
    epoch: both losses, D(real) and D(fake) as probabilities (of a critic, its values), the shares
    of real and of fake images that the discriminator puts on the right side, and the norm of the
    generator's gradient; with several critic steps they are those of the last part.

    Args:
        generator: Keras model from latents (batch, latent_dim) to images in [-1, 1].
        discriminator: Keras model from such images to logits (batch, 1), or to what the
            objective takes.
        objective: an object of `gan_tf.losses`; it may constrain the discriminator's weights.
        seed: the seed of latents and dropout.
        classes: 0, or the number of classes where both networks are told the label: the
            generator `with_labels`, the discriminator `with_label_planes`. Then the data are
            images and labels, and the fakes of a step have the labels of its real images.
        reader: `None`, or a classifier of images in [0, 1], whose uncertainty about fakes the
            objective adds to the loss of the generator; it does not train.
    """

    def __init__(self, generator, discriminator, objective, seed=0, classes=0, reader=None):
        super().__init__(name="adversarial_model")
        self.generator = generator
        self.discriminator = discriminator
        self.objective = objective
        self.seed = seed
        self.classes = classes
        self.has_labels = bool(classes) or objective.takes_turns
        # As a function it is no part of the model, so that it neither trains nor is saved.
        self._read = reader and partial(reader, training=False)
        self.latent_dim = generator.input_shape[-1] - classes
        self.built = True
        objective.constrain(discriminator)
        self._trackers = [
            keras.metrics.Mean(name=name)
            for name in (
                "d_loss",
                "g_loss",
                "d_real",
                "d_fake",
                "real_accuracy",
                "fake_accuracy",
                "g_gradient",
            )
        ]

    def compile(self, generator_optimizer, discriminator_optimizer, **kwargs):
        """Set the optimisers; XLA compiles the step where `machine.uses_xla`."""
        kwargs.setdefault("jit_compile", machine.uses_xla())
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
        """Images (batch, height, width, channels) in [-1, 1] from latents (batch, latent_dim)."""
        return self.generator(latents, training=training)

    def train_step(self, batch):
        """Update both networks once.

        Args:
            batch: images uint8 (n, height, width, channels), or they and their labels (n,); n
                is a multiple of the objective's critic steps. Where the objective takes turns,
                n labelled and 2 n unlabelled images, and the labels (n,) of the former.
        """
        images, labels = batch if self.has_labels else (batch, None)
        step = self.generator_optimizer.iterations
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        seed_dropout([self.generator, self.discriminator], self.seed, step, replica=replica)
        if self.objective.takes_turns:
            return self._take_turns(*map(data.to_signed, images), labels, step)
        parts = self.objective.critic_steps
        for part, real in enumerate(tf.split(data.to_signed(images), parts)):
            latents = self._draw_latents(step, tf.shape(real)[0], part)
            mix = self._draw_mix(step, tf.shape(real)[0], part)
            part_labels = tf.split(labels, parts)[part] if self.has_labels else None
            logs = self._update_networks(real, part_labels, latents, mix, part + 1 == parts)
        return logs

    def _update_networks(self, real, labels, latents, mix, is_last):
        """Update the discriminator, and after its last part of the step the generator too."""
        with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
            fake = self._generate(latents, labels)
            real_outputs = self._discriminate(real, labels)
            fake_outputs = self._discriminate(fake, labels)
            d_loss = self.objective.discriminator(real_outputs, fake_outputs)
            g_loss = self.objective.generator(fake_outputs)
            if self._read:
                g_loss += self.objective.uncertainty(self._read((fake + 1) / 2))
            if self.objective.has_penalty:
                d_loss += self.objective.penalty(
                    partial(self._discriminate, labels=labels), real, fake, mix
                )
            # Replicas sum their gradients; each must bring its share of the batch's mean.
            replicas = tf.distribute.get_strategy().num_replicas_in_sync
            g_share, d_share = g_loss / replicas, d_loss / replicas

        # The generator's are wanted after the last part only; before, they are cut from the graph.
        g_gradients = generator_tape.gradient(g_share, self.generator.trainable_variables)
        if is_last:
            self.generator_optimizer.apply(g_gradients, self.generator.trainable_variables)
        d_gradients = discriminator_tape.gradient(d_share, self.discriminator.trainable_variables)
        self.discriminator_optimizer.apply(d_gradients, self.discriminator.trainable_variables)
        if is_last:
            values = d_loss, g_loss, *self._seen(real_outputs, fake_outputs)
            return self._track(*values, tf.linalg.global_norm(g_gradients))

    def _take_turns(self, labelled, unlabelled, labels, step):
        """Update the discriminator and, after it, the generator from other images and new fakes.

        The first half of the unlabelled images is the discriminator's, the second the generator's.
        """
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        unlabelled, others = tf.split(unlabelled, 2)
        real, count = tf.concat([labelled, unlabelled], axis=0), tf.shape(others)[0]
        fake = self._generate(self._draw_latents(step, count), None)
        with tf.GradientTape() as tape:
            real_outputs, fake_outputs = self._discriminate_both(real, fake)
            d_loss = self.objective.discriminator(real_outputs, fake_outputs, labels)
            share = d_loss / replicas
        gradients = tape.gradient(share, self.discriminator.trainable_variables)
        self.discriminator_optimizer.apply(gradients, self.discriminator.trainable_variables)

        with tf.GradientTape() as tape:
            new_fake = self._generate(self._draw_latents(step, count, part=1), None)
            g_loss = self.objective.generator(*self._discriminate_both(others, new_fake))
            share = g_loss / replicas
        gradients = tape.gradient(share, self.generator.trainable_variables)
        self.generator_optimizer.apply(gradients, self.generator.trainable_variables)
        values = d_loss, g_loss, *self._seen(real_outputs, fake_outputs)
        return self._track(*values, tf.linalg.global_norm(gradients))

    def _generate(self, latents, labels):
        if self.classes:
            latents = with_labels(latents, labels, self.classes)
        return self.generator(latents, training=True)

    def _discriminate(self, images, labels):
        if self.classes:
            images = with_label_planes(images, labels, self.classes)
        return self.discriminator(images, training=True)

    def _discriminate_both(self, real, fake):
        """The discriminator's several outputs on real and on fake images, of one pass."""
        outputs = self.discriminator(tf.concat([real, fake], axis=0), training=True)
        count = tf.shape(real)[0]
        return [part[:count] for part in outputs], [part[count:] for part in outputs]

    def _draw_latents(self, step, count, part=0):
        """The latents of this part of the step."""
        normal = tf.random.stateless_normal
        return self._draw(normal, _LATENTS, step, part, (count, self.latent_dim))

    def _draw_mix(self, step, count, part):
        """How much of each real image there is in the image that the penalty is taken at."""
        return self._draw(tf.random.stateless_uniform, _MIX, step, part, (count, 1, 1, 1))

    def _draw(self, distribution, use, step, part, shape):
        """This replica's part of what is drawn for the global batch."""
        context = tf.distribute.get_replica_context()
        count = shape[0]
        drawn = distribution(
            (count * context.num_replicas_in_sync, *shape[1:]),
            _stream(self.seed, use, step, *([part] if part else [])),
        )
        start = count * context.replica_id_in_sync_group
        return drawn[start : start + count]

    def _seen(self, real_outputs, fake_outputs):
        """What the discriminator says, and about which images it is right."""
        return (
            self.objective.output(real_outputs),
            self.objective.output(fake_outputs),
            *self.objective.is_right(real_outputs, fake_outputs),
        )

    def _track(self, *values):
        for tracker, value in zip(self._trackers, values, strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self._trackers}


class TrainingDiverged(ValueError):
    """A loss became NaN or infinite."""


class StepHistory(keras.callbacks.Callback):
    """Metrics and seconds of every execution of several steps, in `rows`: epoch, step, means."""

    def __init__(self):
        super().__init__()
        self.rows = []

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch, self.step, self.sums = epoch + 1, 0, {}
        self.started = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        step, now = batch + 1, time.perf_counter()
        # Keras gives the means over the epoch so far.
        sums = {name: float(mean) * step for name, mean in logs.items()}
        means = {
            name: (total - self.sums.get(name, 0.0)) / (step - self.step)
            for name, total in sums.items()
        }
        seconds = round(now - self.started, 4)
        self.rows.append({"epoch": self.epoch, "step": step, **means, "seconds": seconds})
        self.step, self.sums, self.started = step, sums, now


class StopAtNaN(keras.callbacks.Callback):
    """Stops a training whose loss is no longer a number, before the epoch is kept."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if not np.isfinite(list(logs.values())).all():
            raise TrainingDiverged(
                f"The loss became NaN in epoch {self.epoch + 1}; the {self.epoch} epochs before "
                "are kept. Try another seed or a smaller learning rate."
            )


class ProgressLine(keras.callbacks.Callback):
    """One line an epoch: the named metrics, images a second, time left.

    On a terminal the line of the epoch in training is rewritten as it goes on.

    Args:
        batch_size: images a step.
        names: a metric's key -> what it is called in the line, in this order.
        remark: what to say at the end of an epoch's line, a function of epoch and metrics.
    """

    def __init__(self, batch_size, names, remark):
        super().__init__()
        self.batch_size = batch_size
        self.names = names
        self.remark = remark

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
        self.started = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        if os.isatty(1):
            print(f"\r{self._line(batch + 1, logs)}", end="", flush=True)

    def on_epoch_end(self, epoch, logs=None):
        start = "\r" if os.isatty(1) else ""
        remark = self.remark(epoch + 1, logs)
        line = self._line(self.params["steps"], logs)
        print(f"{start}{line}{'  ! ' if remark else ''}{remark}", flush=True)

    def _line(self, steps_done, logs):
        epochs, steps = self.params["epochs"], self.params["steps"]
        seconds = time.perf_counter() - self.started
        left = round(seconds / steps_done * (steps * (epochs - self.epoch) - steps_done))
        return (
            f"epoch {self.epoch + 1:3d}/{epochs}  step {steps_done:3d}/{steps}"
            + "".join(
                f"  {name} {logs[key]:.3f}" for key, name in self.names.items() if key in logs
            )
            + f"  {steps_done * self.batch_size / seconds:4.0f} images/s"
            f"  {datetime.timedelta(seconds=left)} left"
        )
