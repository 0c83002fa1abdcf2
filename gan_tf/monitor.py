"""A watch on a GAN's training: it says in words what goes wrong (`narman-dau` Fig. 4 to 6).

It speaks of two things. *Mode collapse*: the samples of 100 fixed latents hardly differ from each
other. *An over-confident discriminator*: it is right about nearly every real and every generated
image, so that the generator learns little from it. Samples differ as much as real images do from
the third epoch of a sound training on; before, every generator draws nearly the same grey.
"""

import pandas as pd

from gan_tf import metrics

COLLAPSE, OVERCONFIDENCE = "mode collapse", "over-confident discriminator"

# Sound trainings here stay above .65 and below .96.
LEAST_DIVERSITY, MOST_ACCURACY, SILENT_EPOCHS = 0.6, 0.98, 2


def signs(epoch, row):
    """What goes wrong after an epoch: a kind -> a sentence; empty if nothing does.

    Args:
        epoch: from 1.
        row: `diversity`, of the samples as a share of that of real images, `real_accuracy` and
            `fake_accuracy`; if there is a `g_gradient`, it is told.
    """
    found = {}
    if row["diversity"] < LEAST_DIVERSITY and epoch > SILENT_EPOCHS:
        found[COLLAPSE] = f"samples differ {row['diversity']:.0%} as much as real images do"
    if min(row["real_accuracy"], row["fake_accuracy"]) > MOST_ACCURACY:
        found[OVERCONFIDENCE] = (
            f"right about {row['real_accuracy']:.1%} of real and {row['fake_accuracy']:.1%} of "
            "generated images"
        )
        if "g_gradient" in row:
            found[OVERCONFIDENCE] += f", gradient to the generator {row['g_gradient']:.2g}"
    return found


def verdict(epoch, row):
    """The signs in one line of words, "" if there are none."""
    return "; ".join(f"{kind}: {words}" for kind, words in signs(epoch, row).items())


def watch(history, samples, real):
    """The verdict on each epoch of a finished training.

    Args:
        history: as `runs.Run.history`.
        samples: uint8 (epochs + 1, n, height, width, channels), as `runs.GanRun.samples`.
        real: uint8 (m, height, width, channels), real images to compare the samples with.

    Returns:
        DataFrame by epoch: `diversity`, `verdict`, and whether there is each kind of sign.
    """
    reference = metrics.diversity(real)
    rows = {}
    for epoch, row in history.iterrows():
        row = {**row, "diversity": metrics.diversity(samples[epoch]) / reference}
        found = signs(epoch, row)
        rows[epoch] = {
            "diversity": row["diversity"],
            "verdict": verdict(epoch, row),
            **{kind: kind in found for kind in (COLLAPSE, OVERCONFIDENCE)},
        }
    return pd.DataFrame.from_dict(rows, orient="index")
