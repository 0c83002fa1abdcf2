"""Where measures put a set of images between real and spoilt ones."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from gan_tf.plotting.style import BLUE, GREY


def positions(table: pd.DataFrame, title: str) -> Figure:
    """A line a measure from real (left) to spoilt images (right), with a mark where these are.

    Args:
        table: as `scoring.Scorecard.to_frame`: its index, `value` and `position` are shown; those
            without a position are left out.
        title: of the figure.
    """
    table = table.dropna(subset="position")
    figure = Figure(figsize=(7.5, 0.8 + 0.34 * max(1, len(table))), layout="constrained")
    axis = figure.subplots()
    rows = np.arange(len(table))
    axis.hlines(rows, 0, 1, color="0.85", linewidth=6)
    axis.hlines(rows, 0, table["position"], color=BLUE, linewidth=6, alpha=0.35)
    axis.plot(table["position"], rows, "o", color=BLUE, markersize=8)
    for row, value in enumerate(table["value"]):
        axis.text(1.04, row, f"{value:.3g}", va="center", fontsize=9, color=GREY)
    axis.set_yticks(rows, table.index)
    axis.set_xticks([0, 0.5, 1], ["as real images", "half-way", "as the worse spoilt ones"])
    axis.set(xlim=(-0.03, 1.18), ylim=(len(table) - 0.5, -0.5), title=title)
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)
    return figure
