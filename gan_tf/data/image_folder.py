"""A folder of images: which of its files are the images, of which classes, and their pixels."""

import os
import shutil
import tempfile
import warnings
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
from PIL import ExifTags, Image, ImageOps
from tqdm import tqdm

from gan_tf.data import conversions, fitting
from gan_tf.data.conversions import Arrays
from gan_tf.storage import files
from gan_tf.storage.files import reason

SUFFIXES = ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"
_SIXTEEN_BITS = "I;16", "I;16B", "I;16L"
_SPLITS = "train", "test"


class Listed(NamedTuple):
    """Images of a folder that are read together: their files, and the class of each, if any."""

    files: list[Path]
    classes: list[str]


def read(folder: Path, size: int | None, skip_damaged: bool) -> tuple[Arrays, tuple[str, ...]]:
    """The images of a folder, by the names of `checks.ARRAYS`, and the names of their classes.

    The images lie in the folder itself, or in sub-folders that are the classes; either way also
    in a sub-folder `train`, with or without one called `test`. Grey images stay grey unless there
    is one in colour among them. 16-bit images are scaled to 8 bits, transparent ones laid on
    white, cameras' notes on which side is up followed.

    What takes more than half of the memory that is free is kept in a temporary file instead.

    Args:
        folder: it.
        size: side in pixels, as of `fitting.fitted`; by default the images' own.
        skip_damaged: whether to leave out files that cannot be read.

    Raises:
        ValueError: if there are no images, they differ in size, or one is damaged.
        PermissionError: for what may not be read.
    """
    parts = {name: _listed(place) for name, place in _parts(folder).items()}
    names = _in_order({name for part in parts.values() for name in part.classes})
    if len(names) > conversions.MOST_CLASSES:
        raise ValueError(
            f"{folder} has {len(names)} sub-folders with images, but there may be at most "
            f"{conversions.MOST_CLASSES} classes: put all images into one folder, or group them."
        )
    every_file = [file for part in parts.values() for file in part.files]
    reader = _Reader(folder, every_file, size, skip_damaged)
    arrays = {}
    for name, part in parts.items():
        arrays[f"x_{name}"], kept = reader.read(part.files)
        if part.classes:
            labels = [part.classes[k] for k in kept]
            _check_none_lost(folder, part.classes, labels)
            arrays[f"y_{name}"] = np.array([names.index(label) for label in labels])
    reader.say()
    return arrays, tuple(names)


def _check_none_lost(folder, classes, kept):
    """Raise a `ValueError` if no image of a class could be read."""
    if lost := sorted({*classes} - {*kept}):
        raise ValueError(
            f"No image of the class {lost[0]!r} in {folder} can be read: replace its files, or "
            "move its sub-folder away."
        )


def _parts(folder):
    """The folders of the training and of the test images, by "train" and "test"."""
    inside = {path.name for path in _entries(folder) if path.is_dir()}
    if "train" in inside and inside <= set(_SPLITS):
        found = [name for name in _SPLITS if name in inside]
        print(f"{folder}: {' and '.join(found)} are read as training and test images.")
        return {name: folder / name for name in found}
    return {"train": folder}


def _entries(folder):
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except PermissionError as error:
        raise PermissionError(
            error.errno, f"The folder {folder} may not be read: change its permissions."
        ) from error


def _listed(folder):
    """The `Listed` images of a folder, in the order of their names."""
    inside = _entries(folder)
    here = [path for path in inside if _is_image(path)]
    within = {path: _entries(path) for path in inside if path.is_dir()}
    images = {path: [file for file in files if _is_image(file)] for path, files in within.items()}
    by_class = {path.name: files for path, files in images.items() if files}
    if here and by_class:
        raise ValueError(
            f"{folder} holds images beside the sub-folders {conversions.listed([*by_class])}, "
            "which hold images, too: move them into a sub-folder, the name of their class."
        )
    if not here and not by_class:
        if deeper := next((p for p in sorted(folder.rglob("*")) if _is_image(p)), None):
            raise ValueError(
                f"{folder} holds images in sub-folders of sub-folders only, such as "
                f"{deeper.relative_to(folder)}: give the folder {deeper.parent.parent}, whose "
                "sub-folders are the classes, or one of those."
            )
        raise ValueError(
            f"{folder} holds no images, neither itself nor its sub-folders: put files there that "
            f"end in {', '.join(SUFFIXES)}."
        )
    everything = [*inside, *(path for paths in within.values() for path in paths)]
    read = {*here, *(path for path, files in images.items() if files), *sum(images.values(), [])}
    others = [path for path in everything if path not in read]
    if others:
        names = [str(path.relative_to(folder)) for path in others]
        print(f"{folder}: passed over, for they are no images: {conversions.listed(names)}.")
    if here:
        return Listed(here, [])
    files = [file for name in _in_order(by_class) for file in by_class[name]]
    return Listed(files, [file.parent.name for file in files])


def _in_order(names):
    """Names of classes in their order: by value where all are whole numbers."""
    numbers = all(name.isdecimal() for name in names)
    return sorted(names, key=lambda name: (int(name), name) if numbers else (0, name))


def _is_image(path):
    return path.suffix.lower() in SUFFIXES and path.is_file()


class _Reader:
    """Reads images of one folder that shall have one size and number of channels."""

    def __init__(self, folder, files, size, skip_damaged):
        self.folder, self.size, self.skip_damaged = folder, size, skip_damaged
        self.damaged = []
        self.facts = Counter()
        self.shape = self._shape(files)

    def read(self, files):
        """Images uint8 (n, height, width, channels), and which of the files they are."""
        images, kept = _room(self.folder, (len(files), *self.shape)), []
        for number, path in enumerate(
            tqdm(files, unit="image", leave=False, delay=2, disable=None)
        ):
            image = self._image(path)
            if image is not None:
                images[len(kept)] = image
                kept.append(number)
        if not kept:
            raise ValueError(f"{self.folder} holds no image that can be read: replace its files.")
        return images[: len(kept)], kept

    def say(self):
        """Print what was converted or left out."""
        for what, count in self.facts.items():
            print(f"{self.folder}: {count:,} of the images {what}.")
        if self.damaged:
            print(
                f"{self.folder}: {len(self.damaged):,} files cannot be read and are left out: "
                f"{conversions.listed(self.damaged)}."
            )

    def _shape(self, files):
        """(height, width, channels) of all images, from the first bytes of the files."""
        sizes, grey = Counter(), Counter()
        for path in files:
            try:
                with _opened(path) as image:
                    turned = image.getexif().get(ExifTags.Base.Orientation, 1) > 4
                    sizes[image.size if turned else image.size[::-1]] += 1
                    grey[_is_grey(image)] += 1
            except Exception:  # Pillow raises whatever the damage leads to.
                continue  # Named when it is read.
        if grey[True] and grey[False]:
            self.facts["are grey and get the three channels of the others"] = grey[True]
        channels = 3 if grey[False] else 1
        if self.size:
            return self.size, self.size, channels
        if len(sizes) > 1:
            (most, _), (other, _) = sizes.most_common(2)
            raise ValueError(
                f"The images in {self.folder} have {len(sizes)} sizes, such as "
                f"{most[1]}×{most[0]} and {other[1]}×{other[0]}: choose one by --size 28, say, "
                "or by size=28."
            )
        return *next(iter(sizes), (1, 1)), channels

    def _image(self, path):
        """Pixels uint8 (height, width, channels), `None` for a damaged file."""
        try:
            with _opened(path) as image:
                return self._pixels(image)
        except PermissionError as error:
            raise PermissionError(
                error.errno, f"{path} may not be read: change its permissions."
            ) from error
        except Exception as error:  # Pillow raises whatever the damage leads to.
            if not self.skip_damaged:
                raise ValueError(
                    f"{path} is no image that can be read ({reason(error)}): replace it, move it "
                    "away, or leave out what is damaged by --skip-damaged, or "
                    "skip_damaged=True."
                ) from error
            self.damaged.append(path.name)
            return None

    def _pixels(self, image):
        if image.mode in ("I", "F"):
            raise ValueError("it has 32 bits a pixel")
        if getattr(image, "n_frames", 1) > 1:
            self.facts["have several frames, of which the first is taken"] += 1
        grey = _is_grey(image)
        if image.mode in _SIXTEEN_BITS:
            self.facts["have 16 bits a pixel, which are scaled to 8"] += 1
            turned = ImageOps.exif_transpose(image)
            image = Image.fromarray(conversions.as_bytes(np.asarray(turned) / 257))
        image = ImageOps.exif_transpose(image)
        if image.has_transparency_data:
            image = image.convert("RGBA")
            if image.getchannel("A").getextrema()[0] < 255:
                self.facts["are transparent in places, which are laid on white"] += 1
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        image = image.convert("L" if grey else "RGB")
        if self.size:
            image = fitting.fitted(image, self.size)
        pixels = np.asarray(image)
        return pixels[..., None] if grey else pixels


def _room(folder, shape):
    """An array to write images in: in memory, or in a temporary file where they need too much."""
    size, free = np.prod(shape, dtype=np.int64), psutil.virtual_memory().available
    if size <= free / 2:
        return np.zeros(shape, np.uint8)
    print(
        f"{folder}: {size / 2**30:.1f} GiB of pixels with {free / 2**30:.1f} GiB of memory free: "
        "they are kept in a temporary file and read from there."
    )
    return room_on_disk(shape)


def room_on_disk(shape: tuple[int, ...]) -> np.memmap:
    """An array of bytes in a temporary file, which goes when the array does.

    Raises:
        ValueError: if there is no room for it.
    """
    size, free = np.prod(shape, dtype=np.float64), shutil.disk_usage(tempfile.gettempdir()).free
    if size > free:
        raise ValueError(
            f"{shape[0]:,} images of {shape[1]}×{shape[2]} pixels would take {size / 1e9:,.0f} GB "
            f"in temporary files, but only {free / 1e9:,.0f} GB are free: choose smaller ones "
            "(--size, or size=), fewer, or another place by TMPDIR."
        )
    with tempfile.TemporaryFile() as file:
        if hasattr(os, "posix_fallocate") and size:
            # Otherwise a disk that becomes full would end the process where it is written.
            with files.explaining_write_errors(Path(tempfile.gettempdir()) / "images"):
                os.posix_fallocate(file.fileno(), 0, int(size))
        return np.memmap(file, np.uint8, "w+", shape=shape)


@contextmanager
def _opened(path):
    """An image file, without what Pillow warns of: it can be read, or an error says why not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(path) as image:
            yield image


def _is_grey(image):
    return image.mode in ("1", "L", "LA", "La", *_SIXTEEN_BITS)
