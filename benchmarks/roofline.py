"""How fast a training step can be on a device, from its peak and its memory: the roofline.

Williams, Waterman and Patterson 2009. A layer takes at least as long as its products take at the
device's peak, and at least as long as its values take to be read and written; the longer of both
counts. `python -m benchmarks.roofline [RECIPE]` prints the layers of a recipe's step, what each
takes on each device, and this machine's own peak and memory as it measures them.
"""

import sys
from dataclasses import dataclass

import gan_tf.environment.quiet_tensorflow  # noqa: F401

# isort: split
import numpy as np
import tensorflow as tf

from benchmarks import in_turns
from benchmarks.gan_tf_loop import gan_recipe
from benchmarks.layer_counts import LayerCount, passes, step_flop
from gan_tf.environment import hardware
from gan_tf.recipes import GanRecipe


@dataclass(frozen=True)
class Device:
    """What a device can do at most.

    Args:
        name: what it is called, with the precision.
        flops: FLOP a second of products of matrices.
        bandwidth: bytes a second of its memory.
        value: bytes a number.
    """

    name: str
    flops: float
    bandwidth: float
    value: int


# NVIDIA's data sheets of T4 (2018) and of A100 40 GB (2020), and Google's page on Cloud TPU v5e.
PUBLISHED = (
    Device("T4, float16", 65e12, 320e9, 2),
    Device("A100, float32 (TF32)", 156e12, 1555e9, 4),
    Device("A100, bfloat16", 312e12, 1555e9, 2),
    Device("TPU v5e, bfloat16", 197e12, 819e9, 2),
)


def seconds(layer: LayerCount, times: float, batch: int, device: Device) -> float:
    """The least that `times` passes of a batch through a layer take on a device."""
    moved = (batch * layer.values + layer.weights) * device.value
    # What is no product runs at the speed of memory on all of them.
    computed = batch * layer.flop / device.flops if layer.has_kernel else 0.0
    return times * max(computed, moved / device.bandwidth)


def images_per_second(recipe: GanRecipe, batch: int, device: Device) -> float:
    """The most images a second that a recipe's step can train on."""
    return batch / sum(seconds(layer, times, batch, device) for layer, times in passes(recipe))


def this_machine(precision: str) -> Device:
    """The peak and the memory of this machine, measured."""
    product, flop = _matrix_product(precision)
    source = np.ones(1 << 26, np.float32)
    target = np.empty_like(source)
    spent = in_turns.seconds({"product": product, "copy": lambda: np.copyto(target, source)})
    value = 2 if precision == "bfloat16" else 4
    name = f"this machine, {precision}"
    return Device(name, flop / spent["product"], 2 * source.nbytes / spent["copy"], value)


def _matrix_product(dtype, size=2048):
    """A function that multiplies two square matrices, and how many FLOP it takes."""
    a = tf.cast(tf.random.normal((size, size)), dtype)
    product = tf.function(lambda: tf.matmul(a, a))

    def round_():
        for _ in range(20):
            product()
        product().numpy()

    return round_, 21 * 2 * size**3


def layer_table(recipe: GanRecipe, devices: list[Device]) -> str:
    """A line a layer: what it takes of an image, and microseconds an image on each device."""
    batch = recipe.batch_size
    rows = [
        [
            f"`{layer.name}`",
            f"{times:g}",
            f"{layer.flop / 1e6:.2f}",
            f"{layer.values / 1e3:.1f}",
            f"{layer.weights / 1e3:.1f}",
            *(f"{1e6 * seconds(layer, times, batch, device) / batch:.2f}" for device in devices),
        ]
        for layer, times in passes(recipe)
    ]
    columns = ["layer", "passes", "MFLOP", "thousand values", "thousand weights"]
    return in_turns.table([*columns, *(device.name for device in devices)], rows)


def main(name: str = "dcgan") -> None:
    """Print the table of a recipe."""
    recipe = gan_recipe(name)
    precisions = ["float32"]
    if hardware.fastest_precision() == "mixed_bfloat16":
        precisions.append("bfloat16")
    devices = [*map(this_machine, precisions), *PUBLISHED]
    print(f"{hardware.device()}, TensorFlow {tf.__version__}")
    for device in devices[: len(precisions)]:
        print(f"{device.name}: {device.flops / 1e9:.0f} GFLOP/s, {device.bandwidth / 1e9:.1f} GB/s")
    print(f"`{name}`, batches of {recipe.batch_size}: {step_flop(recipe) / 1e6:.0f} MFLOP an image")
    print("Below each device: microseconds an image that a layer takes at least")
    print(layer_table(recipe, devices))
    rows = [
        [device.name, f"{images_per_second(recipe, recipe.batch_size, device):,.0f}"]
        for device in devices
    ]
    print(in_turns.table(["device", "images/s at most"], rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
