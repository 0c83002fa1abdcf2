"""Options of the command line: numbers and paths, checked before TensorFlow is imported."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from gan_tf.catalogue import DATASETS

# Formats of pictures, as names of files end.
PICTURES = ".png", ".jpg", ".jpeg", ".pdf", ".svg"
PAGES = ".html", ".htm"
# Keras and TensorFlow take seeds below it.
MOST_SEED = 2**31 - 1
# More would take longer than anyone waits.
MOST_EPOCHS = 1_000_000
# Pixels a side, as of `data.load`.
MOST_SIDE = 4096
# A picture of more is none that a screen or a program shows.
MOST_IN_A_PICTURE = 10_000


class Refused(ValueError):
    """The sentence that says what is wrong with the options."""


class Parser(argparse.ArgumentParser):
    """Raises `Refused` where `argparse` would print how it is used and end the process."""

    def error(self, message: str) -> NoReturn:
        raise Refused(f"{' '.join(message.split())} (see `{self.prog} --help`).")


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """The type of a whole number in a range."""
    allowed = f"of at least {least:,}" if most is None else f"from {least:,} to {most:,}"

    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least or most is not None and value > most:
            raise argparse.ArgumentTypeError(f"{text!r} must be a whole number {allowed}")
        return value

    return number


def new_file(suffixes: tuple[str, ...]) -> Callable[[str], Path]:
    """The type of a file to be written, of one of these kinds."""

    def path(text: str) -> Path:
        found = _path(text)
        if found.suffix.lower() not in suffixes:
            raise argparse.ArgumentTypeError(f"{text} must end in {', '.join(suffixes)}")
        if found.is_dir():
            raise argparse.ArgumentTypeError(f"{text} is a folder: name a file")
        _check_writable(found)
        return found

    return path


def old_file(text: str) -> Path:
    """The type of a file to be read."""
    found = _path(text)
    if not found.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}: give the path of one")
    return found


def run(text: str) -> str:
    """The type of the name of a run, or of its folder, which need not be there."""
    _path(text)
    return text


def dataset(text: str) -> str:
    """The type of the name of a data set, or of a folder or a file that is there."""
    if text not in DATASETS and not os.path.exists(os.path.expanduser(text)):
        raise argparse.ArgumentTypeError(
            f"there is no data set, no file and no folder {text}: give {', '.join(DATASETS)}, or "
            "the path of a folder or a file of images"
        )
    return text


def images(text: str) -> Path:
    """The type of what images are written to: a picture, an .npz file, or a new folder."""
    return new_file((*PICTURES, ".npz"))(text) if Path(text).suffix else new_folder(text)


def new_folder(text: str) -> Path:
    """The type of a folder to be made."""
    found = _path(text)
    if found.exists():
        raise argparse.ArgumentTypeError(
            f"{text} is there already: choose another folder, or move that one"
        )
    _check_writable(found)
    return found


def folder(text: str) -> Path:
    """The type of a folder to write into, which need not be there."""
    found = _path(text)
    if found.exists() and not found.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a file: name a folder")
    _check_writable(found / "file")
    return found


def _path(text):
    try:
        found = Path(text)
        found.is_dir()
        os.stat(found.parent if found.parent.exists() else os.curdir)
        if text and len(os.fsencode(found.name)) <= 255 and "\0" not in text:
            return found
    except PermissionError:
        raise argparse.ArgumentTypeError(
            f"{text} lies in a folder that may not be read: choose another place"
        ) from None
    except (OSError, ValueError):
        pass
    raise argparse.ArgumentTypeError(f"{text!r} cannot be the name of a file or a folder")


def _check_writable(path):
    try:
        above = next(place for place in path.absolute().parents if place.exists())
    except OSError:
        raise argparse.ArgumentTypeError(
            f"{path} has no place, for the folder of now is gone: go to another one"
        ) from None
    if not above.is_dir():
        raise argparse.ArgumentTypeError(
            f"{path} would lie below {above}, which is a file: choose another place"
        )
    if not os.access(above, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError(
            f"{path} cannot be made, for {above} may not be written: choose another place"
        )
