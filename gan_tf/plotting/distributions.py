"""Distributions: shares of classes, of a discriminator's outputs, and similarities by digit."""

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure

from gan_tf.plotting.style import BLUE, GREEN, GREY, ORANGE, axes_with, legend_below


def output_histogram(named_outputs: dict[str, np.ndarray], title: str | None = None) -> Figure:
    """Shares of images by what the discriminator says of them.

    Args:
        named_outputs: a name -> probabilities (n,) in [0, 1].
    """
    figure, axis = axes_with(title, "D(image): probability of being real", "share of the images")
    bins = np.linspace(0, 1, 41).tolist()
    for (name, outputs), colour, hatch in zip(
        named_outputs.items(), (BLUE, ORANGE, GREEN), ("", "//", ".."), strict=False
    ):
        axis.hist(
            outputs,
            bins,
            weights=np.full(len(outputs), 1 / len(outputs)),
            color=to_rgba(colour, 0.45),
            # As a text: of a tuple, Matplotlib 3.10 takes each number for a bar's colour.
            edgecolor=to_hex(colour),
            hatch=hatch,
            label=f"{name}, mean {np.mean(outputs):.2f}",
        )
    legend_below(figure, axis)
    return figure


def proportions(named_shares: dict[str, np.ndarray], title: str | None = None) -> Figure:
    """Shares of the ten classes as bars, side by side for each name."""
    figure, axis = axes_with(title, "digit", "share")
    width = 0.8 / len(named_shares)
    for index, ((name, shares), colour, hatch) in enumerate(
        zip(named_shares.items(), (BLUE, ORANGE, GREEN), ("", "//", ".."), strict=False)
    ):
        places = np.arange(10) + (index - (len(named_shares) - 1) / 2) * width
        axis.bar(places, shares, width, color=colour, hatch=hatch, edgecolor="white", label=name)
    axis.axhline(0.1, color=GREY, linestyle="--", linewidth=1, label="one in ten")
    axis.set_xticks(range(10))
    legend_below(figure, axis)
    return figure


def focus(lost: pd.DataFrame, title: str | None = None) -> Figure:
    """Similarity that mean attention maps lose from one source of digits to another.

    Each digit stands at its value, and a bar shows the mean of all digits.

    Args:
        lost: DataFrame of cosine similarities, a row a digit and a column a kind of map.
    """
    figure, axis = axes_with(title, "", "similarity lost across the sources")
    for place, kind in enumerate(lost):
        axis.bar(place, lost[kind].mean(), 0.8, color=BLUE, alpha=0.25)
        # In their order from left to right, so that digits of nearly the same value do not overlap.
        steps = np.linspace(-0.36, 0.36, len(lost))
        for step, (digit, value) in zip(steps, lost[kind].items(), strict=True):
            axis.text(place + step, value, str(digit), ha="center", va="center", fontsize=10)
    axis.set_xticks(range(len(lost.columns)), lost.columns)
    low, high = min(0, lost.min().min()), lost.max().max()
    axis.set_ylim(low - 0.05 * (high - low), high + 0.08 * (high - low))
    figure.tight_layout()
    return figure
