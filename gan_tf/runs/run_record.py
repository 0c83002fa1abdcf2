"""The record of a run, run.json: what it says, its checksum, and those of the run's other files."""

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any, TypeVar

import fastjsonschema
import numpy as np
import pandas as pd

from gan_tf import recipes

Read = TypeVar("Read")

_TEXT, _OBJECT = {"type": "string"}, {"type": "object"}
_COUNT = {"type": "integer", "minimum": 0}
_COUNTS = {"type": "array", "items": _COUNT}
_TEXTS = {"type": "array", "items": _TEXT}
_SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_DATA = {
    "type": "object",
    "required": ["name", "sha256", "images", "image_shape", "class_names"],
    "properties": {
        "name": _TEXT,
        "size": {"type": ["integer", "null"]},
        "sha256": _SHA256,
        "images": _COUNT,
        "image_shape": {**_COUNTS, "minItems": 3, "maxItems": 3},
        "class_names": _TEXTS,
    },
}
_OWN = {
    "type": "object",
    "required": ["networks", "batch_size"],
    "properties": {
        "networks": {"type": "object", "additionalProperties": _OBJECT},
        "batch_size": _COUNT,
        "loss": {"type": ["object", "string"]},
        "classes": _COUNT,
        "kept_samples": _COUNT,
        "sha256": _SHA256,
    },
}
_FILE = {
    "type": "object",
    "required": ["sha256", "bytes", "shapes"],
    "properties": {
        "sha256": _SHA256,
        "bytes": _COUNT,
        "shapes": {"type": "object", "additionalProperties": _TEXT},
    },
}
_NEEDED = ["recipe", "seed", "profile", "epochs", "precision", "device", "images"]
_BEGUN = {
    "type": "object",
    "required": _NEEDED,
    "properties": {
        "recipe": {"type": "object", "required": ["name"], "properties": {"name": _TEXT}},
        "seed": _COUNT,
        "profile": _TEXT,
        "epochs": {"type": "integer", "minimum": 1},
        "precision": _TEXT,
        "device": _TEXT,
        "images": _COUNT,
        "steps": _COUNT,
        "data": _DATA,
        "own": _OWN,
        "judge": _TEXT,
        "went_back": _COUNTS,
        "signs": {"type": "object", "additionalProperties": _COUNTS},
        "kept": _TEXTS,
        "seconds": {"type": "number", "minimum": 0},
        "versions": {"type": "object", "additionalProperties": _TEXT},
        "files": {"type": "object", "additionalProperties": _FILE},
    },
    "additionalProperties": False,
}
# What a finished run records beyond one that was begun; the last only where there were some.
AT_THE_END = "seconds", "versions", "files", "signs"
_FINISHED = {**_BEGUN, "required": [*_NEEDED, *AT_THE_END[:3]]}
_check_begun, _check_finished = map(fastjsonschema.compile, (_BEGUN, _FINISHED))


def read_begun(content: bytes) -> dict[str, Any]:
    """What run.json of a training holds, the recipe in the words that recipes use now.

    Raises:
        ValueError: if it is not as this package writes it.
    """
    return _read(content, _check_begun)


def read_finished(content: bytes) -> dict[str, Any]:
    """The same of a finished run.

    Raises:
        ValueError: if it is not as this package writes it.
    """
    return _read(content, _check_finished)


def written(info: dict[str, Any]) -> str:
    """run.json, with its own checksum."""
    return json.dumps({**info, "checksum": _checksum(info)}, indent=1) + "\n"


def described(contents: dict[str, bytes]) -> dict[str, Any]:
    """What run.json says of the other files of a run: SHA-256, size and shapes of the arrays.

    Args:
        contents: .npz and .csv files, by name.
    """
    return {
        name: {
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
            "shapes": _shapes(name, content),
        }
        for name, content in contents.items()
    }


def checked(
    info: dict[str, Any], name: str, reader: Callable[[bytes], Read]
) -> Callable[[bytes], Read]:
    """A `reader` that first checks that a file's content is what run.json says of file `name`."""

    def read(content):
        if name not in info["files"]:
            raise ValueError("run.json does not name it")
        if hashlib.sha256(content).hexdigest() != info["files"][name]["sha256"]:
            raise ValueError("it is not the file that the run was finished with")
        return reader(content)

    return read


def read_history(content: bytes) -> pd.DataFrame:
    """The DataFrame in history.csv, indexed by epoch."""
    # Through str, for what pandas parses itself it may round in the last bit.
    history = pd.read_csv(io.BytesIO(content), dtype=str, index_col="epoch").astype(float)
    history.index = history.index.astype(int)
    return history


def read_steps(content: bytes) -> pd.DataFrame:
    """The DataFrame in steps.csv."""
    return pd.read_csv(io.BytesIO(content))


def read_arrays(content: bytes) -> dict[str, np.ndarray]:
    """The arrays in an .npz file, by name."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays)


def _shapes(name, content):
    if name.endswith(".csv"):
        return {"table": _by(read_steps(content).shape)}
    return {key: _by(array.shape) for key, array in read_arrays(content).items()}


def _by(shape):
    return "x".join(map(str, shape))


def _read(content, check):
    info = json.loads(content)
    checksum = info.pop("checksum", None) if isinstance(info, dict) else None
    check(info)
    if checksum != _checksum(info):
        raise ValueError("its checksum is not that of what it says")
    return {**info, "recipe": recipes.read_description(info["recipe"])}


def _checksum(info):
    return hashlib.sha256(json.dumps(info, sort_keys=True).encode()).hexdigest()
