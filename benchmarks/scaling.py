"""How the speed of a training grows with cores, batches and widths.

The conditional GAN of `narman-dau` with half to four times its filters, in batches of 32 to 1,024,
by one core and by all. Each number of cores is a process of its own, for TensorFlow chooses its
threads when it starts. Run it on an idle machine: `python -m benchmarks.scaling`.
"""

import os
import subprocess
import sys
from dataclasses import replace
from functools import partial

import gan_tf.environment.quiet_tensorflow  # noqa: F401

# isort: split
import tensorflow as tf

from benchmarks import in_turns
from benchmarks.gan_tf_loop import arrays, gan_recipe, gan_tf_loop
from benchmarks.layer_counts import step_flop
from gan_tf.environment import hardware
from gan_tf.networks import discriminators, generators
from gan_tf.recipes import GanRecipe

BATCHES = 32, 64, 128, 256, 512, 1024
# Times the filters, and at least so many images a round: to begin it takes a sixth of a second,
# which is to be little beside the steps. Of batches that are larger it is a single step.
WIDTHS = {0.5: 1024, 1: 1024, 2: 512, 4: 256}


def recipe_of(width: float, batch: int) -> GanRecipe:
    """The recipe `cgan` with so many times its filters, in batches of so many images."""
    return replace(
        gan_recipe("cgan"),
        generator=partial(generators.cgan, filters=int(64 * width)),
        discriminator=partial(discriminators.cgan, filters=int(32 * width)),
        batch_size=batch,
    )


def rows(rounds: int = 7) -> list[list[str]]:
    """A line for each width: images a second in batches of each size."""
    images, labels = arrays(recipe_of(1, max(BATCHES)), max(BATCHES))
    precision, lines = hardware.fastest_precision(), []
    for width, least in WIDTHS.items():
        ways = {
            str(batch): gan_tf_loop(
                recipe_of(width, batch),
                images[: max(least, batch)],
                labels[: max(least, batch)],
                precision,
            )
            for batch in BATCHES
        }
        spent = in_turns.seconds(ways, rounds)
        flop = step_flop(recipe_of(width, 1)) / 1e6
        speeds = [
            f"{max(least, batch) / seconds:,.0f}"
            for batch, seconds in zip(BATCHES, spent.values(), strict=True)
        ]
        lines.append([f"×{width:g}", f"{flop:.1f}", *speeds])
    return lines


def main(arguments: list[str]) -> None:
    """Print the table of each number of cores."""
    if arguments:
        print(f"\n{arguments[0]} cores, {hardware.fastest_precision()}, images/s\n")
        columns = ["filters", "MFLOP an image", *(f"batch {batch:,}" for batch in BATCHES)]
        return print(in_turns.table(columns, rows()))
    print(f"{hardware.device()}, TensorFlow {tf.__version__}", flush=True)
    cores = len(os.sched_getaffinity(0))
    for count in sorted({1, cores}):
        command = [sys.executable, "-m", "benchmarks.scaling", str(count)]
        chosen = ",".join(map(str, sorted(os.sched_getaffinity(0))[:count]))
        subprocess.run(["taskset", "--cpu-list", chosen, *command], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
