"""Changes of images, real and generated alike, before the discriminator sees them."""

from dataclasses import dataclass

import tensorflow as tf


@dataclass(frozen=True)
class Augmentation:
    """Differentiable augmentation by translation and cutout (Zhao et al. 2020, arXiv:2006.10738).

    A discriminator of few images learns them by heart. Here it sees each real image and each
    generated one elsewhere and with a part covered, and the generator's gradient passes through
    both, so that what it draws is not moved or covered itself.

    Args:
        translation: by up to this part of the sides each image is moved, down or up and to the
            right or left; what comes in at an edge is black.
        cutout: the sides of the grey square that covers a part of each image, as a part of its
            own; 0 for none.
    """

    translation: float = 1 / 8
    cutout: float = 1 / 2

    # So many random numbers in [0, 1) it takes for each image.
    draws = 4

    def __post_init__(self):
        for name in ("translation", "cutout"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(
                    f"{name} is {getattr(self, name)}, but must be a part of the sides, from 0 to "
                    "below 1."
                )

    def apply(self, images: tf.Tensor, uniform: tf.Tensor) -> tf.Tensor:
        """The images (n, height, width, channels) in [-1, 1], changed.

        Args:
            uniform: (n, 4) in [0, 1), which decide how.
        """
        height, width = images.shape[1:3]
        down, right, top, left = tf.split(uniform, 4, axis=1)
        images = moved(images, self._shift(down, height), self._shift(right, width), black=-1)
        rows, columns = self._covered(top, height), self._covered(left, width)
        covered = rows[:, :, None, None] & columns[:, None, :, None]
        return tf.where(covered, 0.0, images)

    def _shift(self, uniform, side):
        """By how many pixels (n, 1), each from -reach to reach equally often."""
        reach = round(self.translation * side)
        return tf.cast(tf.floor(uniform * (2 * reach + 1)), tf.int32) - reach

    def _covered(self, uniform, side):
        """Which rows or columns (n, side) are; the square's middle is anywhere in the image."""
        length = round(self.cutout * side)
        first = tf.cast(tf.floor(uniform * side), tf.int32) - length // 2
        places = tf.range(side)
        return (places >= first) & (places < first + length)


def moved(images: tf.Tensor, rows: tf.Tensor, columns: tf.Tensor, black: int) -> tf.Tensor:
    """Images (n, height, width, channels) moved down and to the right by whole pixels (n, 1) each.

    What comes in at an edge is black. It is two gathers, whose gradients XLA compiles.
    """
    height, width = images.shape[1:3]
    bordered = tf.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=black)
    from_rows = tf.clip_by_value(tf.range(height) - rows + 1, 0, height + 1)
    from_columns = tf.clip_by_value(tf.range(width) - columns + 1, 0, width + 1)
    bordered = tf.gather(bordered, from_rows, axis=1, batch_dims=1)
    return tf.gather(bordered, from_columns, axis=2, batch_dims=1)
