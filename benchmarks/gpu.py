"""What a GPU makes of the training steps: a table to be filled in by whoever has one.

`python -m benchmarks.gpu` takes about five minutes on a GPU. It prints images a second of the
DCGAN by the tutorial's loop and by this project's, with and without XLA, in float32 and in mixed
precision, and of one recipe of each objective. Please send the table with the line above it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import gan_tf.environment.quiet_tensorflow  # noqa: F401

# isort: split
import tensorflow as tf

from benchmarks import in_turns
from benchmarks.gan_tf_loop import arrays, gan_recipe, gan_tf_loop
from benchmarks.plain_loop import plain_loop
from gan_tf.environment import hardware

# One recipe of each objective.
OBJECTIVES = (
    *("dcgan", "dcgan-3x3", "wgan-clipped", "wgan-gp", "gavazzi", "semi-supervised-100"),
    *("modern", "modern-hinge"),
)
PRECISIONS = {"float32": "float32", "mixed": "mixed_bfloat16"}


@contextmanager
def xla(is_used: bool) -> Iterator[None]:
    """Models that are compiled meanwhile are compiled by XLA, or are not."""
    before = hardware.uses_xla
    hardware.uses_xla = lambda: is_used
    try:
        yield
    finally:
        hardware.uses_xla = before


def speeds(name: str, rounds: int, images: int) -> list[str]:
    """Images a second of the plain loop and of each way of ours."""
    recipe = gan_recipe(name)
    served = arrays(recipe, images)
    ways = {"plain loop": plain_loop(recipe, *served)}
    for precision, policy in PRECISIONS.items():
        for is_used in (False, True):
            with xla(is_used):
                way = gan_tf_loop(recipe, *served, policy)
            ways[f"{precision}{', XLA' if is_used else ''}"] = way
    spent = in_turns.seconds(ways, rounds)
    return [f"{len(served[0]) / seconds:,.0f}" for seconds in spent.values()]


def main(rounds: int = 7, images: int = 12_800, names: tuple[str, ...] = OBJECTIVES) -> None:
    """Print the table."""
    print(f"{hardware.device()}, TensorFlow {tf.__version__}; images/s, medians of {rounds}")
    columns = ["recipe", "plain loop"]
    columns += [f"{name}{xla}" for name in PRECISIONS for xla in ("", ", XLA")]
    rows = [[f"`{name}`", *speeds(name, rounds, images)] for name in names]
    print(in_turns.table(columns, rows))


if __name__ == "__main__":
    main(names=tuple(sys.argv[1:]) or OBJECTIVES)
