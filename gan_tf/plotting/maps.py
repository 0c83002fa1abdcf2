"""Maps: attention over an image, digits over a plane of latents, confusions and other matrices."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patheffects import withStroke
from scipy import ndimage
from sklearn.metrics import confusion_matrix

from gan_tf import arguments


def matrices(
    named_matrices: dict[str, np.ndarray],
    x_label: str,
    y_label: str,
    form: str = ".2f",
    title: str | None = None,
) -> Figure:
    """Square matrices (10, 10) side by side, each with its own colours and its values.

    Two fit in 8 inches if their values have two digits, such as shares in percent (`form` ".0f").
    """
    figure = Figure(
        figsize=(6, 5.6) if len(named_matrices) == 1 else (4 * len(named_matrices), 4.4)
    )
    panels = figure.subplots(1, len(named_matrices), squeeze=False)[0]
    for axis, (name, matrix) in zip(panels, named_matrices.items(), strict=True):
        sns.heatmap(
            matrix,
            ax=axis,
            annot=True,
            fmt=form,
            cmap="Blues",
            cbar=False,
            square=True,
            annot_kws={"size": 9},
        )
        axis.set(xlabel=x_label, ylabel=y_label, title=name)
        axis.tick_params(rotation=0)
    figure.suptitle(title)
    figure.tight_layout()
    return figure


def heatmap(
    table: pd.DataFrame,
    limit: float,
    title: str | None = None,
    texts: pd.DataFrame | None = None,
    label: str | None = None,
) -> Figure:
    """A table as coloured cells with their values: blue below 0, red above, strongest at `limit`.

    Args:
        table: numbers, with the names of its rows and columns; a cell without one stays grey.
        limit: from where on, on either side of 0, the colour does not change any more.
        title: of the figure.
        texts: what is written in the cells, of the same rows and columns; by default the numbers.
        label: of the scale of colours; without one there is no scale.
    """
    rows, columns = table.shape
    size = 3 + 0.62 * columns, 1.9 + 0.31 * rows
    figure = Figure(figsize=size, layout="constrained")
    axis = figure.subplots()
    axis.set_facecolor("0.9")
    sns.heatmap(
        table,
        ax=axis,
        vmin=-limit,
        vmax=limit,
        cmap="vlag",
        annot=True if texts is None else texts,
        fmt=".2g" if texts is None else "",
        annot_kws={"size": 8},
        linewidths=0.5,
        cbar=label is not None,
        cbar_kws={"label": label, "shrink": 0.6},
    )
    axis.set(title=title or "", xlabel="", ylabel="")
    axis.tick_params(rotation=0, length=0)
    axis.set_xticks(
        axis.get_xticks(), table.columns, rotation=40, ha="right", rotation_mode="anchor"
    )
    return figure


def confusions(
    labels: np.ndarray,
    predicted: np.ndarray,
    title: str | None = None,
    names: Sequence[str] = tuple("0123456789"),
) -> Figure:
    """Confusion matrix: counts, and percentages of each true class.

    Errors are coloured by their percentage, in both panels alike and up to the greatest one, so
    that they are seen where they are few; the diagonal, what was read rightly, is grey. Where
    nothing was confused the cell is empty.

    Args:
        labels, predicted: (n,) integers from 0.
        names: of the classes; by default they are digits.

    Raises:
        ValueError: for labels that are not that, or of a class without a name.
    """
    classes = len(names)
    labels = arguments.labels(labels, classes=classes)
    predicted = arguments.labels(predicted, len(labels), classes, "what was read")
    counts = confusion_matrix(labels, predicted, labels=range(classes))
    of_each = counts.sum(axis=1, keepdims=True)
    percent = 100 * np.divide(counts, of_each, out=np.zeros(counts.shape), where=of_each > 0)
    errors = np.ma.masked_array(percent, np.eye(classes, dtype=bool))
    greatest = max(errors.max(), 1e-9)
    figure = Figure(figsize=(8.8, 5.6), layout=ConstrainedLayoutEngine(h_pad=0.1))
    axes = figure.subplots(1, 2)
    for axis, matrix, form, name in zip(
        axes, (counts, percent), ("d", ".1f"), ("images", "% of the true class"), strict=True
    ):
        axis.set_facecolor("0.85")
        shown = axis.imshow(errors, cmap="Blues", vmin=0, vmax=greatest)
        for true, read in np.ndindex(classes, classes):
            text = f"{matrix[true, read]:{form}}".replace("100.0", "100")
            text = text if counts[true, read] else ""
            dark = true != read and percent[true, read] > 0.6 * greatest
            colour = "white" if dark else "black"
            axis.text(read, true, text, ha="center", va="center", fontsize=8.5, color=colour)
        digits = list(names) == list("0123456789")
        axis.set(xlabel="read as", ylabel="true digit" if digits else "true class", title=name)
        axis.set_xticks(range(classes), names, rotation=0 if digits else 90)
        axis.set_yticks(range(classes), names)
        axis.tick_params(length=0)
    figure.suptitle(title)
    if greatest > 1e-9:
        label = "errors: % of the true class"
        figure.colorbar(shown, ax=axes, orientation="horizontal", fraction=0.04, label=label)
    return figure


def attention_maps(
    rows: dict[str, list[tuple[str, np.ndarray]]],
    title: str | None = None,
    against: Collection[str] = (),
) -> Figure:
    """Images, each followed by its attention maps; a row of pictures for each digit.

    Args:
        rows: a row's name -> list of (name, picture), where a picture is an image uint8
            (height, width) with or without channels, or a map float (height, width) in [0, 1].
        against: names of the maps that show what speaks against the class; they are drawn in
            black to red to white, the others in viridis.

    Raises:
        ValueError: if there are no rows, they are not equally long, or a picture is none.
    """
    if len(lengths := {len(pictures) for pictures in rows.values()}) != 1 or 0 in lengths:
        raise ValueError("The rows must have the same number of pictures, one at least.")
    for name, picture in (pair for pictures in rows.values() for pair in pictures):
        if picture.ndim != 2 and (picture.dtype != np.uint8 or picture.ndim != 3):
            raise ValueError(
                f"The picture {name!r} is {picture.dtype} {picture.shape}, but must be an image "
                "uint8 (height, width) with or without channels, or a map of floats (height, "
                "width)."
            )
    (columns,) = lengths
    # The bars of colours stand beside many rows, and lie below few, which are too low for them.
    below, bars = len(rows) < 4, 2 if against else 1
    right, under = (0.0, 0.65 * bars + 0.5) if below else (bars, 0.8)
    size = 1.15 * columns + right, 1.15 * len(rows) + under
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(len(rows), columns, squeeze=False)
    shown = {}
    for row_axes, (row_name, pictures) in zip(axes, rows.items(), strict=True):
        row_axes[0].set_ylabel(row_name, rotation=0, ha="right", va="center")
        for axis, (name, picture) in zip(row_axes, pictures, strict=True):
            if picture.dtype == np.uint8:
                axis.imshow(picture, cmap="gray", vmin=0, vmax=255)
            else:
                colours = "gist_heat" if name in against else "viridis"
                shown[colours] = axis.imshow(picture, cmap=colours, vmin=0, vmax=1)
            axis.set(xticks=[], yticks=[])
    for axis, (name, _) in zip(axes[0], next(iter(rows.values())), strict=True):
        axis.set_title(name, fontsize=9)
    figure.suptitle(title)
    what = {"viridis": "attention", "gist_heat": "against the class"}
    for colours, drawn in sorted(shown.items(), reverse=True):
        label = f"{what[colours]}: share of the map's maximum"
        place = {"orientation": "horizontal", "fraction": 0.08} if below else {"fraction": 0.02}
        figure.colorbar(drawn, ax=axes, label=label, **place)
    return figure


def latent_map(
    labels: np.ndarray,
    certainties: np.ndarray,
    half: float,
    points: dict[int, tuple[float, float]] | None = None,
    title: str | None = None,
) -> Figure:
    """The digits of a plane of latents, darker where they are less certain.

    Each region that is not too small has its digit written in it, so that no colour needs to be
    told from another; a white line goes round what is read with a certainty of at least .95.

    Args:
        labels, certainties: (quality, quality), as `latent_space.LatentSpace.map`.
        half: half of the side, in the latent space's unit.
        points: None, or a digit -> (x, y), marked in the map as its mean.

    Raises:
        ValueError: for labels that are not from 0 to 9.
    """
    arguments.labels(np.ravel(labels), classes=10)
    figure = Figure(figsize=(8, 6.6), layout="constrained")
    axis = figure.subplots()
    colours = np.array(sns.color_palette("colorblind", 10))
    # A certainty of 1/10 is none: black. In 32 steps, which makes the file smaller.
    brightness = np.rint(32 * np.clip((certainties - 0.1) / 0.9, 0, 1)) / 32
    picture = brightness[..., None] * colours[labels]
    extent = (-half, half, -half, half)
    axis.imshow(picture, origin="lower", extent=extent)
    if certainties.min() < 0.95 <= certainties.max():
        axis.contour(certainties, levels=[0.95], colors="white", linewidths=0.8, extent=extent)
    text: dict[str, Any] = {
        "color": "white",
        "weight": "bold",
        "va": "center",
        "path_effects": [withStroke(linewidth=3, foreground="black")],
    }
    for digit, row, column in _regions(labels):
        x, y = (2 * (np.array([column, row]) + 0.5) / len(labels) - 1) * half
        axis.text(x, y, str(digit), fontsize=14, ha="center", **text)
    for digit, (x, y) in (points or {}).items():
        axis.plot(x, y, "o", markersize=6, markerfacecolor="white", markeredgecolor="black")
        # Away from the centre, where the others are.
        side, ha = (-8, "right") if x < 0 else (8, "left")
        place: dict[str, Any] = {"xytext": (side, 0), "textcoords": "offset points", "ha": ha}
        axis.annotate(f"mean of {digit}", (x, y), **place, **text)
    plane = "in the plane, in the latent space's unit"
    axis.set(xlabel=f"to the right {plane}", ylabel=f"up {plane}", title=title or "")
    scale = ScalarMappable(Normalize(0.1, 1), "gray")
    figure.colorbar(scale, ax=axis, shrink=0.8, label="brightness: certainty of the CNN")
    return figure


def _regions(labels, least=0.003):
    """Digit, row and column of a place well inside each connected region of at least this share."""
    for digit in np.unique(labels):
        parts, count = ndimage.label(labels == digit)
        for part in range(1, count + 1):
            inside = parts == part
            if inside.mean() >= least:
                # With a frame, so that the map's edge counts as an edge of the region.
                depth = ndimage.distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
                yield (digit, *np.unravel_index(depth.argmax(), depth.shape))
