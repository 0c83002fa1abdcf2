"""Figures: one palette, one way to save, and what the others share.

Colours are seaborn's colour-blind palette.
"""

import warnings
from pathlib import Path

import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gan_tf.storage import files, same_but_for_rounding

BLUE, ORANGE, GREEN = sns.color_palette("colorblind")[:3]
SKY = sns.color_palette("colorblind")[9]
GREY = "0.45"
# The formats that people know of those that figures are written in.
PICTURES = "png", "jpg", "pdf", "svg"


def save(figure: Figure, path: Path) -> Figure:
    """Write `figure` at `path` in the format of its suffix, and return it to be shown.

    A picture that is there already and looks the same is left alone. Letters of scripts that the
    font lacks are drawn as boxes.

    Raises:
        ValueError: if the suffix is of no format that Matplotlib writes.
        OSError: if `path` cannot be written.
    """
    formats = figure.canvas.get_supported_filetypes()
    if Path(path).suffix.removeprefix(".").lower() not in formats:
        raise ValueError(
            f"{path} is no name of a picture that can be written: let it end in "
            f"{', '.join(f'.{name}' for name in PICTURES)}."
        )
    with files.written_whole(path, same=looks_the_same) as new, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(new, dpi=110, bbox_inches="tight")
    return figure


def looks_the_same(one: Path, other: Path) -> bool:
    """Whether two files are pictures, PNG or GIF, that look the same."""
    return one.suffix in (".png", ".gif") and same_but_for_rounding.same_picture(one, other)


def axes_with(title: str | None, x_label: str, y_label: str) -> tuple[Figure, Axes]:
    """A figure and its one pair of axes, with title, labels and grid."""
    figure = Figure(figsize=(7.5, 4))
    axis = figure.subplots()
    axis.set(title=title or "", xlabel=x_label, ylabel=y_label)
    axis.grid(alpha=0.3)
    sns.despine(figure)
    return figure, axis


def legend_below(figure: Figure, axis: Axes) -> None:
    """Put the legend below the axes, in two columns."""
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False)
    figure.tight_layout()
