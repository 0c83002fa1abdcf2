"""Recipes of `verzeni-yau`: the GAN of its synthetic digits, and classifiers that read them."""

from functools import partial

from gan_tf.networks import classifiers, discriminators, generators
from gan_tf.recipes.recipe import KERAS_ADAM, ClassifierRecipe, GanRecipe
from gan_tf.training import losses
from gan_tf.training.optimizers import Adam, decaying_adam


def _verzeni_yau(name, classifier, optimizer=KERAS_ADAM, batch_size=32):
    """A classifier of `verzeni-yau`: 54,000 digits for 100 epochs in Keras's defaults of then."""
    return ClassifierRecipe(
        name=name,
        dataset="mnist",
        classifier=classifier,
        optimizer=optimizer,
        batch_size=batch_size,
        epochs=100,
        validation=6000,
        readings=(5, 50),
    )


RECIPES = (
    # Its public code updates the generator twice a step; the report does not say which it used.
    GanRecipe(
        name="dcgan-conditional",
        dataset="mnist",
        generator=generators.dcgan_conditional,
        discriminator=discriminators.dcgan_conditional,
        objective=losses.NonSaturating(),
        optimizer=partial(Adam, learning_rate=2e-4, beta_1=0.5),
        batch_size=64,
        epochs=25,
        classes=10,
        releases=("generator",),
    ),
    _verzeni_yau("softmax", classifiers.softmax_regression),
    _verzeni_yau("fcnn", classifiers.fcnn),
    _verzeni_yau("cnn-4l", classifiers.cnn_4l),
    _verzeni_yau("cnn-5l", classifiers.cnn_5l),
    _verzeni_yau("cnn-5l-dropout", classifiers.cnn_5l_dropout),
    _verzeni_yau(
        "resnet",
        classifiers.resnet,
        # Slower by a twenty-fifth an epoch; and of its small convolutions, large batches
        # take little more than half the time.
        optimizer=partial(
            decaying_adam,
            learning_rate=1e-3,
            beta_1=0.9,
            beta_2=0.999,
            decay_steps=421,
            decay_rate=0.96,
        ),
        batch_size=128,
    ),
)
