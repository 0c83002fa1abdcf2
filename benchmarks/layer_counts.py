"""What a training step computes and moves, layer by layer, from the networks themselves.

The counts of the roofline in `benchmarks.roofline`: multiply-adds of plain convolutions, zeros of
the padding included, and bytes read and written once.
"""

from dataclasses import dataclass

import keras
from keras import layers

from gan_tf.recipes import GanRecipe


@dataclass(frozen=True)
class LayerCount:
    """What one pass of one image through a layer takes.

    Args:
        name: the layer's.
        flop: two for each multiply-add.
        values: numbers read and written, those of the image.
        weights: numbers of weights, read once a batch.
        has_kernel: whether it multiplies by one, which hardware does in its peak.
    """

    name: str
    flop: int
    values: int
    weights: int
    has_kernel: bool


def of_network(network: keras.Model) -> list[LayerCount]:
    """The counts of each layer that computes something."""
    return [_of_layer(layer) for layer in network.layers if not isinstance(layer, _SHAPES)]


_SHAPES = layers.InputLayer, layers.Reshape, layers.Flatten, layers.Dropout


def _of_layer(layer):
    inputs, outputs = _size(layer.input), _size(layer.output)
    kernel = getattr(layer, "kernel", None)
    if kernel is None:
        flop = 8 * outputs if isinstance(layer, layers.BatchNormalization) else outputs
    elif isinstance(layer, layers.Conv2DTranspose):
        positions = inputs // layer.input.shape[-1]
        flop = 2 * positions * _product(kernel.shape)
    elif isinstance(layer, layers.Conv2D):
        positions = outputs // layer.output.shape[-1]
        flop = 2 * positions * _product(kernel.shape)
    else:
        flop = 2 * _product(kernel.shape)
    return LayerCount(
        layer.name, flop, inputs + outputs, layer.count_params(), has_kernel=kernel is not None
    )


def _size(tensor):
    parts = tensor if isinstance(tensor, list) else [tensor]
    return sum(_product(part.shape[1:]) for part in parts)


def _product(shape):
    result = 1
    for side in shape:
        result *= side
    return result


def passes(recipe: GanRecipe) -> list[tuple[LayerCount, float]]:
    """Each layer of both networks, and how many passes of an image a step takes through it.

    The generator: one forward, back for its weights and for its inputs. The discriminator: the
    same for real images and for fakes, and once more back where the generator's loss needs a pass
    of its own. Nothing goes back beyond the first layer of a network but the fakes' gradient.
    """
    generator, discriminator = of_network(recipe.generator()), of_network(recipe.discriminator())
    counted = [(layer, 3.0 - (not number)) for number, layer in enumerate(generator)]
    counted += [(layer, 7.0 - 2 * (not number)) for number, layer in enumerate(discriminator)]
    return counted


def step_flop(recipe: GanRecipe) -> float:
    """FLOP of a training step for each image of the batch."""
    return sum(layer.flop * times for layer, times in passes(recipe))
