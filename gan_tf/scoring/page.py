"""A scorecard as a page of HTML that needs nothing beside it."""

import base64
import io
import re
from html import escape
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from gan_tf import arguments, plotting
from gan_tf.measures import metrics
from gan_tf.options import PAGES
from gan_tf.scoring import tables
from gan_tf.scoring.measure_names import MEASURES
from gan_tf.scoring.scorecard import Scorecard
from gan_tf.storage import files

SHOWN, COLUMNS = 24, 8
# More classes would not be legible in a matrix.
MOST_CLASSES = 20

STYLE = """
:root { color-scheme: light dark; --line: #8888; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
div.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td:nth-child(-n + 6) { white-space: nowrap; font-variant-numeric: tabular-nums; }
code { overflow-wrap: anywhere; }
img { max-width: 100%; background: white; border-radius: 4px; }
"""


def write(card: Scorecard, path: str | Path) -> None:
    """Write the page of a scorecard.

    Raises:
        ValueError: if `path` does not end in .html.
        OSError: if it cannot be written.
    """
    check_name(path)
    files.write(path, page(card))


def check_name(path: str | Path) -> None:
    """Raise a `ValueError` if it is not the name of a page."""
    if arguments.path(path).suffix.lower() not in PAGES:
        raise ValueError(f"{path} is no name of a page: let it end in .html.")


def page(card: Scorecard) -> str:
    """The page of a scorecard, as HTML."""
    name = escape(card.name)
    parts = [
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width'>",
        f"<title>{name}: how real?</title><style>{STYLE}</style></head><body>",
        f"<h1>{name}: how real?</h1>",
        f"<p>{escape(summary(card))}</p>",
        f"<div class='wide'>{tables.html(card)}</div>",
        _picture(card.figure(), "Where between real and spoilt images each measure puts these"),
        *_typical(card),
        *_nearest(card),
        *_confusions(card),
        *_how(card),
        "<script type='application/json' id='scorecard'>",
        card.to_json().replace("</", "<\\/"),
        "</script></body></html>",
    ]
    return "\n".join(parts)


def summary(card: Scorecard) -> str:
    """The measures in two sentences: what is as real, and what is farthest from it."""
    table = card.to_frame()
    as_real = [
        name
        for name, meaning in table["meaning"].items()
        if meaning.endswith(("beyond chance.", "better than real images."))
    ]
    said = (
        f"By {len(as_real)} of {len(table)} measures ({', '.join(as_real)}) they are as real "
        "images are, or better."
        if as_real
        else f"By none of {len(table)} measures they are as real images are."
    )
    placed = table["position"].dropna()
    if placed.empty or placed.max() == 0:
        return said
    worst = placed.idxmax()
    return (
        f"{said} The farthest from real images they are by {worst}, {placed.max():.0%} of the way "
        "to spoilt ones."
    )


def _typical(card):
    if "precision" not in card.values["these"]:
        return
    realism = card.comparison.neighbourhoods.realism
    order = np.argsort(realism)
    for title, chosen in (
        ("The most typical", order[::-1][:SHOWN]),
        ("The least typical", order[:SHOWN]),
    ):
        captions = [tables.short(realism[k]) for k in chosen]
        figure = plotting.labelled_images(card.scored.images[chosen], captions, COLUMNS)
        yield f"<h2>{title}</h2>"
        yield (
            "<p>Above each its realism (Kynkäänniemi et al. 2019): 1 and more lies among the real "
            "images, and less does not. It asks only the half of the real images that are nearest "
            "to others of them, so kinds of images that differ much among themselves count as "
            "less typical.</p>"
        )
        yield _picture(figure, f"{title} {len(chosen)} of the images")


def _nearest(card):
    images = card.scored.images[:COLUMNS]
    found, indices = metrics.nearest(images, card.comparison.training)
    pairs = np.concatenate([images, card.comparison.training[indices]])
    captions = [""] * len(images) + [f"{each:.1f}" for each in found]
    yield "<h2>The nearest training images</h2>"
    yield (
        "<p>Above some of these images, below each the training image that is nearest to it, and "
        "the Euclidean distance of their pixels in [0, 1]. A copy would be near 0.</p>"
    )
    figure = plotting.labelled_images(pairs, captions, len(images))
    yield _picture(figure, "Images above and the training images nearest to them below")


def _confusions(card):
    if "gan_test" not in card.values["these"] or len(card.class_names) > MOST_CLASSES:
        return
    read = card.scored.probabilities.argmax(axis=1)
    figure = plotting.confusions(card.scored.labels, read, names=card.class_names)
    yield "<h2>What was asked for, and what the classifier reads</h2>"
    yield _picture(figure, "Confusion matrix of the labels and of what the classifier reads")


def _how(card):
    done = card.conditions
    yield "<h2>How it was computed</h2>"
    yield (
        f"<p>{done['images']:,} of {done['of']:,} images, beside as many training images and as "
        f"many held-out images of {escape(done['real'])}; “real” are the held-out ones. “Blurred” "
        "are the held-out ones under a Gaussian blur with a standard deviation of one pixel, "
        f"“noise” is uniform. The features are the {escape(done['features'])}. The intervals are "
        "of the images scored; the real images are taken as given. Nearness to training images is "
        f"that of the first 1,000 images to all {done['training_images']:,}. The seed is "
        f"{done['seed']}; it took "
        f"{done['seconds']:.0f} seconds on {escape(done['device'])}.</p>"
        "<p>“No different beyond chance” means: the difference from the real images’ value is less "
        "than 1.96 standard errors of that difference, for each measure by itself. A p-value is "
        "how often chance alone would give such a value: of “misplaced classes”, if both sets had "
        "the same shares; of “told from real”, if the network guessed; of “nearer than new”, "
        "towards copies only, if these were as near as new real images.</p><ul>"
    )
    for key in card.values["these"]:
        measure = MEASURES[key]
        yield f"<li>{escape(measure.name)}: {_linked(measure.source)}</li>"
    versions = ", ".join(f"{name} {number}" for name, number in done["versions"].items())
    yield f"</ul><p>Versions: {escape(versions)}. SHA-256 of the real images: "
    yield f"<code>{done['real_sha256']}</code>.</p>"


def _linked(source):
    return re.sub(
        r"arXiv:(\d{4}\.\d{5})", r"<a href='https://arxiv.org/abs/\1'>arXiv:\1</a>", escape(source)
    )


def _picture(figure: Figure, words: str) -> str:
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=110, bbox_inches="tight", facecolor="white")
    coded = base64.b64encode(written.getvalue()).decode()
    return f"<img alt='{escape(words)}' src='data:image/png;base64,{coded}'>"
