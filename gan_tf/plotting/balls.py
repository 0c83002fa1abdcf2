"""Points of a plane and the neighbourhoods around some of them."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from gan_tf.plotting.style import BLUE, ORANGE


def balls(
    real: tuple[np.ndarray, np.ndarray, np.ndarray],
    generated: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> Figure:
    """Two panels: generated points among the balls of the real ones, and the other way round.

    Args:
        real, generated: points (n, 2) of a plane, the radii (n,) of their balls, and bool (n,)
            whether a point lies in a ball of the other set; those that do not are hollow.
    """
    figure = Figure(figsize=(8.4, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    of_real, of_generated = (BLUE, "o", "real"), (ORANGE, "^", "generated")
    _panel(left, real, of_real, generated, of_generated)
    _panel(right, generated, of_generated, real, of_real)
    left.set_title("generated points among real ones")
    right.set_title("real points among generated ones")
    return figure


def _panel(axis: Axes, centres, of_centres, others, of_others):
    points, radii, _ = centres
    colour, marker, name = of_centres
    circles = [Circle(point, radius) for point, radius in zip(points, radii, strict=True)]
    axis.add_collection(PatchCollection(circles, facecolor=colour, edgecolor="none", alpha=0.15))
    axis.plot(*points.T, marker, color=colour, markersize=3, label=f"{name}, and their balls")
    points, _, inside = others
    colour, marker, name = of_others
    axis.plot(*points[inside].T, marker, color=colour, markersize=6, label=f"{name}, in a ball")
    axis.plot(
        *points[~inside].T,
        marker,
        color=colour,
        markersize=6,
        markerfacecolor="white",
        label=f"{name}, in none",
    )
    axis.set(aspect="equal", xlabel="first feature")
    axis.set_ylabel("second feature" if axis.get_subplotspec().is_first_col() else "")
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), frameon=False, fontsize=9)
