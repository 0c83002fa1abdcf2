"""The sets of images that a scorecard compares: those to be scored, real ones, and spoilt ones."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
from scipy.ndimage import gaussian_filter
from sklearn.decomposition import PCA

from gan_tf import data
from gan_tf.measures import metrics

# Principal components of the pixels, where no classifier is known.
COMPONENTS = 64
BLUR = 1.0


@dataclass(frozen=True)
class ImageSet:
    """Images in an order of chance, and what a classifier makes of them.

    Attributes:
        images: uint8 (n, height, width, channels).
        labels: (n,), or `None`.
        features: (n, d).
        probabilities: (n, classes), or `None` without a classifier.
    """

    images: np.ndarray
    labels: np.ndarray | None = None
    features: np.ndarray | None = None
    probabilities: np.ndarray | None = None

    def __len__(self):
        return len(self.images)

    def first(self, count: int) -> "ImageSet":
        """The first `count` images."""
        parts = {name: value for name, value in vars(self).items() if value is not None}
        return replace(self, **{name: value[:count] for name, value in parts.items()})


@dataclass(frozen=True)
class Real:
    """Real images to compare with.

    Attributes:
        name: what they are called.
        training: all that a generator may have been trained on.
        held_out: those that it was not trained on.
        class_names: of the labels.
        checksum: SHA-256 of all images.
    """

    name: str
    training: ImageSet
    held_out: ImageSet
    class_names: tuple[str, ...]
    checksum: str


def real_images(dataset: data.Dataset, name: str, seed: int) -> Real:
    """The real images of a data set, its training and its test images each in an order of chance.

    Of one without test images, a third of the training images is held out.
    """
    training = shuffled(dataset.x_train, dataset.y_train, seed)
    if dataset.x_test is not None:
        held_out = shuffled(dataset.x_test, dataset.y_test, seed)
    else:
        third = len(training) // 3
        held_out = training.first(third)
        rest = None if training.labels is None else training.labels[third:]
        training = ImageSet(training.images[third:], rest)
    found = hashlib.sha256()
    for part in (training, held_out):
        found.update(np.ascontiguousarray(part.images).data)
    return Real(name, training, held_out, dataset.class_names, found.hexdigest())


def shuffled(images: np.ndarray, labels: np.ndarray | None, seed: int) -> ImageSet:
    """Images and their labels in an order of chance."""
    order = np.random.default_rng(seed).permutation(len(images))
    return ImageSet(images[order], None if labels is None else labels[order])


def identical(images: np.ndarray, real: Real) -> int:
    """How many of the images are among the real ones, to the pixel."""
    known = {
        hash(each.tobytes()) for part in (real.training, real.held_out) for each in part.images
    }
    return sum(hash(each.tobytes()) in known for each in images)


def blurred(real: ImageSet) -> ImageSet:
    """The images under a Gaussian blur with a standard deviation of one pixel."""
    images = gaussian_filter(real.images.astype(np.float32), (0, BLUR, BLUR, 0))
    return ImageSet(np.rint(images).astype(np.uint8), real.labels)


def noise(like: ImageSet, seed: int) -> ImageSet:
    """As many images of uniform noise, under the same labels."""
    random = np.random.default_rng(seed)
    return ImageSet(random.integers(0, 256, like.images.shape, np.uint8), like.labels)


class Reader:
    """Reads features and, with a classifier, probabilities of images.

    The features are those of the classifier's layer called "features", or what its last layer
    takes. Of a model that gives no probabilities its output is the features. Without a model they
    are the first 64 principal components of the pixels of real images, scaled as pixels in [0, 1].

    Attributes:
        classes: how many it gives probabilities of, 0 if it gives none.
        words: what the features are.
        identity: a text that differs for models that read differently.

    Args:
        model: Keras model from images in [0, 1], or `None`.
        training: real images uint8 (n, height, width, channels).

    Raises:
        ValueError: if the model does not take such images, or gives no vectors.
    """

    def __init__(self, model: keras.Model | None, training: np.ndarray):
        if model is None:
            pixels = _flat(training[:10_000])
            components = min(COMPONENTS, *pixels.shape)
            self._pca = PCA(components, svd_solver="covariance_eigh").fit(pixels)
            self.words = f"{components} principal components of the pixels of real images"
            self.classes, self.identity = 0, self.words
            return
        self._pca, self.identity = None, _identity(model)
        taken = tuple(model.input_shape[1:])
        if taken != training.shape[1:]:
            raise ValueError(
                f"The classifier {model.name!r} takes images of {taken}, but the real ones are "
                f"{training.shape[1:]}: choose another classifier, or resize the images."
            )
        if len(model.outputs) != 1 or len(model.output_shape) != 2 or model.output_shape[1] < 2:
            raise ValueError(
                f"The model {model.name!r} gives {model.output_shape}, but must give one vector an "
                "image, probabilities of two or more classes or as many features: end it so."
            )
        example = model.predict(data.to_unit(training[:100]), verbose=0)
        self.classes = example.shape[1] if metrics.are_probabilities(example) else 0
        self._model = self._with_features(model) if self.classes else model
        self.words = (
            f"layer {self._layer!r} of the classifier {model.name!r}"
            if self.classes
            else f"output of the model {model.name!r}"
        )

    def _with_features(self, model):
        named = [layer for layer in model.layers if layer.name == "features"]
        self._layer = named[0].name if named else model.layers[-2].name
        features = named[0].output if named else model.layers[-1].input
        return keras.Model(
            model.inputs, [keras.ops.reshape(features, (-1, _size(features))), *model.outputs]
        )

    def read(self, images: ImageSet) -> ImageSet:
        """The set with features and, with a classifier, probabilities."""
        if self._pca is not None:
            return replace(images, features=self._pca.transform(_flat(images.images)))
        found: Any = self._model.predict(data.to_unit(images.images), batch_size=500, verbose=0)
        if not self.classes:
            return replace(images, features=found)
        return replace(images, features=found[0], probabilities=found[1])


def _identity(model):
    """The SHA-256 of what a model's layers are, in any version of Keras, and of its weights."""
    found = hashlib.sha256()
    for layer in model.layers:
        told = [getattr(layer, key, None) for key in ("strides", "padding", "pool_size")]
        activation = getattr(getattr(layer, "activation", None), "__name__", None)
        found.update(repr([type(layer).__name__, activation, *told]).encode())
    for weight in model.get_weights():
        found.update(np.ascontiguousarray(weight).data)
    return found.hexdigest()


def _size(tensor):
    return int(np.prod(tensor.shape[1:]))


def _flat(images):
    return images.reshape(len(images), -1).astype(np.float32) / 255
