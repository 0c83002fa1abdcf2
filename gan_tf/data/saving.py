"""Images written so that `data.load` reads them again: an .npz file, or a folder of PNG files."""

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gan_tf import arguments
from gan_tf.data.conversions import MOST_CLASSES
from gan_tf.storage import files


def save(
    images: np.ndarray,
    path: str | Path,
    labels: np.ndarray | None = None,
    class_names: Sequence[str] = (),
) -> None:
    """Write images.

    Args:
        images: uint8 (n, height, width, 1 or 3).
        path: of an .npz file, or of a new folder, which gets a PNG file for each image, with
            labels in a sub-folder for each class.
        labels: None, or (n,) whole numbers from 0.
        class_names: of the classes, by number; by default the numbers. Of what cannot stand in
            the name of a folder becomes a dash.

    Raises:
        ValueError: for images or labels that are not that, or a folder that is there already.
        OSError: if they cannot be written.
    """
    images, path = arguments.images(images), arguments.path(path)
    if labels is not None:
        labels = arguments.labels(labels, len(images), len(class_names) or MOST_CLASSES)
    if path.suffix.lower() == ".npz":
        arrays: dict[str, Any] = {"x_train": images}
        if labels is not None:
            arrays["y_train"] = labels
        content = io.BytesIO()
        np.savez_compressed(content, **arrays)
        files.write(path, content.getvalue())
        return
    if path.exists():
        raise ValueError(f"{path} is there already: choose another folder, or move that one.")
    places = _names_of_folders(class_names or range(MOST_CLASSES))
    with files.new_folder(path) as new:
        for number, image in enumerate(images):
            place = new if labels is None else new / places[labels[number]]
            place.mkdir(exist_ok=True)
            pixels = image[..., 0] if image.shape[2] == 1 else image
            Image.fromarray(pixels).save(place / f"{number:06d}.png")


def _names_of_folders(names):
    """Different names of folders for classes of any names."""
    found = [re.sub(r"[^\w .-]", "-", str(name)).strip(" .") or "class" for name in names]
    return [
        f"{name}-{number}" if found.index(name) != number else name
        for number, name in enumerate(found)
    ]
