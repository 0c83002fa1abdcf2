"""GANs made ready to train: their batches, and the images of fixed latents that are kept."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from gan_tf import data, training
from gan_tf.measures import metrics
from gan_tf.networks import weight_normalisation
from gan_tf.recipes import GanRecipe
from gan_tf.runs.experiment import Experiment, check_size, labels_for, learnt_from
from gan_tf.storage import compression
from gan_tf.training import batches, monitor

# So many images are drawn of fixed latents after each epoch; the recipe says how many are kept.
SAMPLES = 100
# So many are drawn to measure the Fréchet distance.
MEASURED = 2000
# How far apart the seeds are of a training and of one that went back to an earlier epoch.
ANOTHER_SEED = 1_000_003


class GanExperiment(Experiment):
    """The training of a `recipes.GanRecipe`; each epoch it keeps the images of fixed latents.

    Where the networks are told the label, those images are in the order of their classes. With a
    feature extractor it keeps the generator of the epoch with the least Fréchet distance, too.

    Args:
        recipe: the recipe.
        dataset: a `data.Dataset`.
        images: how many of its training and of its test images to use, `None` for all.
        seed: of all that is random.
        auxiliary_classifier, feature_extractor: the classifiers that the recipe names, if it does.
    """

    state_file = "samples.npz"
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

    def __init__(
        self,
        recipe: GanRecipe,
        dataset: data.Dataset,
        images: int | None,
        seed: int,
        auxiliary_classifier: keras.Model | None = None,
        feature_extractor: keras.Model | None = None,
    ):
        has_labels = recipe.classes or recipe.labelled or recipe.few
        learnt = learnt_from(recipe, dataset, images)
        x_train = dataset.x_train[learnt]
        labels = labels_for(recipe, dataset, recipe.classes or None)[learnt] if has_labels else None
        if recipe.few > len(dataset.x_train) - recipe.validation:
            raise ValueError(
                f"Recipe {recipe.name!r} learns from {recipe.few:,} images, but "
                f"{recipe.dataset!r} has {len(dataset.x_train):,}: make few smaller."
            )
        if recipe.few:
            chosen = data.balanced_order(labels, seed)[: recipe.few]
            x_train, labels = x_train[chosen], labels[chosen]
        super().__init__(
            recipe,
            x_train,
            labels,
            recipe.batch_size * recipe.objective.critic_steps,
        )
        check_shared(recipe)
        self.seed = seed
        self.count = len(self.images) * recipe.repeats
        if images:
            self.count = min(self.count, max(images, self.step_size))
        self.steps = batches.steps_per_epoch(self.count, self.step_size)
        self.model = recipe.gan(seed, auxiliary_classifier)
        check_size(recipe, self.model.generator.output_shape[1:], self.images)
        self.model.compile(
            *recipe.optimizers(), steps_per_execution=batches.steps_per_execution(self.steps)
        )
        self.inputs = self._inputs(seed, SAMPLES)
        self.samples: list[np.ndarray] = []
        self.spoken_of: set[str] = set()
        # Of images of one's own the first may all be the same: then it is not compared.
        self.real_diversity = metrics.diversity(np.asarray(self.images[:SAMPLES])) or 1.0
        self.feature_extractor = feature_extractor
        self.best: dict[str, Any] = {"best_frechet": np.inf}
        if feature_extractor:
            self._check_reads(feature_extractor)
            # Images of one's own may have none for testing.
            compared = self.images if dataset.x_test is None else dataset.x_test
            self.real_features, _ = metrics.read(feature_extractor, np.asarray(compared[:MEASURED]))
            self.measured_inputs = self._inputs(seed + 1, MEASURED)
            self.metrics = {**self.metrics, "frechet": "Fréchet distance"}
            if self._reads_ten_classes():
                self.metrics["class_entropy"] = "class entropy"
        if recipe.labelled:
            first = data.to_signed(self.images[:500])
            weight_normalisation.initialise(self.model.discriminator, first)
            if dataset.y_test is not None:
                self.test_set = dataset.x_test[:images], dataset.y_test[:images]
                self.metrics = {**self.metrics, "test_accuracy": "test accuracy"}

    @property
    def networks(self):
        return {
            "generator": self.model.drawing_generator(),
            "discriminator": self.model.discriminator,
        }

    @property
    def variables(self):
        model = self.model
        networks = model.generator, model.discriminator
        optimizers = model.generator_optimizer, model.discriminator_optimizer
        return [variable for part in (*networks, *optimizers) for variable in part.variables]

    def draw_anew(self, times: int) -> None:
        """Draw other latents, orders and dropout from now on than the `times` trainings before."""
        self.seed += times * ANOTHER_SEED
        self.model.seed = self.seed

    def _check_reads(self, classifier):
        """Raise a `ValueError` if the classifier cannot measure how good the images are."""
        named, taken = self.recipe.feature_extractor, classifier.input_shape[1:]
        if "features" not in [layer.name for layer in classifier.layers]:
            raise ValueError(
                f"The classifier {named!r} has no layer called 'features', in which the Fréchet "
                "distance is measured: use a run of lenet, or give a layer that name."
            )
        if taken != self.images.shape[1:]:
            raise ValueError(
                f"The classifier {named!r}, which is to measure the Fréchet distance, takes images "
                f"of {taken}, but these are {self.images.shape[1:]}: train it on such images."
            )
        features = classifier.get_layer("features").output.shape[-1]
        if len(self.images) <= features:
            raise ValueError(
                f"The Fréchet distance of the {features} features of {named!r} needs more than "
                f"{features} images, but there are {len(self.images)}: leave out --keep-best "
                "(keep_best=), or give more."
            )

    def _inputs(self, seed, count):
        """Inputs of the generator, class by class where it is told the class."""
        latents = training.fixed_latents(seed, count, self.model.latent_dim)
        classes = self.recipe.classes
        if not classes:
            return latents
        return training.with_labels(latents, np.arange(count) * classes // count, classes)

    def batches(self, epochs, initial_epoch):
        def served(arrays, times=1):
            size, count = times * self.step_size, times * self.count
            return batches.batches(arrays, size, self.seed, epochs, initial_epoch, count)

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
                batches.shifted(part, self.seed, step, number)
                for number, part in enumerate((labelled, unlabelled))
            ),
            lambda: (labelled, unlabelled),
        )
        return images, labels

    def measure(self, epoch):
        generator = self.model.drawing_generator()
        images = training.generate(generator, self.inputs)
        kept = images[:: SAMPLES // self.recipe.kept_samples]
        self.samples.append(compression.in_few_greys(kept))
        measured = {"diversity": metrics.diversity(images) / self.real_diversity}
        if "test_accuracy" in self.metrics:
            measured["test_accuracy"] = self._test_accuracy()
        if self.feature_extractor:
            measured |= self._distance(generator)
            if epoch and measured["frechet"] < self.best["best_frechet"]:
                weights = compression.released(generator.get_weights())
                self.best = {f"best_generator_{name}": weights[name] for name in weights}
                self.best |= {"best_frechet": measured["frechet"], "best_epoch": epoch}
        return measured

    def _distance(self, generator):
        """How far generated images are from real ones, and of how many of ten classes they are."""
        images = training.generate(generator, self.measured_inputs)
        features, probabilities = metrics.read(self.feature_extractor, images)
        measured = {"frechet": metrics.frechet_distance(features, self.real_features)}
        if self._reads_ten_classes():
            measured["class_entropy"] = metrics.class_entropy(probabilities.argmax(axis=1))
        return measured

    def _reads_ten_classes(self):
        """Whether the monitor's bound on the entropy of classes, which is for ten, holds."""
        return self.feature_extractor.output_shape[-1] == 10

    def _test_accuracy(self):
        """How a semi-supervised discriminator reads the test images."""
        images, labels = self.test_set
        inputs = data.to_signed(images)
        _, logits = self.model.discriminator.predict(inputs, batch_size=500, verbose=0)
        return float(np.mean(logits.argmax(axis=1) == labels))

    def warning(self, epoch, metrics):
        silent = monitor.silent_epochs(self.steps)
        signs = monitor.signs(epoch, metrics, silent)
        new = [kind for kind in signs if kind not in self.spoken_of]
        self.spoken_of.update(new)
        verdict = monitor.verdict(epoch, metrics, silent)
        return "\n    ".join([verdict, *map(monitor.advice, new)])

    def pictures(self):
        return self.samples[-1]

    def state(self):
        best = self.best if self.feature_extractor else {}
        return {"samples": np.stack(self.samples), **best}

    def released(self):
        """The state, without the best generator where it is the last one, which is released."""
        state = self.state()
        if state.get("best_epoch") != len(self.samples) - 1:
            return state
        return {name: state[name] for name in state if not name.startswith("best_generator")}

    def signs(self, history):
        return monitor.epochs_with_signs(history, monitor.silent_epochs(self.steps))

    def restore(self, arrays):
        self.samples = list(arrays["samples"])
        self.best = {name: arrays[name] for name in arrays if name.startswith("best")}


def check_shared(recipe: GanRecipe) -> None:
    """Raise a `ValueError` if the devices of the strategy cannot share a batch equally."""
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    if recipe.batch_size % replicas:
        raise ValueError(
            f"Recipe {recipe.name!r} has batches of {recipe.batch_size} images, which {replicas} "
            "devices cannot share equally: use a number of devices that divides it."
        )
