"""Paths through a plane, step by step."""

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure

from gan_tf.plotting.style import BLUE, GREY, ORANGE


def paths(
    named_paths: dict[str, np.ndarray], x_label: str, y_label: str, title: str | None = None
) -> Figure:
    """A panel for each path; a circle is where it begins, a square where it ends, a cross the aim.

    Args:
        named_paths: a name -> points (n, 2); the aim is (0, 0).
    """
    figure = Figure(figsize=(3.2 * len(named_paths), 3.9), layout="constrained")
    axes = figure.subplots(1, len(named_paths), squeeze=False, sharex=True, sharey=True)[0]
    for axis, (name, points) in zip(axes, named_paths.items(), strict=True):
        axis.plot(*points.T, color=BLUE, linewidth=1)
        axis.plot(*points[0], "o", color=ORANGE, label="begins")
        axis.plot(*points[-1], "s", color=ORANGE, label="ends")
        axis.plot(0, 0, "x", color=GREY, markersize=9, label="the aim")
        axis.set(title=name, xlabel=x_label, aspect="equal")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel(y_label)
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=3, frameon=False)
    sns.despine(figure)
    figure.suptitle(title)
    return figure
