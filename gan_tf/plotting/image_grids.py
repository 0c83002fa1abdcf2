"""Grids of images, uint8 (n, height, width, channels), as Matplotlib figures."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from gan_tf import arguments
from gan_tf.plotting.style import DPI

# Matplotlib works out where ticks go even where they are not drawn: half the time of many images.
NO_TICKS: dict[str, Any] = {"xticks": [], "yticks": []}


def tile(images: np.ndarray, columns: int, gap: int = 2) -> np.ndarray:
    """One image of many, row by row: uint8 (rows * height + gaps, columns * width + gaps, c).

    Raises:
        ValueError: for images that are not uint8 (n, height, width, channels), n being 1 or more,
            no columns, or a gap below 0.
    """
    images = arguments.images(images)
    columns = arguments.whole_number(columns, "columns", least=1)
    gap = arguments.whole_number(gap, "gap")
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


def grids(
    named_images: dict[str, np.ndarray], columns: int | None = None, across: int | None = None
) -> Figure:
    """Grids of images, each below its name.

    Args:
        named_images: a name -> images.
        columns: images a row of a grid; by default as square as it gets.
        across: grids side by side, as many rows as it takes, in a figure 8 inches wide; by
            default all of them, each 4 inches wide.

    Raises:
        ValueError: if there are none, they are no images, or a number is below 1.
    """
    if not named_images:
        raise ValueError("There are no images to draw: give at least one grid.")
    named_images = {name: arguments.images(images) for name, images in named_images.items()}
    count = max(len(images) for images in named_images.values())
    if across is not None:
        across = arguments.whole_number(across, "across", least=1)
    square = math.ceil(math.sqrt(count))
    columns = square if columns is None else arguments.whole_number(columns, "columns", least=1)
    # Blocks of one grey make smaller files than smooth transitions.
    interpolation = "nearest" if across else None
    side = 8 / across if across else 5 if len(named_images) == 1 else 4
    if not across:  # Of many images none is drawn smaller than its pixels.
        widest = max(images.shape[2] for images in named_images.values())
        side = max(side, columns * (widest + 2) / DPI)
    across = across or len(named_images)
    down, room = math.ceil(len(named_images) / across), 0.3 if side < 4 else 0
    height = side * math.ceil(count / columns) / columns + room
    figure = Figure(figsize=(side * across, height * down))
    axes = figure.subplots(down, across, squeeze=False).ravel()
    for axis in axes:
        axis.set_axis_off()
    for axis, (name, images) in zip(axes, named_images.items(), strict=False):
        sheet = tile(images, columns).squeeze()
        axis.imshow(sheet, cmap="gray", vmin=0, vmax=255, interpolation=interpolation)
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

    Raises:
        ValueError: for samples that are not that, or an epoch that is not among them.
    """
    epochs = list(epochs)
    samples = arguments.samples(samples, epochs)
    return grids({f"epoch {epoch}": samples[epoch][:count] for epoch in epochs}, columns)


def samples_by_epoch(
    named_samples: dict[str, np.ndarray], epochs: Iterable[int], count: int = 9
) -> Figure:
    """Several trainings under each other, a row each: the same latents after each of `epochs`.

    Args:
        named_samples: a name -> uint8 (epochs + 1, n, height, width, channels), as
            `runs.GanRun.samples`.
        epochs: the epochs to show; 0 is the untrained generator.
        count: how many of the n images to show.

    Raises:
        ValueError: if there are no trainings or no epochs, for samples that are not that, or an
            epoch that is not among them.
    """
    epochs, columns = list(epochs), math.ceil(math.sqrt(count))
    if not epochs or not named_samples:
        raise ValueError("There are no samples to draw: give at least one training and one epoch.")
    named_samples = {
        name: arguments.samples(samples, epochs, f"samples of {name}")
        for name, samples in named_samples.items()
    }
    figure = Figure(figsize=(8, 8 / len(epochs) * len(named_samples) + 0.3), layout="constrained")
    rows = figure.subplots(len(named_samples), len(epochs), squeeze=False)
    for axes, (name, samples) in zip(rows, named_samples.items(), strict=True):
        for axis, epoch in zip(axes, epochs, strict=True):
            sheet = tile(samples[epoch][:count], columns).squeeze()
            axis.imshow(sheet, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
        axes[0].set_ylabel(name, fontsize=10)
    for axis, epoch in zip(rows[0], epochs, strict=True):
        axis.set_title(f"epoch {epoch}", fontsize=10)
    return figure


def labelled_images(
    images: np.ndarray, labels: Iterable[str | int], columns: int, title: str | None = None
) -> Figure:
    """Images uint8 (n, height, width, channels), each under its label: a text or a number.

    Raises:
        ValueError: for images that are not that, or another number of labels.
    """
    images, labels = arguments.images(images, least=0), list(labels)
    columns = arguments.whole_number(columns, "columns", least=1)
    if len(labels) != len(images):
        raise ValueError(f"There are {len(images)} images, but {len(labels)} labels: give as many.")
    rows = max(1, math.ceil(len(images) / columns))
    figure = Figure(figsize=(1.1 * columns, 1.35 * rows), layout="constrained")
    for axis in (axes := figure.subplots(rows, columns, squeeze=False, subplot_kw=NO_TICKS)).flat:
        axis.set_axis_off()
    for axis, image, label in zip(axes.flat, images, labels, strict=False):
        pixels = image[..., 0] if image.shape[-1] == 1 else image
        axis.imshow(pixels, cmap="gray", vmin=0, vmax=255)
        axis.set_title(label, fontsize=9)
    figure.suptitle(title)
    return figure
