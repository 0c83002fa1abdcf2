"""Files written whole or not at all, and read with a sentence where they are broken."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def written_whole(
    path: str | Path, same: Callable[[Path, Path], bool] = lambda one, other: False
) -> Iterator[Path]:
    """A new path beside `path` to write a file or a folder at; it takes the place of `path`.

    If the writing fails, nothing of it is left and what was at `path` stays. So it does where
    `same(path, new)` says that the two are the same.

    Raises:
        OSError: where it cannot be written, with what to do about it.
    """
    path = Path(path)
    new = path.with_name(f".{path.stem}.new{path.suffix}")
    with explaining_write_errors(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _remove(new)
            yield new
            if path.is_file() and same(path, new):
                new.unlink()
                return
            if new.is_dir() and path.exists():
                path.rename(_replaced(path))
            new.replace(path)
        except BaseException:
            _remove(new)
            raise
    _remove(_replaced(path))


def restore_replaced(path: Path) -> None:
    """Bring back a folder whose replacement was stopped between its two renames."""
    if _replaced(path).is_dir() and not path.exists():
        _replaced(path).rename(path)


def read(path: Path, reader: Callable[[Path], Any]) -> Any:
    """What `reader` makes of the file at `path`.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if it is corrupt.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: restore the folder, or delete what is left of it and train anew."
        )
    try:
        return reader(path)
    except Exception as error:  # The libraries that read raise whatever the damage leads to.
        raise ValueError(
            f"{path} is corrupt ({reason(error)}): restore it, or delete its folder and train anew."
        ) from error


def reason(error: BaseException) -> str:
    """The first line of what an error says, to be put into a sentence."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".: ")


@contextmanager
def explaining_write_errors(path: Path) -> Iterator[None]:
    """Turns the system's error on writing into a sentence that says what to do."""
    try:
        yield
    except OSError as error:
        raise OSError(
            error.errno,
            f"Could not write {path} ({error.strerror or error}): make room or choose a place "
            "that can be written, then run the same again.",
        ) from error


def _replaced(path):
    return path.with_name(f".{path.name}.replaced")


def _remove(path):
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    elif path.exists():
        path.unlink()
