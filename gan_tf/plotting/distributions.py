"""Distributions: shares of classes, of a discriminator's outputs, and similarities by digit."""

import numpy as np
import pandas as pd
import seaborn as sns
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


def focus(table: pd.DataFrame, title: str | None = None) -> Figure:
    """Similarity of mean attention maps by digit, within two sources and across them.

    Args:
        table: DataFrame of the columns map, digit, within, within others and across, as
            `attention_maps.focus` measures them; a panel a kind of map.
    """
    kinds = table.groupby("map", sort=False)
    figure = Figure(figsize=(3 * len(kinds), 3.8), layout="constrained")
    panels = figure.subplots(1, len(kinds), sharey=True, squeeze=False)[0]
    for axis, (kind, rows) in zip(panels, kinds, strict=True):
        # Beside each other, or those within hide one another.
        for shift, column, name, colour, marker in (
            (-0.2, "within", "within real", BLUE, "o"),
            (0, "within others", "within synthetic", ORANGE, "s"),
            (0.2, "across", "across", GREEN, "^"),
        ):
            axis.plot(rows["digit"] + shift, rows[column], marker, color=colour, label=name)
        axis.set(title=kind, xlabel="digit", xticks=range(10))
        axis.grid(alpha=0.3)
    panels[0].set_ylabel("cosine similarity of mean maps")
    panels[0].legend(frameon=False, loc="lower left")
    sns.despine(figure)
    figure.suptitle(title)
    return figure
