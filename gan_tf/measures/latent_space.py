"""The latent space: which latents become which digit, and what lies between them (`gavazzi`).

Latents are float32 (n, latent_dim), drawn from N(0, 1) as in training. A latent's *label* is the
class that a classifier gives its image, its *certainty* the probability of that class.
"""

from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from scipy.special import gammaln
from sklearn.neighbors import NearestCentroid
from tqdm.auto import tqdm

from gan_tf import arguments
from gan_tf.measures import metrics


class Labelled(NamedTuple):
    """Latents (n, latent_dim), their labels (n,) and their certainties (n,) in [0, 1]."""

    latents: np.ndarray
    labels: np.ndarray
    certainties: np.ndarray

    def certain(self, threshold: float) -> "Labelled":
        """Those of at least this certainty."""
        return self.at(self.certainties >= threshold)

    def of(self, label: int) -> "Labelled":
        """Those of one label."""
        return self.at(self.labels == label)

    def at(self, which: int | slice | np.ndarray) -> "Labelled":
        """Those that an index, a slice or a mask (n,) picks."""
        return Labelled(*(array[which] for array in self))

    def means(self) -> np.ndarray:
        """Mean latent of each label that occurs (labels, latent_dim), in their order."""
        return np.stack([self.of(label).latents.mean(axis=0) for label in np.unique(self.labels)])

    def proportions(self, classes: int = 10) -> np.ndarray:
        """Share of each class (classes,) among the labels; zeros if there are none."""
        counts = np.bincount(self.labels, minlength=classes)
        return counts / max(1, counts.sum())


class LatentSpace:
    """The latents of a generator, read by a classifier.

    Args:
        generator: Keras model from latents (n, latent_dim) to images in [-1, 1].
        classifier: Keras model from images of the same size in [0, 1] to probabilities.

    Raises:
        ValueError: if the classifier does not take the generator's images, or gives no
            probabilities.
    """

    def __init__(self, generator: keras.Model, classifier: keras.Model):
        drawn, taken = generator.output_shape[1:], classifier.input_shape[1:]
        if drawn != taken:
            raise ValueError(
                f"The generator draws images of {drawn}, but the classifier takes {taken}: "
                "choose two for the same size, or begin the classifier with keras.layers.Resizing."
            )
        example = np.asarray(classifier(np.zeros((1, *taken), np.float32)))
        if not metrics.are_probabilities(example):
            raise ValueError(
                f"The classifier {classifier.name!r} gives no probabilities of two or more "
                "classes: end it in a softmax."
            )
        self.latent_dim = generator.input_shape[-1]
        self.classes = classifier.output_shape[-1]
        self._read = tf.function(
            lambda latents: classifier(
                (generator(latents, training=False) + 1) / 2, training=False
            ),
            input_signature=[tf.TensorSpec((None, self.latent_dim))],
        )

    def label(self, latents: np.ndarray, batch_size: int = 500) -> Labelled:
        """`Labelled` of latents (n, latent_dim), in batches: memory does not grow with images.

        Raises:
            ValueError: for latents that are none.
        """
        latents = arguments.features(latents, "latents", width=self.latent_dim).astype(np.float32)
        starts = range(0, len(latents), batch_size)
        probabilities = np.concatenate(
            [self._read(latents[start : start + batch_size]) for start in starts]
        )
        return Labelled(latents, probabilities.argmax(axis=1), probabilities.max(axis=1))

    def draw(self, count: int, seed: int = 0) -> Labelled:
        """`Labelled` of `count` latents drawn from N(0, 1).

        Raises:
            ValueError: if there are none, or the seed is none.
        """
        count = arguments.whole_number(count, "count", least=1)
        random = np.random.default_rng(arguments.seed(seed))
        return self.label(random.standard_normal((count, self.latent_dim), np.float32))

    def find(
        self, per_class: int, threshold: float = 0.0, seed: int = 0, limit: int = 200000
    ) -> Labelled:
        """Draw latents until there are `per_class` of every class with enough certainty.

        Args:
            threshold: the least certainty.
            limit: how many latents are drawn at most.

        Returns:
            `Labelled` of classes x per_class latents, class by class, each the first found.

        Raises:
            ValueError: if a class was not found often enough within the limit, or nothing was asked
                for.
        """
        per_class = arguments.whole_number(per_class, "per_class", least=1)
        limit = arguments.whole_number(limit, "limit", least=1)
        random = np.random.default_rng(arguments.seed(seed))
        found = self.label(np.zeros((1, self.latent_dim))).at(slice(0))
        drawn, rarest = 0, 0
        with tqdm(total=self.classes * per_class, unit="latent", leave=False, delay=15) as progress:
            while rarest < per_class and drawn < limit:
                latents = random.standard_normal((1000, self.latent_dim), np.float32)
                drawn += len(latents)
                more = self.label(latents).certain(threshold)
                found = Labelled(*map(np.concatenate, zip(found, more, strict=True)))
                counts = np.bincount(found.labels, minlength=self.classes)
                rarest = counts.min()
                progress.update(np.minimum(counts, per_class).sum() - progress.n)
        if rarest < per_class:
            raise ValueError(
                f"Class {counts.argmin()} was found only {rarest} times in {drawn:,} latents at a "
                f"certainty of {threshold}, but {per_class} were asked for: lower the threshold, "
                "ask for fewer, or raise the limit."
            )
        first = [np.flatnonzero(found.labels == c)[:per_class] for c in range(self.classes)]
        return found.at(np.concatenate(first))

    def map(
        self, plane: "Plane", quality: int = 400, zoom: float = 1.0
    ) -> tuple[np.ndarray, np.ndarray, float]:
        """Labels and certainties in a square of a plane (`gavazzi` section 3.7).

        Args:
            plane: a `Plane`.
            quality: points a side.
            zoom: at 1 the square is just large enough for the plane's three points; at 1/5 its
                side is five times as long.

        Returns:
            labels and certainties (quality, quality), the first row at the bottom, and half the
            side of the square in the latent space's unit.

        Raises:
            ValueError: if quality or zoom are not above 0, a millionth at least.
        """
        quality = arguments.whole_number(quality, "quality", least=1)
        zoom = arguments.number(zoom, "zoom", least=1e-6)
        half = np.abs(plane.points).max() / zoom
        steps = np.linspace(-half, half, quality)
        labels, certainties = np.empty((quality, quality), int), np.empty((quality, quality))
        for row, y in enumerate(steps):
            latents = plane.latents(np.stack([steps, np.full(quality, y)], axis=1))
            _, labels[row], certainties[row] = self.label(latents)
        return labels, certainties, half


class Plane:
    """The plane through three latents, with coordinates in the latent space's own unit.

    Args:
        three: latents (3, latent_dim).

    Raises:
        ValueError: if they are not three, or lie on one line.
    """

    def __init__(self, three: np.ndarray):
        three = arguments.features(three, "the latents")
        if len(three) != 3 or np.linalg.matrix_rank(three[1:] - three[0], tol=1e-6) < 2:
            raise ValueError("A plane needs three latents that do not lie on one line.")
        self.centre = three.mean(axis=0)
        self.axes = np.linalg.qr((three[1:] - three[0]).T)[0].T
        self.points = (three - self.centre) @ self.axes.T

    def latents(self, coordinates: np.ndarray) -> np.ndarray:
        """Latents (n, latent_dim) at coordinates (n, 2); (0, 0) is the mean of the three."""
        return (self.centre + np.asarray(coordinates) @ self.axes).astype(np.float32)


def expected_norm(latent_dim: int, averaged: int = 1) -> float:
    """Mean norm of the mean of so many latents if their labels had nothing to do with it.

    Such a mean is N(0, 1/averaged) in each of its latent_dim values: its norm has a chi
    distribution. `gavazzi` section 3.4.1 found it surprising that labelled means are so short.
    """
    half = latent_dim / 2
    return float(np.exp(gammaln(half + 0.5) - gammaln(half)) * np.sqrt(2 / averaged))


def nearest_mean(labelled: Labelled) -> NearestCentroid:
    """The minimum-distance-to-mean classifier (`gavazzi` section 3.4.2) of `Labelled` latents."""
    return NearestCentroid().fit(labelled.latents, labelled.labels)


def linear(start: np.ndarray, end: np.ndarray, steps: int) -> np.ndarray:
    """Latents (steps, latent_dim) at equal distances on the line from start to end.

    Raises:
        ValueError: if the two are no latents of one length, or there are no steps.
    """
    start, end, steps = _way(start, end, steps)
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return (1 - share) * start + share * end


def spherical(start: np.ndarray, end: np.ndarray, steps: int) -> np.ndarray:
    """Latents (steps, latent_dim) at equal angles on the arc from start to end.

    Unlike those on the line, they keep the norm that latents have (White 2016).

    Raises:
        ValueError: as of `linear`.
    """
    start, end, steps = _way(start, end, steps)
    lengths = np.linalg.norm(start) * np.linalg.norm(end)
    if lengths == 0:  # The middle lies in no direction.
        return linear(start, end, steps)
    angle = np.arccos(np.clip(np.dot(start, end) / lengths, -1, 1))
    if np.sin(angle) < 1e-4:  # In one direction, or opposite: there is no arc, or any.
        return linear(start, end, steps)
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return (np.sin((1 - share) * angle) * start + np.sin(share * angle) * end) / np.sin(angle)


def _way(start, end, steps):
    """The ends of a way as float32 (latent_dim,), and the number of its steps."""
    ends = _as_float32(arguments.features([start, end], "start and end"), "start and end")
    return ends[0], ends[1], arguments.whole_number(steps, "steps", least=1)


def _as_float32(latents, name):
    with np.errstate(over="ignore"):
        latents = latents.astype(np.float32)
    if not np.isfinite(latents).all():
        raise ValueError(f"{name} are too large for float32: latents are drawn from N(0, 1).")
    return latents


def with_noise(latents: np.ndarray, std: float, seed: int = 0) -> np.ndarray:
    """Latents (n, latent_dim) with Gaussian noise of this standard deviation added.

    Raises:
        ValueError: if they are no latents, or the deviation or the seed is none.
    """
    latents = _as_float32(arguments.features(latents, "latents"), "latents")
    std = arguments.number(std, "std", most=1e6)
    noise = np.random.default_rng(arguments.seed(seed)).standard_normal(latents.shape, np.float32)
    return latents + np.float32(std) * noise
