"""Arrays in little room, as runs keep them: weights in a fifth of it, samples in two thirds."""

import io
import zipfile

import numpy as np

LEVELS = 127
STEPS_PER_RMS = 16
GREYS = 64
# Below so many weights a network is released in float16: there is little room to gain, and small
# networks lose more (softmax regression read .923 of the test digits then instead of .925).
SMALL = 100_000


def packed(arrays: dict[str, np.ndarray]) -> bytes:
    """Named arrays as the content of an .npz file, a tenth smaller than NumPy's own.

    LZMA stores the integers of `compressed` in about their entropy.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, array in arrays.items():
            # Without the time of now, so that the same arrays have the same checksum.
            entry = zipfile.ZipInfo(f"{name}.npy")
            entry.compress_type = zipfile.ZIP_LZMA
            with file.open(entry, "w", force_zip64=True) as stored:
                np.lib.format.write_array(stored, np.asanyarray(array), allow_pickle=False)
    return content.getvalue()


def in_few_greys(images: np.ndarray) -> np.ndarray:
    """Images uint8 in 64 of their 256 levels, which takes a third off the compressed file.

    A pixel changes by 2 at most.
    """
    levels = np.rint(images / 255 * (GREYS - 1))
    return np.rint(levels * (255 / (GREYS - 1))).astype(np.uint8)


def compressed(weights: list[np.ndarray]) -> dict[str, np.ndarray]:
    """Named arrays, for `packed`, that `restored` makes the weights of again.

    Kernels become 8-bit integers times a step for each slice along their last axis: a sixteenth
    of the slice's root mean square, or more where its largest weight would not fit. So a weight
    is off by half a step at most, and most integers are small, which compresses well. Biases and
    other vectors become float16, or stay float32 where they are too large for it.

    Args:
        weights: float32 arrays, as of `keras.Model.get_weights`.
    """
    arrays = {}
    for i, weight in enumerate(weights):
        if weight.ndim > 1:
            step = _steps(weight)
            arrays[f"step_{i}"] = step
            arrays[f"arr_{i}"] = np.rint(weight / step).astype(np.int8)
        else:
            fits = np.abs(weight).max() < np.finfo(np.float16).max
            arrays[f"arr_{i}"] = weight.astype(np.float16 if fits else np.float32)
    return arrays


def released(weights: list[np.ndarray]) -> dict[str, np.ndarray]:
    """The named arrays that a released network is kept as: `compressed`, or float16 if small."""
    if sum(weight.size for weight in weights) >= SMALL:
        return compressed(weights)
    return {f"arr_{i}": weight.astype(np.float16) for i, weight in enumerate(weights)}


def restored(arrays: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The weights, float32, of named arrays as `compressed` or `released` give them."""
    count = sum(name.startswith("arr_") for name in arrays)
    return [
        arrays[f"arr_{i}"].astype(np.float32) * arrays.get(f"step_{i}", np.float32(1))
        for i in range(count)
    ]


def _steps(kernel):
    axes = tuple(range(kernel.ndim - 1))
    rms = np.sqrt(np.mean(np.square(kernel), axis=axes))
    steps = np.maximum(rms / STEPS_PER_RMS, np.abs(kernel).max(axis=axes) / LEVELS)
    return np.where(steps > 0, steps, 1).astype(np.float32)
