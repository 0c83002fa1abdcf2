"""Images a second of each kind of GAN, beside the plain loop of the same networks.

All of a recipe are measured in one run, in turns, and the median of seven rounds counts. Run it
on an idle machine: `make bench`, or `python -m benchmarks.training_steps cgan` for one of them.
"""

import sys

import gan_tf.environment.quiet_tensorflow  # noqa: F401

# isort: split
import tensorflow as tf

from benchmarks import in_turns
from benchmarks.gan_tf_loop import arrays, gan_recipe, gan_tf_loop
from benchmarks.plain_loop import plain_loop
from gan_tf.environment import hardware

RECIPES = (
    *("dcgan", "dcgan-28", "cgan", "gavazzi", "wgan-gp", "semi-supervised-100"),
    *("modern", "stacked-modern"),
)
# A round's images, of those whose steps are fast five times as many: `fit` takes a sixth of a
# second to begin.
IMAGES = 2000
FAST = "cgan", "semi-supervised-100"


def row(name: str, rounds: int = 7, images: int = IMAGES) -> list[str]:
    """A line of the table: the recipe, and images a second of each way."""
    recipe = gan_recipe(name)
    served = arrays(recipe, images * (5 if name in FAST else 1))
    ways = {
        "plain loop": plain_loop(recipe, *served),
        "float32": gan_tf_loop(recipe, *served, "float32"),
    }
    if hardware.fastest_precision() == "mixed_bfloat16":
        ways["bfloat16"] = gan_tf_loop(recipe, *served, "mixed_bfloat16")
    spent = in_turns.seconds(ways, rounds)
    plain = spent["plain loop"]
    cells = [
        f"{len(served[0]) / seconds:,.0f} ({plain / seconds:.2f})" for seconds in spent.values()
    ]
    return [f"`{name}`", str(recipe.batch_size), *cells]


def main(names: list[str]) -> None:
    """Print the table of the recipes named, by default all."""
    print(f"{hardware.device()}, TensorFlow {tf.__version__}; images/s (times the plain loop)")
    rows = [row(name) for name in names or RECIPES]
    columns = ["recipe", "batch", "plain loop", "float32", "bfloat16"][: len(rows[0])]
    print(in_turns.table(columns, rows))


if __name__ == "__main__":
    main(sys.argv[1:])
