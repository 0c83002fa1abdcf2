"""Grids of images, uint8 (n, height, width, channels), as Matplotlib figures."""

import math
from collections.abc import Iterable

import numpy as np
from matplotlib.figure import Figure


def tile(images: np.ndarray, columns: int, gap: int = 2) -> np.ndarray:
    """One image of many, row by row: uint8 (rows * height + gaps, columns * width + gaps, c)."""
    count, height, width, channels = images.shape
    rows = math.ceil(count / columns)
    sheet = np.full(
        (rows * (height + gap) + gap, columns * (width + gap) + gap, channels), 255, np.uint8
    )
    for index, image in enumerate(images):
        row, column = divmod(index, columns)
        top, left = gap + row * (height + gap), gap + column * (width + gap)
        sheet[top : top + height, left : left + width] = image
    return sheet


def sample_grid(images: np.ndarray, columns: int | None = None, title: str | None = None) -> Figure:
    """A grid of images, as square as it gets unless `columns` says otherwise."""
    return grids({title: images}, columns)


def grids(named_images: dict[str, np.ndarray], columns: int | None = None) -> Figure:
    """Grids of images side by side, each below its name."""
    count = max(len(images) for images in named_images.values())
    columns = columns or math.ceil(math.sqrt(count))
    side = 5 if len(named_images) == 1 else 4
    figure = Figure(figsize=(side * len(named_images), side * math.ceil(count / columns) / columns))
    axes = figure.subplots(1, len(named_images), squeeze=False)[0]
    for axis, (name, images) in zip(axes, named_images.items(), strict=True):
        axis.imshow(tile(images, columns).squeeze(), cmap="gray", vmin=0, vmax=255)
        axis.set_axis_off()
        axis.set_title(name or "")
    figure.tight_layout()
    return figure


def sample_epochs(
    samples: np.ndarray, epochs: Iterable[int], count: int = 25, columns: int | None = None
) -> Figure:
    """The same latents after each of `epochs`, side by side.

    Args:
        samples: uint8 (epochs + 1, n, height, width, channels), as `runs.GanRun.samples`.
        epochs: the epochs to show; 0 is the untrained generator.
        count: how many of the n images to show.
        columns: as in `grids`.
    """
    return grids({f"epoch {epoch}": samples[epoch][:count] for epoch in epochs}, columns)


def labelled_images(
    images: np.ndarray, labels: Iterable[str | int], columns: int, title: str | None = None
) -> Figure:
    """Images uint8 (n, height, width, channels), each under its label: a text or a number."""
    rows = math.ceil(len(images) / columns)
    figure = Figure(figsize=(1.1 * columns, 1.35 * rows), layout="constrained")
    for axis in (axes := figure.subplots(rows, columns, squeeze=False)).flat:
        axis.set_axis_off()
    for axis, image, label in zip(axes.flat, images, labels, strict=False):
        axis.imshow(image.squeeze(), cmap="gray", vmin=0, vmax=255)
        axis.set_title(label, fontsize=9)
    figure.suptitle(title)
    return figure
