"""What a recipe is: which networks, loss, optimisers, batch and epochs make an experiment."""

import inspect
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import partial
from typing import Any

import keras
import numpy as np

from gan_tf import arguments
from gan_tf.networks.image_shapes import Shape
from gan_tf.storage.files import reason
from gan_tf.training.augmentation import Augmentation
from gan_tf.training.gan import (
    GAN,
    CertaintyRewardedGAN,
    SemiSupervisedGAN,
)
from gan_tf.training.losses import Objective, SemiSupervised
from gan_tf.training.optimizers import Adam

# So many steps an epoch of a GAN has at least, where the images are few.
LEAST_STEPS = 25
# So often each image is in a batch at most.
MOST_ROUNDS = 100
# Keras's defaults.
KERAS_ADAM = partial(Adam, learning_rate=1e-3)

# What keys of earlier descriptions are called now.
RENAMED = {"reader": "auxiliary_classifier", "judge": "feature_extractor", "passes": "repeats"}


def _aside(**options):
    """A field that has no part in what a run comes out as, or that the run records by itself."""
    return field(metadata={"aside": True}, **options)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One experiment at the size its report gives.

    Args:
        name: what `runs.train` and the command line call it.
        summary: one line for people, with the report it comes from.
        dataset: a name that `data.load` knows.
        optimizer: makes a fresh optimiser; `functools.partial` of one, as a rule.
        batch_size: images an update of the discriminator, or of the classifier.
        epochs: passes over the training images.
        records_steps: whether the run keeps its metrics and seconds every 25 steps, too.
        releases: which networks a run keeps.

    Raises:
        ValueError: for what is none of that.
    """

    name: str
    summary: str = _aside(default="")
    dataset: str
    optimizer: Callable[[], keras.Optimizer]
    batch_size: int
    epochs: int = _aside()
    records_steps: bool = _aside(default=False)
    releases: tuple[str, ...] = _aside(default=())

    def __post_init__(self):
        if not self.name:
            raise ValueError("The recipe has no name: give it one.")
        for field_name, least in self.numbers.items():
            named = f"{field_name} of recipe {self.name!r}"
            value = arguments.whole_number(getattr(self, field_name), named, least)
            object.__setattr__(self, field_name, value)
        builders = {name: "a function that builds a Keras model" for name in self.networks}
        made = "what makes a new optimiser, such as partial(keras.optimizers.Adam, 2e-4)"
        for field_name, what in {**builders, "optimizer": made}.items():
            if not callable(value := getattr(self, field_name)) or isinstance(value, keras.Model):
                raise ValueError(
                    f"Recipe {self.name!r} has a {type(value).__name__} as its {field_name}: give "
                    f"{what}."
                )

    @property
    def networks(self) -> tuple[str, ...]:
        """The names of its fields that build networks."""
        raise NotImplementedError

    @property
    def numbers(self) -> dict[str, int]:
        """The names of its fields that are whole numbers, and the least that they may be."""
        return {"batch_size": 1, "epochs": 1, "validation": 0}

    def fitted(self, dataset: str, image_shape: Shape, classes: int, images: int) -> "Recipe":
        """The recipe for other images: its networks are built for them where they can be.

        Args:
            dataset: what to call them.
            image_shape: (height, width, channels) of each.
            classes: how many they are of, 0 if that is not known.
            images: how many there are.

        Raises:
            ValueError: if it cannot be for such images.
        """
        raise NotImplementedError

    def _with_networks(self, options, **changes):
        networks = {name: _built_for(self, name, options) for name in self.networks}
        return replace(self, **networks, **changes)

    def describe(self) -> dict[str, Any]:
        """All that makes the result, as JSON values: two recipes that agree here are one.

        What is at its default is left out, so that a new field leaves earlier runs what they were.
        """
        named = {each.name: getattr(self, each.name) for each in fields(self) if _counts(each)}
        defaults = {each.name: each.default for each in fields(self)}
        return {
            name: _optimizer(value) if "optimizer" in name else _described(value)
            for name, value in named.items()
            if value != defaults[name]
        }


@dataclass(frozen=True, kw_only=True)
class GanRecipe(Recipe):
    """A generator and a discriminator against each other, each with its own optimiser.

    Args:
        generator, discriminator: builders of `networks.generators` and `networks.discriminators`.
        objective: an object of `training.losses`.
        discriminator_optimizer: `None`, or the discriminator's, where it has another one.
        classes: 0, or the number of classes where both networks are told the label.
        labelled: 0, or how many images are labelled for an objective that uses labels.
        shifted_after: for an objective that uses labels, the number of epochs after which the real
            images are shifted at random (`training.batches.shifted`).
        auxiliary_classifier: `None`, or the recipe of the classifier, of its run with seed 0, whose
            uncertainty about generated images the objective adds to the generator's loss.
        feature_extractor: `None`, or the recipe of the classifier, of its run with seed 0, whose
            features measure the Fréchet distance of every epoch; then the best epoch is kept, too.
        augmentation: `None`, or how the images are changed that the discriminator sees.
        validation: training images, the last ones, that are held out to choose by.
        few: 0, or how many of the training images it learns from, of each class as many; which,
            the seed decides.
        repeats: how often an epoch goes through the images; more than once where they are few.
        kept_samples: how many images, of 100 fixed latents, a run keeps of each epoch; a divisor
            of 100.
    """

    generator: Callable[[], keras.Model]
    discriminator: Callable[[], keras.Model]
    objective: Objective
    discriminator_optimizer: Callable[[], keras.Optimizer] | None = None
    classes: int = 0
    labelled: int = 0
    shifted_after: int = 0
    auxiliary_classifier: str | None = None
    feature_extractor: str | None = None
    augmentation: Augmentation | None = None
    validation: int = 0
    few: int = 0
    repeats: int = 1
    kept_samples: int = _aside(default=20)
    releases: tuple[str, ...] = _aside(default=("generator", "discriminator"))

    def __post_init__(self):
        super().__post_init__()
        if not isinstance(self.objective, Objective):
            raise ValueError(
                f"Recipe {self.name!r} has the objective {self.objective!r}: give an object of "
                "gan_tf.losses, such as losses.NonSaturating()."
            )

    @property
    def networks(self):
        return "generator", "discriminator"

    @property
    def numbers(self):
        counts = dict.fromkeys(("classes", "labelled", "shifted_after", "few"), 0)
        return {**super().numbers, **counts, "repeats": 1, "kept_samples": 1}

    def fitted(self, dataset, image_shape, classes, images):
        """As of `Recipe`; an epoch goes through few images so often that it has 25 steps.

        No Fréchet distance is measured, for the classifiers that do it read MNIST's digits.
        """
        if self.auxiliary_classifier:
            raise ValueError(
                f"Recipe {self.name!r} needs the classifier {self.auxiliary_classifier!r}, which "
                "reads MNIST's digits: choose a GAN without one, such as gavazzi."
            )
        if (self.classes or self.labelled) and not classes:
            raise ValueError(
                f"Recipe {self.name!r} needs labels, but {dataset!r} has none: put the images into "
                "sub-folders that are their classes, add labels, or choose a GAN that is told "
                "none, such as dcgan."
            )
        if self.batch_size > MOST_ROUNDS * images:
            raise ValueError(
                f"Recipe {self.name!r} takes batches of {self.batch_size:,} images, but there are "
                f"{images:,}: make its batches smaller, or give more images."
            )
        if self.labelled > images:
            raise ValueError(
                f"Recipe {self.name!r} needs {self.labelled:,} labelled images, but there are "
                f"{images:,}: choose one with fewer labels."
            )
        return self._with_networks(
            {"image_shape": image_shape, "classes": classes},
            dataset=dataset,
            classes=classes if self.classes else 0,
            feature_extractor=None,
            validation=min(self.validation, images // 10),
            few=0,
            repeats=math.ceil(LEAST_STEPS * self.batch_size * self.objective.critic_steps / images),
        )

    def gan(self, seed: int = 0, auxiliary_classifier: keras.Model | None = None) -> GAN:
        """A new model, not compiled, of the kind that the recipe needs.

        Args:
            seed: of its latents and dropout.
            auxiliary_classifier: the network of the recipe of that name; without it there is no
                reward.

        Raises:
            ValueError: for networks or a number of labelled images that do not fit the objective.
        """
        if bool(self.labelled) != isinstance(self.objective, SemiSupervised):
            raise ValueError(
                f"Recipe {self.name!r} has {self.labelled} labelled images and the objective "
                f"{type(self.objective).__name__}: labels are used by losses.SemiSupervised(), "
                "which needs some."
            )
        objective: Any = self.objective  # Each kind of GAN takes its own kind.
        parts = self.generator(), self.discriminator(), objective
        if auxiliary_classifier:
            return CertaintyRewardedGAN(*parts, seed, auxiliary_classifier=auxiliary_classifier)
        if self.labelled:
            return SemiSupervisedGAN(*parts, seed=seed)
        return GAN(*parts, self.classes, seed, self.augmentation)

    def optimizers(self) -> tuple[keras.Optimizer, keras.Optimizer]:
        """Fresh optimisers of the generator and of the discriminator."""
        return self.optimizer(), (self.discriminator_optimizer or self.optimizer)()


@dataclass(frozen=True, kw_only=True)
class ClassifierRecipe(Recipe):
    """A classifier on labelled images, with cross-entropy.

    Args:
        classifier: a builder of `networks.classifiers`.
        validation: training images, the last ones, that are held out to validate on.
        readings: epochs after which it is kept what the classifier reads in the images of
            `runs.classifier_experiment.images_to_read`.
        discriminator_of: `None`, or the recipe of the GAN whose discriminator, of its run with
            seed 0, has the convolutions that the classifier begins with.
    """

    classifier: Callable[[], keras.Model]
    validation: int
    readings: tuple[int, ...] = ()
    discriminator_of: str | None = None
    releases: tuple[str, ...] = _aside(default=("classifier",))

    @property
    def networks(self):
        return ("classifier",)

    def fitted(self, dataset, image_shape, classes, images):
        """As of `Recipe`; at most a tenth of the images are held out to validate on.

        Nothing is read on the way, for that are MNIST's digits and generated ones.
        """
        if not classes:
            raise ValueError(
                f"Recipe {self.name!r} needs labels, but {dataset!r} has none: put the images into "
                "sub-folders that are their classes, or add labels."
            )
        if classes < 2:
            raise ValueError(
                f"Recipe {self.name!r} needs two classes or more, but {dataset!r} has {classes}: "
                "put the images into a sub-folder a class, or add labels."
            )
        if self.discriminator_of and image_shape[2] != 1:
            raise ValueError(
                f"Recipe {self.name!r} begins with the discriminator of "
                f"{self.discriminator_of!r}, which sees grey images, but those of {dataset!r} are "
                "in colour: choose another classifier, such as lenet."
            )
        validation = min(self.validation, images // 10)
        return self._with_networks(
            {"image_shape": image_shape, "classes": classes},
            dataset=dataset,
            validation=validation,
            readings=(),
            batch_size=min(self.batch_size, images - validation),
        )


def read_description(description: dict[str, Any]) -> dict[str, Any]:
    """What `describe` said when a run was made, in the words that it uses now."""
    now = {RENAMED.get(key, key): value for key, value in description.items()}
    if now.get("readings") == []:  # It was written where there were none, too.
        del now["readings"]
    return now


def _built_for(recipe, name, given):
    """The builder of a network, with those of the options that it takes and are not its own."""
    build = getattr(recipe, name)
    known = inspect.signature(build).parameters
    if "image_shape" not in known:
        network = build()
        shape = network.output_shape if name == "generator" else network.input_shape
        sides, needed = shape[1:3], given["image_shape"][:2]
        if sides != needed:
            raise ValueError(
                f"The {name} of recipe {recipe.name!r} is for images of {sides[0]}×{sides[1]} "
                f"pixels, but these have {needed[0]}×{needed[1]}: resize them (--size, or size=), "
                "or let its builder take `image_shape`."
            )
    options = {k: v for k, v in given.items() if k in known and v != known[k].default}
    if not options:
        return build
    build = partial(build, **options)
    try:
        build()
    except ValueError as error:
        height, width, channels = given["image_shape"]
        raise ValueError(
            f"The {name} of recipe {recipe.name!r} cannot be built for images of "
            f"{height}×{width}×{channels}: {reason(error)}."
        ) from error
    return build


def _counts(each):
    return not each.metadata.get("aside")


def _described(value):
    if isinstance(value, str | int):
        return value
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Objective) and not is_dataclass(value):
        return f"{type(value).__name__}({vars(value)})"
    return _builder(value) if callable(value) else repr(value)


def _optimizer(make):
    """The name of an optimiser and what it is given; of one that is made otherwise, all it has."""
    if isinstance(make, partial):
        given = inspect.signature(make.func).bind_partial(*make.args, **make.keywords).arguments
        given = {**given.pop("kwargs", {}), **given}
        plain = {name: _plain(value) for name, value in given.items()}
        return {"name": make.func.__name__, **plain}
    if make is None:
        return None
    made = make()
    # Keras numbers what it makes: the name is that of the class.
    return {**_plain(made.get_config()), "name": type(made).__name__}


def _plain(value):
    """What an optimiser is given as JSON values; of a schedule its class and what it has."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, keras.optimizers.schedules.LearningRateSchedule):
        return {"name": type(value).__name__, **_plain(value.get_config())}
    return json.loads(json.dumps(value, default=str))


def _builder(build):
    """The name of a builder of networks, with what it is given where it takes something."""
    if not isinstance(build, partial):
        return build.__name__
    return f"{build.func.__name__}({', '.join(f'{k}={v}' for k, v in build.keywords.items())})"
