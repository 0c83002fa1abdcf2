"""Figures: one palette, one way to save, and what the others share.

Colours are seaborn's colour-blind palette.
"""

import io
import warnings
from pathlib import Path

import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gan_tf import arguments
from gan_tf.options import PICTURES
from gan_tf.storage import files, same_but_for_rounding

BLUE, ORANGE, GREEN = sns.color_palette("colorblind")[:3]
SKY = sns.color_palette("colorblind")[9]
GREY = "0.45"
# Pixels an inch of saved pictures.
DPI = 110


def save(figure: Figure, path: str | Path, anew: bool = False) -> Figure:
    """Write `figure` at `path` in the format of its suffix, and return it to be shown.

    A picture that is there already and looks the same is left alone, unless `anew`. Letters of
    scripts that the font lacks are drawn as boxes.

    Raises:
        ValueError: if the suffix is none of `options.PICTURES`.
        OSError: if `path` cannot be written.
    """
    path = arguments.path(path)
    kind = path.suffix.lower()
    if kind not in PICTURES:
        raise ValueError(
            f"{path} is no name of a picture that can be written: let it end in "
            f"{', '.join(PICTURES)}."
        )
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(content, format=kind[1:], dpi=DPI, bbox_inches="tight")
    files.write(path, content.getvalue(), same=None if anew else looks_the_same)
    return figure


def looks_the_same(path: Path, content: bytes) -> bool:
    """Whether a file and its new content are pictures, PNG or GIF, that look the same."""
    if path.suffix not in (".png", ".gif"):
        return False
    try:
        return same_but_for_rounding.same_picture(path, io.BytesIO(content))
    except Exception:  # Pillow raises whatever is wrong with what is there: it is another one.
        return False


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
