"""Small models, and how they are trained here."""

import functools

import keras
import numpy as np
import tensorflow as tf
from keras import Sequential, layers
from keras.optimizers import Adam

from gan_tf import data
from gan_tf.training import batches, gan
from gan_tf.training.losses import (
    NonSaturating,
)
from tests import tiny


@functools.cache
def digits():
    return data.load("mnist").x_train[:256]


def plain_networks():
    """A pair without batch norm and dropout: replicas agree with one device only so."""
    generator = Sequential(
        [layers.Input((4,)), layers.Dense(784, "tanh"), layers.Reshape((28, 28, 1))]
    )
    discriminator = Sequential(
        [layers.Input((28, 28, 1)), layers.Flatten(), layers.Dense(8, "tanh"), layers.Dense(1)]
    )
    return generator, discriminator


def make_model(networks, optimizer=Adam, seed=0, **compile_options):
    keras.utils.set_random_seed(1)
    model = gan.GAN(*networks(), NonSaturating(), seed=seed)
    model.compile(optimizer(1e-2), optimizer(1e-2), **compile_options)
    return model


def two_replicas():
    """Two virtual devices; collective operations would mix up the models of two tests."""
    return tf.distribute.MirroredStrategy(
        ["CPU:0", "CPU:1"], cross_device_ops=tf.distribute.ReductionToOneDevice()
    )


def tiny_networks():
    return tiny.generator(), tiny.discriminator()


def fit(model, epochs=2, initial_epoch=0, images=None):
    images = digits() if images is None else images
    dataset = batches.batches(images, 64, 0, epochs, initial_epoch)
    history = model.fit(
        dataset,
        epochs=epochs,
        initial_epoch=initial_epoch,
        steps_per_epoch=len(tf.nest.flatten(images)[0]) // 64,
        shuffle=False,
        verbose=0,
    )
    return history.history


def weights(model):
    return np.concatenate([w.numpy().ravel() for w in model.trainable_variables])
