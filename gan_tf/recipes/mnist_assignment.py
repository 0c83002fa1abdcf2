"""Recipes of `mnist-assignment`: TensorFlow's DCGAN, and its discriminator as a classifier."""

from functools import partial

from gan_tf.networks import classifiers, discriminators, generators
from gan_tf.recipes.recipe import KERAS_ADAM, ClassifierRecipe, GanRecipe
from gan_tf.training import losses
from gan_tf.training.optimizers import Adam

# That of TensorFlow's DCGAN tutorial.
TUTORIAL_ADAM = partial(Adam, learning_rate=1e-4)


def _mnist_assignment(name, classifier, **fields):
    """A classifier of `mnist-assignment`, which does not give the size of its batches."""
    return ClassifierRecipe(
        name=name,
        dataset="mnist",
        classifier=classifier,
        optimizer=KERAS_ADAM,
        batch_size=256,
        epochs=10,
        validation=0,
        **fields,
    )


RECIPES = (
    GanRecipe(
        name="dcgan",
        dataset="mnist",
        generator=generators.dcgan,
        discriminator=discriminators.dcgan,
        objective=losses.NonSaturating(),
        optimizer=TUTORIAL_ADAM,
        batch_size=256,
        epochs=100,
        # Early on it draws few kinds of digits: 20 images cannot tell that from collapse.
        kept_samples=100,
    ),
    _mnist_assignment("baseline-cnn", classifiers.baseline_cnn),
    _mnist_assignment(
        "finetuned-discriminator",
        classifiers.finetuned_discriminator,
        discriminator_of="dcgan",
    ),
    # Its control: the convolutions are frozen as they were drawn.
    _mnist_assignment("untrained-discriminator", classifiers.finetuned_discriminator),
)
