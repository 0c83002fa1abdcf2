"""Diagrams: the layers of a network, and who tells whom what in an adversarial game."""

import math

import keras
import numpy as np
from keras import layers
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from gan_tf.plotting.style import BLUE, GREEN, GREY, ORANGE, SKY

# Kinds of layers that have a block of their own, with its colour; others are named under it.
BLOCKS = {
    layers.Conv2D: ("convolution", BLUE),
    layers.Conv2DTranspose: ("deconvolution", ORANGE),
    layers.Dense: ("dense", GREEN),
    layers.MaxPooling2D: ("max pooling", GREY),
    layers.AveragePooling2D: ("mean pooling", GREY),
}
NAMES = {
    layers.BatchNormalization: "batch norm.",
    layers.LeakyReLU: "leaky ReLU",
    layers.ReLU: "ReLU",
    layers.Dropout: "dropout",
    layers.Flatten: "flattened",
}
# How far apart the rows of a long network are, in units of its axes.
ROW = 3.6


def architecture(
    model: keras.Model, title: str | None = None, columns: int | None = None
) -> Figure:
    """The layers of a network from left to right, as the reports draw them.

    Each convolution, dense layer and pooling is a block as high as its outputs' side and as wide
    as their channels (a dense layer as high as its units), both on a logarithmic scale. Above it
    stand the layer and what is done to its outputs, below it their shape and its parameters.

    Args:
        model: a Keras model whose layers follow one another.
        columns: at most so many blocks a row, where a long network is to be read line by line; by
            default all of them.

    Raises:
        ValueError: if a layer has several inputs.
    """
    blocks = _blocks(model)
    rows = math.ceil(len(blocks) / (columns or len(blocks)))
    columns, below = math.ceil(len(blocks) / rows), ROW * (rows - 1)
    figure = Figure(figsize=(1.45 * columns + 0.3, 3.9 + 0.9 * below))
    axis = figure.subplots()
    for index, (text, shape, parameters, colour) in enumerate(blocks):
        row, place = divmod(index, columns)
        height, width = _size(shape)
        y = -ROW * row
        corner = place - width / 2, y - height / 2
        axis.add_patch(Rectangle(corner, width, height, facecolor=colour, edgecolor="0.3"))
        axis.text(place, y + 1.15, text, ha="center", va="bottom", fontsize=9)
        numbers = "×".join(map(str, shape)) + (f"\n{parameters:,} par." if parameters else "")
        axis.text(place, y - 1.15, numbers, ha="center", va="top", fontsize=9)
        arrow = {"arrowstyle": "->", "color": "0.3"}
        if place:
            end, start = place - width / 2 - 0.03, place - 1 + _size(blocks[index - 1][1])[1] / 2
            axis.annotate("", (end, y), (start + 0.03, y), arrowprops=arrow)
        elif row:  # It goes on from the row above.
            axis.annotate("", (-width / 2 - 0.03, y), (-0.6, y), arrowprops=arrow)
    axis.set(xlim=(-0.6, columns - 0.4), ylim=(-1.9 - below, 2.4))
    axis.set_axis_off()
    axis.set_title(f"{title or model.name}: {model.count_params():,} parameters")
    figure.tight_layout()
    return figure


def _blocks(model):
    """Text, output shape, parameters and colour of each block, the input first."""
    blocks = [["input", model.input_shape[1:], 0, "white"]]
    for layer in model.layers:
        if isinstance(layer.input, list) and len(layer.input) > 1:
            raise ValueError(
                f"Layer {layer.name!r} has several inputs, but only layers that follow one another "
                "can be drawn: show the network by tables.layers."
            )
        kind = next((kind for kind in BLOCKS if isinstance(layer, kind)), None)
        if kind is not None:
            text = f"{BLOCKS[kind][0]}\n{_details(layer)}".rstrip()
            blocks.append([text, layer.output.shape[1:], 0, BLOCKS[kind][1]])
        elif name := _name(layer):
            blocks[-1][0] += f"\n{name}"
        if not isinstance(layer, layers.Flatten):
            blocks[-1][1] = layer.output.shape[1:]
        blocks[-1][2] += layer.count_params()
    return blocks


def _details(layer):
    """What a layer with a block does, in two lines at most."""
    parts = []
    if hasattr(layer, "kernel_size"):
        stride = f", stride {layer.strides[0]}" if layer.strides[0] > 1 else ""
        parts = [f"{layer.kernel_size[0]}×{layer.kernel_size[1]}{stride}"]
    elif hasattr(layer, "pool_size"):
        parts = [f"{layer.pool_size[0]}×{layer.pool_size[1]}"]
    activation = getattr(layer, "activation", None)
    if activation not in (None, keras.activations.linear):
        parts.append(activation.__name__)
    return "\n".join(parts)


def _name(layer):
    if isinstance(layer, layers.Activation):
        return layer.activation.__name__
    name = next((name for kind, name in NAMES.items() if isinstance(layer, kind)), "")
    if isinstance(layer, layers.Dropout):
        return f"{name} {layer.rate:g}" if layer.rate else ""
    return name


def _size(shape):
    """Height and width of a block for outputs (side, side, channels) or (units,)."""
    if len(shape) == 1:
        return 0.35 + 0.15 * math.log2(shape[0]), 0.12
    return 0.35 + 0.3 * math.log2(shape[0]), 0.12 + 0.05 * math.log2(shape[-1])


def game(verdict: str, title: str | None = None, discriminator: str = "discriminator") -> Figure:
    """Who tells whom what in an adversarial training.

    Args:
        verdict: what the discriminator gives, such as "probability of being real".
        discriminator: what it is called.
    """
    figure = Figure(figsize=(8.6, 3.4))
    axis = figure.subplots()
    boxes = {
        "latent\nvector z": (0.0, 0, "white"),
        "generator": (1.5, 0, ORANGE),
        "generated\nimage G(z)": (3.0, 0, "white"),
        "real\nimage x": (3.0, 1.2, "white"),
        discriminator: (4.6, 0.6, SKY),
        verdict: (6.3, 0.6, "white"),
    }
    for text, (x, y, colour) in boxes.items():
        _box(axis, text, x, y, colour)
    places = [np.array(place[:2]) for place in boxes.values()]
    for start, end in ((0, 1), (1, 2), (2, 4), (3, 4), (4, 5)):
        _arrow(axis, places[start], places[end], "-", GREY)
    _arrow(axis, places[5] + (0, -0.25), places[1] + (0, -0.25), "--", ORANGE, "arc3,rad=-0.35")
    _arrow(axis, places[5] + (0, 0.25), places[4] + (0, 0.25), "--", BLUE, "arc3,rad=0.9")
    axis.text(3.9, -1.5, "gradient of the generator's loss", color="0.15", ha="center")
    axis.text(5.5, 2.1, f"gradient of the {discriminator}'s loss", color="0.15", ha="center")
    axis.set(xlim=(-0.7, 7.1), ylim=(-1.8, 2.4), title=title or "")
    axis.set_axis_off()
    figure.tight_layout()
    return figure


def _box(axis: Axes, text, x, y, colour):
    corner = x - 0.5, y - 0.25
    style = "round,pad=0.04"
    axis.add_patch(FancyBboxPatch(corner, 1, 0.5, style, facecolor=colour, edgecolor="0.3"))
    axis.text(x, y, text, ha="center", va="center", fontsize=9.5)


def _arrow(axis: Axes, start, end, line, colour, connection="arc3"):
    style = {"arrowstyle": "->", "linestyle": line, "color": colour, "linewidth": 1.5}
    shrink = 38 if connection == "arc3" else 8  # Straight ones lead from centre to centre.
    arrow = style | {"shrinkA": shrink, "shrinkB": shrink, "connectionstyle": connection}
    axis.annotate("", end, start, arrowprops=arrow)
