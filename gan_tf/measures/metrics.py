"""How real are images: functions of a classifier, or of its features or probabilities."""

from collections import Counter

import keras
import numpy as np
from scipy.spatial.distance import pdist
from scipy.special import entr
from sklearn.neighbors import NearestNeighbors

from gan_tf import arguments, data
from gan_tf.data.conversions import MOST_CLASSES


def predicted(classifier: keras.Model, images: np.ndarray) -> np.ndarray:
    """The most probable class uint8 (n,) of images.

    Args:
        classifier: Keras model from images in [0, 1] to one row of probabilities or scores.
        images: uint8 (n, height, width, channels), of the size that it takes.

    Raises:
        ValueError: for images or a classifier that are not that, or more than 256 classes.
    """
    images = arguments.images(images, shape=_taken(classifier))
    probabilities = classifier.predict(data.to_unit(images), batch_size=500, verbose=0)
    if np.ndim(probabilities) != 2 or not 2 <= probabilities.shape[1] <= MOST_CLASSES:
        raise ValueError(
            f"The classifier {getattr(classifier, 'name', '')!r} gives {np.shape(probabilities)}, "
            f"but must give a row of 2 to {MOST_CLASSES} probabilities an image: end it with "
            "Dense(classes)."
        )
    return probabilities.argmax(axis=1).astype(np.uint8)


def accuracy(classifier: keras.Model, images: np.ndarray, labels: np.ndarray) -> float:
    """Share of images that get their label.

    Args:
        classifier, images: as of `predicted`.
        labels: (n,) whole numbers, classes that the classifier has.

    Raises:
        ValueError: for images or labels that are not that.
    """
    found = predicted(classifier, images)
    classes = classifier.output_shape[-1]
    return float(np.mean(found == arguments.labels(labels, len(found), classes)))


def read(classifier: keras.Model, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a classifier makes of images, for `frechet_distance` and `inception_score`.

    Args:
        classifier: Keras model with a layer called "features", as `classifiers.lenet`.
        images: uint8 (n, height, width, channels).

    Returns:
        features (n, f) and probabilities (n, classes).

    Raises:
        ValueError: if it has no such layer, or for images that it does not take.
    """
    if "features" not in [layer.name for layer in classifier.layers]:
        raise ValueError(
            f"The classifier {classifier.name!r} has no layer called 'features': use a lenet, or "
            "give a layer that name."
        )
    images = arguments.images(images, shape=_taken(classifier))
    outputs = [classifier.get_layer("features").output, *classifier.outputs]
    reader = keras.Model(classifier.inputs, outputs)
    return reader.predict(data.to_unit(images), batch_size=500, verbose=0)


def most_confused(
    labels: np.ndarray, predicted: np.ndarray, count: int = 5
) -> list[tuple[int, int, int]]:
    """The most frequent confusions, as tuples (true, predicted, how often), the first most.

    Args:
        labels, predicted: (n,) whole numbers from 0.
        count: how many; fewer where fewer were confused.

    Raises:
        ValueError: for labels that are not that, or not as many as were predicted.
    """
    labels = arguments.labels(labels)
    predicted = arguments.labels(predicted, len(labels), name="predicted")
    count = arguments.whole_number(count, "count")
    pairs = Counter(zip(np.asarray(labels).tolist(), np.asarray(predicted).tolist(), strict=True))
    wrong = [(*pair, times) for pair, times in pairs.items() if pair[0] != pair[1]]
    return sorted(wrong, key=lambda confusion: (-confusion[2], *confusion[:2]))[:count]


def are_probabilities(rows: np.ndarray) -> bool:
    """Whether rows (n, classes) are probabilities of two or more classes: none of them below 0, and
    each row sums to 1, up to rounding.
    """
    is_rows = rows.ndim == 2 and rows.shape[1] > 1
    return is_rows and rows.min() >= -1e-6 and np.allclose(rows.sum(axis=1), 1, atol=1e-3)


def inception_score(probabilities: np.ndarray, splits: int = 10) -> tuple[float, float]:
    """Inception score (Salimans et al. 2016): mean and standard deviation over the splits.

    exp of the mean Kullback-Leibler divergence, in nats, of p(y|x) from the marginal p(y) of
    the scored images themselves; it lies between 1 and the number of classes.

    Args:
        probabilities: (n, classes), rows that sum to 1.
        splits: equal parts in the order given, each scored by itself.

    Raises:
        ValueError: if the rows are no probabilities or cannot be split so.
    """
    splits = arguments.whole_number(splits, "splits", least=1)
    probabilities = arguments.features(probabilities, "probabilities")
    if not are_probabilities(probabilities):
        raise ValueError(
            "The inception score needs probabilities (n, classes) of two or more classes, none of "
            "them below 0, that sum to 1."
        )
    if len(probabilities) % splits:
        raise ValueError(f"{len(probabilities)} images do not make {splits} equal splits.")
    parts = probabilities.reshape(splits, -1, probabilities.shape[1])
    marginal = np.broadcast_to(parts.mean(axis=1, keepdims=True), parts.shape)
    ratio = np.divide(parts, marginal, out=np.ones_like(parts), where=parts > 0)
    scores = np.exp((parts * np.log(ratio)).sum(axis=2).mean(axis=1))
    return scores.mean(), scores.std()


def frechet_distance(features: np.ndarray, other: np.ndarray) -> float:
    """Fréchet distance of two sets of features (Heusel et al. 2017), 0 for equal Gaussians.

    |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)) of their means and covariances.

    Args:
        features, other: (n, d) and (m, d), more images than features in each.

    Raises:
        ValueError: if the two have another number of features, or too few images.
    """
    features = arguments.features(features)
    other = arguments.features(other, "other", width=features.shape[1])
    if min(len(features), len(other)) <= features.shape[1]:
        raise ValueError(
            f"{min(len(features), len(other))} images are too few for the covariance of "
            f"{features.shape[1]} features: take more images than features."
        )
    covariance, other_covariance = np.cov(features.T), np.cov(other.T)
    # The trace of the root is the sum of the roots of the product's eigenvalues.
    eigenvalues = np.linalg.eigvals(np.atleast_2d(covariance) @ np.atleast_2d(other_covariance))
    root_trace = np.sqrt(np.maximum(eigenvalues.real, 0)).sum()
    between_means = np.sum((features.mean(axis=0) - other.mean(axis=0)) ** 2)
    return between_means + np.trace(np.atleast_2d(covariance + other_covariance)) - 2 * root_trace


def class_entropy(labels: np.ndarray, classes: int = 10) -> float:
    """Entropy in nats of the classes among labels (n,): ln(classes) if all are equally frequent.

    Raises:
        ValueError: if there are no labels, or one that is no whole number below `classes`.
    """
    classes = arguments.whole_number(classes, "classes", least=1)
    labels = arguments.labels(labels, classes=classes)
    if len(labels) == 0:
        raise ValueError("The entropy of no labels at all is not defined.")
    shares = np.bincount(labels, minlength=classes) / len(labels)
    return float(entr(shares).sum())


def diversity(images: np.ndarray) -> float:
    """Mean distance between two of the images uint8 (n, height, width, channels).

    Euclidean, of pixels in [0, 1]; 0 if all are the same.

    Raises:
        ValueError: if there are fewer than two, or they are not uint8.
    """
    return float(pdist(_flat(arguments.images(images, least=2))).mean())


def nearest(images: np.ndarray, references: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest of the `references` to each of the images, both uint8 (n, h, w, channels).

    Returns:
        distances (n,), Euclidean of pixels in [0, 1], and indices (n,) among the references.

    Raises:
        ValueError: for images that are not uint8, or of two sizes.
    """
    references = arguments.images(references, "references")
    images = arguments.images(images, shape=references.shape[1:])
    neighbours = NearestNeighbors(n_neighbors=1).fit(_flat(references))
    distances, indices = neighbours.kneighbors(_flat(images))
    return distances[:, 0], indices[:, 0]


def fine_detail(images: np.ndarray, cutoff: float = 0.25) -> float:
    """The mean of `fine_detail_of_each`: how sharp, or how noisy, images are."""
    return float(fine_detail_of_each(images, cutoff).mean())


def fine_detail_of_each(images: np.ndarray, cutoff: float = 0.25) -> np.ndarray:
    """Share of the spectral energy of each image in fine detail.

    Args:
        images: uint8 (n, height, width, channels).
        cutoff: cycles a pixel from which on detail is fine; .25 is one line and one gap in
            four pixels, .5 the finest there is along an axis.

    Returns:
        float (n,): the energy beyond the cutoff divided by all but that of the image's mean;
        images of one grey only are left out.

    Raises:
        ValueError: if every image is of one grey, they are not uint8, or the cutoff is none.
    """
    cutoff = arguments.number(cutoff, "cutoff", most=0.7)
    pixels = arguments.images(images).astype(np.float64) / 255
    energy = (np.abs(np.fft.fft2(pixels, axes=(1, 2))) ** 2).sum(axis=3)
    energy[:, 0, 0] = 0
    frequency = np.hypot(
        np.fft.fftfreq(pixels.shape[1])[:, None], np.fft.fftfreq(pixels.shape[2])[None]
    )
    total = energy.sum(axis=(1, 2))
    varied = total > 1e-9
    if not varied.any():
        raise ValueError("Every image is of one grey: there is no detail to measure.")
    return energy[:, frequency > cutoff].sum(axis=1)[varied] / total[varied]


def _taken(network):
    """The size (height, width, channels) of images that a network takes, None where it is any."""
    shape = getattr(network, "input_shape", None)
    return shape[1:] if isinstance(shape, tuple) and None not in shape[1:] else None


def _flat(images):
    return np.asarray(images, np.float32).reshape(len(images), -1) / 255
