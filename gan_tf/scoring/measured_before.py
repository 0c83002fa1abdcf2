"""What was measured of real and spoilt images: the same for every scorecard beside them.

It is kept in data/scorecards under a name that stands for all it depends on, the code included.
That of MNIST's 10,000 test digits is released.
"""

import contextlib
import hashlib
import inspect
import io
from pathlib import Path
from typing import Any

import numpy as np

from gan_tf.data import formats
from gan_tf.environment import profiles
from gan_tf.measures import copies, feature_distances, metrics, neighbourhoods, two_samples
from gan_tf.scoring import image_sets, measuring
from gan_tf.scoring.image_sets import ImageSet, Reader, Real
from gan_tf.scoring.measure_names import MEASURES
from gan_tf.scoring.measuring import Value
from gan_tf.storage import files

FOLDER = "data/scorecards"
CODE = copies, feature_distances, image_sets, measuring, metrics, neighbourhoods, two_samples
NEAR = "to_training", "to_each_other"


class MeasuredBefore:
    """The values of each set of real or spoilt images, as far as they are known.

    Attributes:
        values: set of images -> key of `measure_names.MEASURES` -> `Value`.
        near: the `measuring.distances` of the real images that are held out, or `None`.

    Args:
        path: of the .npz file; what is there and cannot be read counts as unknown.
        sets: the names of the sets.
    """

    def __init__(self, path: Path, sets: tuple[str, ...]):
        self.path, self.sets = path, sets
        self.values: dict[str, dict[str, Value]] = {each: {} for each in sets}
        self.near: tuple[np.ndarray, np.ndarray] | None = None
        with contextlib.suppress(OSError, ValueError, KeyError):
            arrays = formats.read_npz(path, [*sets, *NEAR])
            self.near = arrays[NEAR[0]], arrays[NEAR[1]]
            for each in sets:
                rows = zip(MEASURES, map(_value, arrays[each].tolist()), strict=True)
                self.values[each] = {key: row for key, row in rows if row.value is not np.nan}

    def keep(self) -> None:
        """Write it; where nothing can be written it is measured again the next time."""
        unknown = Value(np.nan)
        arrays: dict[str, Any] = dict(zip(NEAR, self.near or (), strict=True))
        for each in self.sets:
            arrays[each] = np.array([self.values[each].get(key, unknown) for key in MEASURES])
        content = io.BytesIO()
        np.savez_compressed(content, **arrays)
        with contextlib.suppress(OSError):
            files.write(self.path, content.getvalue())


def _value(row):
    """The value of a row, in which what there is not is the same object as in a new one."""
    return Value(*(np.nan if np.isnan(number) else number for number in row))


def place(real: Real, reference: ImageSet, held_out: ImageSet, reader: Reader, seed: int) -> Path:
    """The file for these images, read so, in the order of this seed."""
    found = hashlib.sha256(f"{real.checksum} {len(held_out)} {seed} {reader.identity}".encode())
    for labels in (reference.labels, held_out.labels):
        found.update(b"none" if labels is None else np.asarray(labels, np.int64).tobytes())
    for module in CODE:
        found.update(inspect.getsource(module).encode())
    return profiles.get().home / FOLDER / f"{found.hexdigest()[:16]}.npz"
