"""Classifiers made ready to train, and the images whose readings are kept on the way."""

import keras
import numpy as np

from gan_tf import data
from gan_tf.environment import hardware
from gan_tf.measures import metrics
from gan_tf.networks import classifiers
from gan_tf.recipes import ClassifierRecipe
from gan_tf.runs.experiment import Experiment, check_size, labels_for, learnt_from
from gan_tf.training import batches
from gan_tf.training.callbacks import SeedDropout


class ClassifierExperiment(Experiment):
    """The training of a `recipes.ClassifierRecipe`; at its readings it keeps what it reads.

    Args:
        recipe: the recipe.
        dataset: a `data.Dataset`.
        images: how many of its training images to use, of those it holds out and of those it
            reads, `None` for all.
        seed: of all that is random.
        discriminator: the network whose convolutions it begins with, if its recipe names one.
    """

    state_file = "readings.npz"
    metrics = {
        "loss": "loss",
        "accuracy": "accuracy",
        "val_loss": "validation loss",
        "val_accuracy": "validation accuracy",
    }

    def __init__(
        self,
        recipe: ClassifierRecipe,
        dataset: data.Dataset,
        images: int | None,
        seed: int,
        discriminator: keras.Model | None = None,
    ):
        learnt = learnt_from(recipe, dataset, images)
        chosen = dataset.x_train[learnt]
        self.model = recipe.classifier()
        classes = self.model.output_shape[-1]
        if classes < 2:
            raise ValueError(
                f"The classifier of recipe {recipe.name!r} has {classes} output, but needs one a "
                "class, two at least: end it with Dense(2, activation='softmax'), say."
            )
        labels = labels_for(recipe, dataset, classes)[learnt]
        super().__init__(recipe, chosen, labels, min(recipe.batch_size, len(chosen)))
        self.seed = seed
        self.steps = batches.steps_per_epoch(len(chosen), self.step_size)
        self.networks = {"classifier": self.model}
        check_size(recipe, self.model.input_shape[1:], chosen)
        if discriminator:
            classifiers.set_convolutions(self.model, discriminator)
        limit = batches.RECORDED_STEPS if recipe.records_steps else batches.CLASSIFIER_STEPS
        self.model.compile(
            recipe.optimizer(),
            "sparse_categorical_crossentropy",
            metrics=["accuracy"],
            jit_compile=hardware.uses_xla(),
            steps_per_execution=batches.steps_per_execution(self.steps, limit),
        )
        # Built before the first step, so that a checkpoint finds the optimiser's variables.
        self.model.optimizer.build(self.model.trainable_variables)
        if recipe.validation:
            held_out = slice(len(dataset.x_train) - recipe.validation, None)
            x, y = dataset.x_train[held_out][:images], dataset.y_train[held_out][:images]
            self.validation_data = data.to_unit(x), y
        self.callbacks = [SeedDropout(seed)]
        self.read_at_most = images
        self.readings: dict[str, np.ndarray] = {}

    def batches(self, epochs, initial_epoch):
        arrays = self.images, self.labels
        served = batches.batches(arrays, self.step_size, self.seed, epochs, initial_epoch)
        return served.map(lambda images, labels: (data.to_unit(images), labels))

    @property
    def variables(self):
        metrics = {id(variable) for variable in self.model.metrics_variables}
        own = [variable for variable in self.model.variables if id(variable) not in metrics]
        return [*own, *self.model.optimizer.variables]

    def measure(self, epoch):
        """If `epoch` is a reading of the recipe, keep what is read; nothing is measured."""
        if epoch in self.recipe.readings:
            for name, images in images_to_read(self.read_at_most).items():
                self.readings[f"{name}_{epoch}"] = metrics.predicted(self.model, images)
        return {}

    def state(self):
        return self.readings

    def restore(self, arrays):
        self.readings = dict(arrays)


def images_to_read(test_images: int | None = None) -> dict[str, np.ndarray]:
    """What classifiers read at their readings: MNIST's test images and the synthetic digits.

    Images uint8 by name: "test", (10000, 28, 28, 1) or the first `test_images` of them, and
    "synthetic" and "conditional", the digits of the runs `dcgan` and `dcgan-conditional` that were
    labelled by eye, each (1000, 28, 28, 1).
    """
    names = {"synthetic": "dcgan", "conditional": "dcgan-conditional"}
    drawn = {name: data.synthetic_digits(generator) for name, generator in names.items()}
    labelled = {name: digits.images[: len(digits.labels)] for name, digits in drawn.items()}
    return {"test": data.load("mnist").x_test[:test_images], **labelled}
