"""The peer of this project's training: the loop of TensorFlow's DCGAN tutorial, for any recipe.

Written from its description: networks of Keras's own layers and its Adam in float32, images as
float32 in memory, `tf.data` shuffle and batch, one `tf.function` with two tapes a step. Recipes
that are told labels or have a penalty or several updates of the critic do the same in the same
style. Its rounds go on with one iterator: at the end of each TensorFlow may wait for seconds, which
an epoch hardly feels, but a short round would.
"""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from gan_tf import data
from gan_tf.networks import plain_layers
from gan_tf.recipes import GanRecipe
from gan_tf.training import optimizers, with_label_planes, with_labels


def plain_loop(recipe: GanRecipe, images: np.ndarray, labels: np.ndarray) -> Callable[[], None]:
    """A function that trains for one round on images (n, height, width, channels) and labels."""
    # Weight normalisation has no layer of Keras's own.
    plain = (lambda network: network) if recipe.labelled else plain_layers.plain
    generator, discriminator = plain(recipe.generator()), plain(recipe.discriminator())
    recipe.objective.constrain(discriminator)
    g_optimizer, d_optimizer = map(_of_keras, recipe.optimizers())
    updates = recipe.objective.critic_steps
    # A semi-supervised step has labelled images, as many unlabelled ones, and others for the
    # generator.
    batches = 3 if recipe.labelled else 1
    step_size = updates * recipe.batch_size
    dataset = tf.data.Dataset.from_tensor_slices((data.to_signed(images), labels.astype(int)))
    dataset = dataset.shuffle(len(images)).repeat()
    served = iter(dataset.batch(batches * step_size, drop_remainder=True))
    latent = generator.input_shape[-1] - recipe.classes

    def descend(tape, loss, network, optimizer):
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))

    def draw(told):
        noise = tf.random.normal([recipe.batch_size, latent])
        noise = with_labels(noise, told, recipe.classes) if recipe.classes else noise
        return generator(noise, training=True)

    def discriminate(seen, told):
        seen = with_label_planes(seen, told, recipe.classes) if recipe.classes else seen
        return discriminator(seen, training=True)

    def adversarial(real, told):
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            fake = draw(told)
            mix = tf.random.uniform([recipe.batch_size, 1, 1, 1])
            outputs = recipe.objective.scores(lambda x: discriminate(x, told), real, fake, mix)
            real_output, fake_output, penalty = outputs
            d_loss = recipe.objective.discriminator(real_output, fake_output) + penalty
            seen = (real_output, fake_output) if recipe.objective.compares else (fake_output,)
            g_loss = recipe.objective.generator(*seen)
        descend(d_tape, d_loss, discriminator, d_optimizer)
        return g_tape, g_loss

    def semi_supervised(real, told):
        labelled, unlabelled, others = tf.split(real, 3)
        with tf.GradientTape() as tape:
            outputs = discriminate(tf.concat([labelled, unlabelled], 0), None)
            fake_outputs = discriminate(draw(None), None)
            known = tf.split(told, 3)[0]
            d_loss = recipe.objective.discriminator(outputs, fake_outputs, known)
        descend(tape, d_loss, discriminator, d_optimizer)
        with tf.GradientTape() as tape:
            outputs = discriminate(others, None), discriminate(draw(None), None)
            g_loss = recipe.objective.generator(*outputs)
        descend(tape, g_loss, generator, g_optimizer)

    @tf.function
    def train_step(real, told):
        if recipe.labelled:
            return semi_supervised(real, told)
        for part, classes in zip(tf.split(real, updates), tf.split(told, updates), strict=True):
            g_tape, g_loss = adversarial(part, classes)
        descend(g_tape, g_loss, generator, g_optimizer)

    def round_():
        for _ in range(len(images) // step_size):
            train_step(*next(served))

    return round_


def _of_keras(optimizer):
    """Keras's own Adam with the settings of this project's."""
    if not isinstance(optimizer, optimizers.Adam):
        return optimizer
    return keras.optimizers.Adam.from_config(optimizer.get_config())
