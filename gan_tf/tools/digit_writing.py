"""Create what you want: numbers written by a generator (`gavazzi` section 4).

A writer knows the inputs that make its generator draw a digit in a style. Every style is one
way to write each digit; styles are numbered from 0.
"""

from collections.abc import Sequence

import keras
import numpy as np

from gan_tf import arguments, training
from gan_tf.measures.latent_space import Labelled


class LatentWriter:
    """Writes with a generator that was told no labels, through latents that were labelled.

    Args:
        generator: Keras model from latents to images in [-1, 1].
        labelled: `latent_space.Labelled` latents of it, of every digit the same number; best those
            of high certainty (`latent_space.LatentSpace.find`). Style k of a digit is the latent
            that is k-th next to their mean: the first styles are the most typical.

    Raises:
        ValueError: if a digit has no latent.
    """

    def __init__(self, generator: keras.Model, labelled: Labelled):
        if missing := sorted({*range(10)} - {*labelled.labels.tolist()}):
            raise ValueError(f"There is no latent of the digit {missing[0]}: find some of each.")
        self.generator = generator
        self._latents = [_typical_first(labelled.of(digit).latents) for digit in range(10)]
        self.styles = min(map(len, self._latents))

    def inputs(self, digits: Sequence[int], style: int) -> np.ndarray:
        """The generator's inputs (n, latent_dim) for digits (n,)."""
        return np.stack([self._latents[digit][style] for digit in digits])


class ConditionalWriter:
    """Writes with a conditional generator, which is told the digit; any latent is a style.

    Args:
        generator: Keras model from latents followed by ten one-hot values to images in [-1, 1].
        styles: how many styles to have.
        seed: of their latents.
    """

    def __init__(self, generator: keras.Model, styles: int = 100, seed: int = 0):
        self.generator = generator
        self.styles = styles
        self._latents = training.fixed_latents(seed, styles, generator.input_shape[-1] - 10).numpy()

    def inputs(self, digits: Sequence[int], style: int) -> np.ndarray:
        """The generator's inputs (n, latent_dim + 10) for digits (n,)."""
        latents = np.repeat(self._latents[style : style + 1], len(digits), axis=0)
        return training.with_labels(latents, digits, 10).numpy()


def _typical_first(latents):
    distances = np.linalg.norm(latents - latents.mean(axis=0), axis=1)
    return latents[distances.argsort(kind="stable")]


def write(text: str, writer: LatentWriter | ConditionalWriter, style: int = 0) -> np.ndarray:
    """An image of a number: uint8 (height, width x digits, channels).

    Args:
        text: digits, as "2026".
        writer: a `LatentWriter` or a `ConditionalWriter`.
        style: 0 to `writer.styles` - 1.

    Raises:
        ValueError: if there is anything but digits in the text, or no such style.
    """
    return _side_by_side(training.generate(writer.generator, _inputs(text, writer, style)))


def morph(
    first: str,
    second: str,
    writer: LatentWriter | ConditionalWriter,
    style: int = 0,
    steps: int = 20,
) -> np.ndarray:
    """Images of one number becoming another of as many digits, between the two inputs.

    Returns:
        uint8 (steps, height, width x digits, channels), from the first number to the second.

    Raises:
        ValueError: as `write`, and if one number has more digits than the other.
    """
    start, end = _inputs(first, writer, style), _inputs(second, writer, style)
    if len(first) != len(second):
        raise ValueError(f"{first!r} and {second!r} must have the same number of digits.")
    steps = arguments.whole_number(steps, "steps", least=1)
    shares = np.linspace(0, 1, steps, dtype=np.float32)
    # In small steps at both ends, as a hand starts and stops.
    shares = (1 - np.cos(np.pi * shares)) / 2
    return np.stack(
        [
            _side_by_side(training.generate(writer.generator, (1 - share) * start + share * end))
            for share in shares
        ]
    )


def _inputs(text, writer, style):
    if not (isinstance(text, str) and text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} cannot be written: only a text of the digits 0 to 9 can.")
    style = arguments.whole_number(style, "style", most=writer.styles - 1)
    return writer.inputs([int(digit) for digit in text], style)


def _side_by_side(images):
    return np.concatenate(list(images), axis=1)
