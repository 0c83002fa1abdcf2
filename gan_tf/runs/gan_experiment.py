"""Experiments: recipes made ready to train, each with its model, batches and what it keeps.

Both kinds have the same few members, which `runs` works with. They are made of a recipe, a
`data.Dataset`, how many of its training images to use (`None` for all) and a seed.
"""

import keras
import numpy as np
import tensorflow as tf

from gan_tf import data
from gan_tf.measures import metrics
from gan_tf.networks import classifiers
from gan_tf.networks import weight_normalisation as weight_norm
from gan_tf.storage import compression
from gan_tf.training import gan as training
from gan_tf.training import monitor

# So many images are drawn of fixed latents after each epoch; the recipe says how many are kept.
SAMPLES = 100
JUDGED = 2000


class GanExperiment:
    """The training of a `recipes.GanRecipe`; each epoch it keeps the images of fixed latents.

    Where the networks are told the label, the images are in the order of their classes. `reader`
    and `judge` are the classifiers that its recipe names, if it does; with a judge it keeps the
    generator of the epoch with the least Fréchet distance, too.
    """

    kept = "samples"
    metrics = {
        "d_loss": "D loss",
        "g_loss": "G loss",
        "d_real": "D(real)",
        "d_fake": "D(fake)",
        "real_accuracy": "real right",
        "fake_accuracy": "fake right",
        "g_gradient": "G gradient",
        "diversity": "diversity",
    }
    validation_data = None
    callbacks = ()
    remark = staticmethod(monitor.verdict)

    def __init__(self, recipe, dataset, images, seed, reader=None, judge=None):
        self.recipe, self.seed = recipe, seed
        self.images = dataset.x_train[:images]
        self.count = len(self.images) * recipe.passes
        self.step_size = recipe.batch_size * recipe.objective.critic_steps
        self.steps = training.steps_per_epoch(self.count, self.step_size)
        self.networks = {
            "generator": recipe.generator(),
            "discriminator": recipe.discriminator(),
        }
        self.labels = None
        if recipe.classes or recipe.labelled:
            self.labels = _labels(recipe, dataset)[:images]
        _check_images(recipe, self.networks["generator"].output_shape[1:], self.images)
        self.model = training.AdversarialModel(
            **self.networks,
            objective=recipe.objective,
            seed=seed,
            classes=recipe.classes,
            reader=reader,
        )
        self.model.compile(
            recipe.optimizer(),
            (recipe.discriminator_optimizer or recipe.optimizer)(),
            steps_per_execution=training.steps_per_execution(self.steps),
        )
        self.inputs = self._inputs(seed, SAMPLES)
        self.samples = []
        self.real_diversity = metrics.diversity(self.images[:SAMPLES])
        self.test_set = dataset.x_test, dataset.y_test
        self.judge, self.best = judge, {"best_frechet": np.inf}
        if judge:
            self.real_features, _ = metrics.read(judge, dataset.x_test[:JUDGED])
            self.judged_inputs = self._inputs(seed + 1, JUDGED)
            self.metrics = {
                **self.metrics,
                "frechet": "Fréchet distance",
                "class_entropy": "class entropy",
            }
        if recipe.labelled:
            weight_norm.initialise(self.model.discriminator, data.to_signed(self.images[:500]))
            self.metrics = {**self.metrics, "test_accuracy": "test accuracy"}

    def _inputs(self, seed, count):
        """Inputs of the generator, class by class where it is told the class."""
        latents, classes = (
            training.fixed_latents(seed, count, self.model.latent_dim),
            self.recipe.classes,
        )
        if not classes:
            return latents
        return training.with_labels(latents, np.arange(count) * classes // count, classes)

    def batches(self, epochs, initial_epoch):
        """The `tf.data.Dataset` for `fit`."""

        def served(arrays, times=1):
            return training.batches(
                arrays,
                times * self.step_size,
                self.seed,
                epochs,
                initial_epoch,
                times * self.count,
            )

        if self.recipe.classes:
            return served((self.images, self.labels))
        if self.recipe.labelled:
            # Twice as many unlabelled ones, half of them for the generator.
            both = tf.data.Dataset.zip(served(self._labelled()), served(self.images, times=2))
            first_step = initial_epoch * self.steps
            return both.enumerate(first_step).map(self._shifted_late).prefetch(2)
        return served(self.images)

    def _labelled(self):
        """The labelled images (labelled, height, width, channels) and their labels."""
        chosen = data.balanced_order(self.labels, self.seed)[: self.recipe.labelled]
        return self.images[chosen], self.labels[chosen].astype(int)

    def _shifted_late(self, step, batch):
        """The batch as ((labelled, unlabelled images), labels), shifted where it is time to."""
        (labelled, labels), unlabelled = batch
        images = tf.cond(
            step >= self.recipe.shifted_after * self.steps,
            lambda: tuple(
                training.shifted(part, self.seed, step, number)
                for number, part in enumerate((labelled, unlabelled))
            ),
            lambda: (labelled, unlabelled),
        )
        return images, labels

    def keep(self, epoch):
        """Keep the samples after `epoch`, 0 being before training, and measure what is new."""
        images = training.generate(self.model.generator, self.inputs)
        kept = images[:: SAMPLES // self.recipe.kept_samples]
        self.samples.append(compression.in_few_greys(kept))
        measured = {"diversity": metrics.diversity(images) / self.real_diversity}
        if self.recipe.labelled:
            measured["test_accuracy"] = self._test_accuracy()
        if self.judge:
            measured |= self._judged()
            if measured["frechet"] < self.best["best_frechet"]:
                weights = compression.released(self.model.generator.get_weights())
                self.best = {f"best_generator_{name}": weights[name] for name in weights}
                self.best["best_frechet"] = measured["frechet"]
        return measured

    def _judged(self):
        """How far generated images are from real ones, and how many of the classes they are of."""
        images = training.generate(self.model.generator, self.judged_inputs)
        features, probabilities = metrics.read(self.judge, images)
        return {
            "frechet": metrics.frechet_distance(features, self.real_features),
            "class_entropy": metrics.class_entropy(probabilities.argmax(axis=1)),
        }

    def _test_accuracy(self):
        """How a semi-supervised discriminator reads the test images."""
        images, labels = self.test_set
        inputs = data.to_signed(images)
        _, logits = self.model.discriminator.predict(inputs, batch_size=500, verbose=0)
        return float(np.mean(logits.argmax(axis=1) == labels))

    def kept_arrays(self):
        """What was kept so far, as named arrays."""
        return {"samples": np.stack(self.samples), **(self.best if self.judge else {})}

    def restore(self, arrays):
        """Take over what an earlier part of this training kept."""
        self.samples = list(arrays["samples"])
        self.best = {name: arrays[name] for name in arrays if name.startswith("best")}


class ClassifierExperiment:
    """The training of a `recipes.ClassifierRecipe`; at its readings it keeps what it reads.

    `discriminator` is the network whose convolutions it begins with, if its recipe names one.
    """

    kept = "readings"
    metrics = {
        "loss": "loss",
        "accuracy": "accuracy",
        "val_loss": "validation loss",
        "val_accuracy": "validation accuracy",
    }

    def __init__(self, recipe, dataset, images, seed, discriminator=None):
        self.recipe, self.seed = recipe, seed
        split = len(dataset.x_train) - recipe.validation
        self.images = dataset.x_train[:split][:images]
        self.labels = _labels(recipe, dataset)[: len(self.images)]
        self.step_size = recipe.batch_size
        self.steps = training.steps_per_epoch(len(self.images), self.step_size)
        self.model = recipe.classifier()
        self.networks = {"classifier": self.model}
        _check_images(recipe, self.model.input_shape[1:], self.images)
        if discriminator:
            classifiers.set_convolutions(self.model, discriminator)
        limit = training.RECORDED_STEPS if recipe.records_steps else 300
        training.compile_classifier(self.model, recipe.optimizer(), self.steps, limit)
        self.validation_data = None
        if recipe.validation:
            self.validation_data = (
                data.to_unit(dataset.x_train[split:]),
                dataset.y_train[split:],
            )
        self.callbacks = [_SeedDropout(seed)]
        self.arrays = {}

    def batches(self, epochs, initial_epoch):
        """The `tf.data.Dataset` for `fit`."""
        batches = training.batches(
            (self.images, self.labels), self.recipe.batch_size, self.seed, epochs, initial_epoch
        )
        return batches.map(lambda images, labels: (data.to_unit(images), labels))

    def keep(self, epoch):
        """If `epoch` is a reading of the recipe, keep what is read; nothing is measured."""
        if epoch in self.recipe.readings:
            for name, images in shown().items():
                self.arrays[f"{name}_{epoch}"] = metrics.predicted(self.model, images)
        return {}

    @staticmethod
    def remark(epoch, row):
        """Nothing to say of an epoch."""
        return ""

    def kept_arrays(self):
        """The classes that were read at the readings so far, as named arrays."""
        return self.arrays

    def restore(self, arrays):
        """Take over the readings of an earlier part of this training."""
        self.arrays = dict(arrays)


def shown():
    """What classifiers read at their readings: MNIST's test images and the synthetic digits.

    Images uint8 by name: "test", (10000, 28, 28, 1), and "synthetic", those that were labelled by
    eye, (1000, 28, 28, 1).
    """
    synthetic = data.synthetic_digits()
    return {
        "test": data.load("mnist").x_test,
        "synthetic": synthetic.images[: len(synthetic.labels)],
    }


class _SeedDropout(keras.callbacks.Callback):
    """Begins each epoch's dropout from the seed and the epoch, so that it can be resumed."""

    def __init__(self, seed):
        super().__init__()
        self.seed = seed

    def on_epoch_begin(self, epoch, logs=None):
        training.seed_dropout([self.model], self.seed, epoch)


def _labels(recipe, dataset):
    if dataset.y_train is None:
        raise ValueError(
            f"Recipe {recipe.name!r} needs labels, but {recipe.dataset!r} has no y_train: add "
            "it, or choose a recipe that learns without labels."
        )
    return dataset.y_train


def _check_images(recipe, taken, images):
    if images.shape[1:] != taken:
        raise ValueError(
            f"The networks of recipe {recipe.name!r} take images of {taken}, but those of "
            f"{recipe.dataset!r} are {images.shape[1:]}: choose a recipe for that size."
        )
