"""A watch on a GAN's training: it says in words what goes wrong (`narman-dau` Fig. 4 to 6).

It speaks of two things. *Mode collapse*: the samples of 100 fixed latents hardly differ from each
other, or a classifier reads few classes in them. *An over-confident discriminator*: it is right
about nearly every real and every generated image. Of the samples of the first two epochs, or where
an epoch is short of the first 400 steps, it says nothing, for every untrained generator draws
nearly the same grey. How often it is right is counted
in chapter 11.
"""

import math
from collections.abc import Mapping

import keras
import numpy as np
import pandas as pd

from gan_tf import arguments
from gan_tf.measures import metrics

COLLAPSE, OVERCONFIDENCE = "mode collapse", "over-confident discriminator"
MEASURED = "diversity", "class_entropy"

# dcgan, dcgan-28 and cgan stay above .65 and below .96; the entropy of ten equal classes is 2.30
# nats, that of three 1.10.
LEAST_DIVERSITY, MOST_ACCURACY, SILENT_EPOCHS = 0.6, 0.98, 2
LEAST_CLASS_ENTROPY = 1.1
# dcgan makes 468 steps in two epochs of MNIST.
SILENT_STEPS = 400


# What usually causes a kind of sign, and what to try: Goodfellow 2016 (arXiv:1701.00160, sections 4
# and 5), Salimans et al. 2016, Gulrajani et al. 2017, and the trainings of chapter 11.
CAUSES = {
    COLLAPSE: "the generator learns faster than the discriminator, or has found a few images that "
    "please it whatever the latent vector",
    OVERCONFIDENCE: "the discriminator learns faster than the generator, or has so few images to "
    "see that it knows them by heart",
}
REMEDIES = {
    COLLAPSE: "a smaller learning rate of the generator (or a larger one of the discriminator), "
    "batch normalisation in the generator, or the loss WassersteinPenalty with a critic without it",
    OVERCONFIDENCE: "a smaller learning rate of the discriminator (or a larger one of the "
    "generator), dropout in the discriminator, real labels of .9 (NonSaturating(0.9)), the loss "
    "WassersteinPenalty, or more images",
}


def advice(kind: str) -> str:
    """What usually causes a kind of sign, and what to try, in two sentences."""
    return f"Its usual cause: {CAUSES[kind]}. Try {REMEDIES[kind]}."


def silent_epochs(steps: int) -> int:
    """How many epochs of so many steps the monitor says nothing of the samples."""
    return max(SILENT_EPOCHS, math.ceil(SILENT_STEPS / steps))


def epochs_with_signs(history: pd.DataFrame, silent: int = SILENT_EPOCHS) -> dict[str, list[int]]:
    """The epochs of each kind of sign that a training has given, by kind; none for silent ones.

    Args:
        history: as `runs.Run.history`.
        silent: as of `signs`.
    """
    found: dict[str, list[int]] = {}
    for epoch, row in history.iterrows():
        for kind in signs(epoch, row.to_dict(), silent):
            found.setdefault(kind, []).append(int(epoch))
    return found


def diagnosis(history: pd.DataFrame, silent: int = SILENT_EPOCHS) -> str:
    """What the signs of a training say: each kind, its epochs, its usual cause, what to try."""
    found = epochs_with_signs(history, silent)
    if not found:
        early = (
            f" The samples are judged from epoch {silent + 1} on." if len(history) <= silent else ""
        )
        return (
            f"{len(history)} epochs without a sign of {COLLAPSE} or of an {OVERCONFIDENCE}.{early}"
        )
    lines = []
    for kind, epochs in found.items():
        words = signs(epochs[0], history.loc[epochs[0]].to_dict())[kind]
        lines.append(
            f"{kind}: in {len(epochs)} of {len(history)} epochs, first in epoch {epochs[0]} "
            f"({words}), last in epoch {epochs[-1]}. {advice(kind)}"
        )
    return "\n".join(lines)


def signs(epoch: int, row: Mapping[str, float], silent: int = SILENT_EPOCHS) -> dict[str, str]:
    """What goes wrong after an epoch: a kind -> a sentence; empty if nothing does.

    Args:
        epoch: from 1.
        row: `real_accuracy` and `fake_accuracy`; where they are known, `diversity`, of the samples
            as a share of that of real images, `class_entropy` in nats and `g_gradient`.
        silent: up to this epoch nothing is said of the samples.
    """
    found, alike = {}, []
    if row.get("diversity", math.inf) < LEAST_DIVERSITY:
        alike.append(f"samples differ {row['diversity']:.0%} as much as real images do")
    if row.get("class_entropy", math.inf) < LEAST_CLASS_ENTROPY:
        alike.append(f"their classes have an entropy of {row['class_entropy']:.2f} nats")
    if alike and epoch > silent:
        found[COLLAPSE] = ", ".join(alike)
    if min(row["real_accuracy"], row["fake_accuracy"]) > MOST_ACCURACY:
        found[OVERCONFIDENCE] = (
            f"right about {row['real_accuracy']:.1%} of real and {row['fake_accuracy']:.1%} of "
            "generated images"
        )
        if "g_gradient" in row:
            found[OVERCONFIDENCE] += f", gradient to the generator {row['g_gradient']:.3g}"
    return found


def verdict(epoch: int, row: Mapping[str, float], silent: int = SILENT_EPOCHS) -> str:
    """The signs in one line of words, "" if there are none."""
    return "; ".join(f"{kind}: {words}" for kind, words in signs(epoch, row, silent).items())


def watch(
    history: pd.DataFrame,
    samples: np.ndarray,
    real: np.ndarray,
    classifier: keras.Model | None = None,
) -> pd.DataFrame:
    """The verdict on each epoch of a finished training.

    The samples tell what was not measured in training, which had more images to measure with.

    Args:
        history: as `runs.Run.history`; what it has of the columns below is taken as it is.
        samples: uint8 (epochs + 1, n, height, width, channels), as `runs.GanRun.samples`.
        real: uint8 (m, height, width, channels), real images to compare the samples with where
            the history has no diversity.
        classifier: None, or a Keras model from images in [0, 1] to probabilities, which reads
            the samples.

    Returns:
        DataFrame by epoch: `diversity`, with a classifier `class_entropy` in nats, `verdict`, and
        whether there is each kind of sign.

    Raises:
        ValueError: for samples of fewer epochs, or what are no samples or images.
    """
    samples = arguments.samples(samples, [len(history)])
    # Images that are all the same are no measure of the others.
    reference = None if "diversity" in history else metrics.diversity(real) or 1.0
    read = None
    if classifier and "class_entropy" not in history:
        labels = metrics.predicted(classifier, samples.reshape(-1, *samples.shape[2:]))
        read = labels.reshape(samples.shape[:2])
    rows = {}
    for epoch, row in history.iterrows():
        measured = {column: row[column] for column in MEASURED if column in row}
        if reference is not None:
            measured["diversity"] = metrics.diversity(samples[epoch]) / reference
        if read is not None:
            measured["class_entropy"] = metrics.class_entropy(read[epoch])
        row = {**row, **measured}
        found = signs(epoch, row)
        rows[epoch] = {
            **measured,
            "verdict": verdict(epoch, row),
            **{kind: kind in found for kind in (COLLAPSE, OVERCONFIDENCE)},
        }
    return pd.DataFrame.from_dict(rows, orient="index")
