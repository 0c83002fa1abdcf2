"""Maps: attention over an image, digits over a plane of latents, confusions and other matrices."""

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from sklearn.metrics import confusion_matrix


def matrices(
    named_matrices: dict[str, np.ndarray],
    x_label: str,
    y_label: str,
    form: str = ".2f",
    title: str | None = None,
) -> Figure:
    """Square matrices (10, 10) side by side, each with its own colours and its values."""
    figure = Figure(figsize=(6 * len(named_matrices), 5.4))
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
            annot_kws={"size": 8},
        )
        axis.set(xlabel=x_label, ylabel=y_label, title=name)
        axis.tick_params(rotation=0)
    figure.suptitle(title)
    figure.tight_layout()
    return figure


def confusions(labels: np.ndarray, predicted: np.ndarray, title: str | None = None) -> Figure:
    """Confusion matrix of ten classes: counts, and shares of each true class.

    Args:
        labels, predicted: (n,) integers 0 to 9.
    """
    figure = Figure(figsize=(12, 5.4))
    counts = confusion_matrix(labels, predicted, labels=range(10))
    of_each = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, of_each, out=np.zeros(counts.shape), where=of_each > 0)
    for axis, matrix, form, name in zip(
        figure.subplots(1, 2),
        (counts, shares),
        ("d", ".2f"),
        ("images", "share of the true class"),
        strict=True,
    ):
        # Coloured by the share in both, so that rare confusions are seen beside the diagonal.
        sns.heatmap(
            shares**0.5,
            ax=axis,
            annot=matrix,
            fmt=form,
            cmap="Blues",
            vmin=0,
            vmax=1,
            cbar=False,
            square=True,
            annot_kws={"size": 8},
        )
        axis.set(xlabel="predicted", ylabel="true", title=name)
        axis.tick_params(rotation=0)
    figure.suptitle(title)
    figure.tight_layout()
    return figure


def attention_maps(
    rows: dict[str, list[tuple[str, np.ndarray]]], title: str | None = None
) -> Figure:
    """Images, each followed by its attention maps; a row of pictures for each digit.

    Args:
        rows: a row's name -> list of (name, picture), where a picture is an image uint8
            (height, width, channels) or a map float (height, width) in [0, 1].
    """
    columns = len(next(iter(rows.values())))
    figure = Figure(figsize=(1.15 * columns + 1, 1.15 * len(rows) + 0.8), layout="constrained")
    axes = figure.subplots(len(rows), columns, squeeze=False)
    for row_axes, (row_name, pictures) in zip(axes, rows.items(), strict=True):
        row_axes[0].set_ylabel(row_name, rotation=0, ha="right", va="center")
        for axis, (_, picture) in zip(row_axes, pictures, strict=True):
            is_image = picture.dtype == np.uint8
            shown = axis.imshow(
                picture,
                cmap="gray" if is_image else "viridis",
                vmin=0,
                vmax=255 if is_image else 1,
            )
            axis.set(xticks=[], yticks=[])
    for axis, (name, _) in zip(axes[0], next(iter(rows.values())), strict=True):
        axis.set_title(name, fontsize=9)
    figure.suptitle(title)
    figure.colorbar(shown, ax=axes, fraction=0.02, label="attention: share of the map's maximum")
    return figure


def latent_map(
    labels: np.ndarray,
    certainties: np.ndarray,
    half: float,
    points: dict[int, tuple[float, float]] | None = None,
    title: str | None = None,
) -> Figure:
    """The digits of a plane of latents, paler where they are less certain.

    Args:
        labels, certainties: (quality, quality), as `latent_space.LatentSpace.map`.
        half: half of the side, in the latent space's unit.
        points: None, or a digit -> (x, y), marked in the map.
    """
    figure = Figure(figsize=(6.8, 6))
    axis = figure.subplots()
    colours = np.array(sns.color_palette("colorblind", 10))
    # A certainty of 1/10 is none: white.
    strength = np.clip((certainties - 0.1) / 0.9, 0, 1)[..., None]
    picture = strength * colours[labels] + (1 - strength)
    axis.imshow(picture, origin="lower", extent=(-half, half, -half, half))
    for digit, (x, y) in (points or {}).items():
        axis.plot(x, y, "o", color="black", markersize=4)
        axis.annotate(str(digit), (x, y), (4, 4), textcoords="offset points", weight="bold")
    axis.set(xlabel="distance in the plane", ylabel="distance in the plane", title=title or "")
    keys = [Patch(color=colour, label=str(digit)) for digit, colour in enumerate(colours)]
    axis.legend(handles=keys, title="read as", loc="center left", bbox_to_anchor=(1, 0.5))
    figure.tight_layout()
    return figure
