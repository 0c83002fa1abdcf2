"""Files and folders: written whole or not at all, put right after a kill, read with a sentence."""

import errno
import os
import platform
import re
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

Read = TypeVar("Read")

# What is being written or removed, by which process of which machine, and when that began.
_TEMPORARY = re.compile(r"\.gan_tf-([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{8}\.(?:new|removed)")
_FULL = errno.ENOSPC, errno.EDQUOT
_WEEK = 7 * 24 * 3600


def write(
    path: str | Path,
    content: bytes | str,
    same: Callable[[Path, bytes], bool] | None = None,
) -> None:
    """Write a file, whole or not at all; if that fails, what was at `path` stays.

    Args:
        same: where it says that the file at `path` and the content are the same, the file stays.

    Raises:
        OSError: where it cannot be written, with what to do about it.
    """
    path = Path(path)
    content = content.encode() if isinstance(content, str) else content
    if same and path.is_file() and same(path, content):
        return
    with explaining_write_errors(path, len(content)), _new_beside(path) as new:
        write_new(new, content)
        new.replace(path)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, as far as the disk itself, in a `new_folder`."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def new_folder(
    path: str | Path, needed: int | None = None, replace: bool = False
) -> Iterator[Path]:
    """A new, empty folder beside `path` to be filled, which then becomes the one at `path`.

    If the filling fails, nothing of it is left and what was at `path` stays.

    Args:
        needed: how many bytes will be written, where that is known; an error says so.
        replace: whether it takes the place of a folder that is at `path`, which is removed.

    Raises:
        OSError: where it cannot be written, with what to do about it.
    """
    path = Path(path)
    with explaining_write_errors(path, needed), _new_beside(path) as new:
        new.mkdir()
        try:
            yield new
            if os.path.lexists(path) and not replace:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            if path.is_dir():
                remove(_replaced(path))
                path.rename(_replaced(path))
            new.rename(path)
        finally:
            put_right(path)


def remove(path: Path) -> None:
    """Remove a file or a folder if it is there: it is gone at once, also for one who is killed."""
    gone = path.with_name(_temporary("removed"))
    with suppress(FileNotFoundError):
        path.rename(gone)
        _delete(gone)


def put_right(path: Path) -> None:
    """Undo or finish what a killed process left of a `new_folder` at `path`, or of a `remove`.

    To be called only where no other process is writing at `path`.
    """
    if _replaced(path).is_dir():
        if path.exists():
            remove(_replaced(path))
        else:
            _replaced(path).rename(path)
    sweep(path.parent)


def is_replaced(path: Path) -> bool:
    """Whether a process that replaced the folder at `path` has left, or still has, the old one."""
    return _replaced(path).is_dir()


def sweep(folder: Path) -> None:
    """Remove what killed processes have left of writing or removing in a folder, if it can be."""
    with suppress(OSError):
        for path in folder.iterdir():
            if (name := _TEMPORARY.fullmatch(path.name)) and _is_left(path, *name.groups()):
                _delete(path)


@contextmanager
def parents_of(path: Path) -> Iterator[None]:
    """Make the folders above `path`; those of them that are empty in the end go again."""
    missing = [folder for folder in path.parents if not os.path.exists(folder)]
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        for folder in missing:
            with suppress(OSError):
                folder.rmdir()


def read(path: Path, reader: Callable[[bytes], Read], remedy: str = "restore it") -> Read:
    """What `reader` makes of the content of the file at `path`.

    Args:
        remedy: what to do where the file is missing or damaged, the end of a sentence.

    Raises:
        FileNotFoundError: if there is none.
        PermissionError: if it may not be read.
        ValueError: if it is damaged, or no file.
    """
    try:
        content = Path(path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(f"{path} is missing: {remedy}.") from None
    except PermissionError as error:
        raise PermissionError(
            error.errno, f"{path} may not be read: change its permissions."
        ) from error
    except MemoryError:
        raise ValueError(f"{path} does not fit into the memory that is free: free some.") from None
    except IsADirectoryError:
        raise ValueError(f"{path} is a folder, but must be a file: {remedy}.") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({reason(error)}): {remedy}.") from error
    try:
        return reader(content)
    except MemoryError:
        raise ValueError(f"{path} does not fit into the memory that is free: free some.") from None
    except Exception as error:  # The libraries that read raise whatever the damage leads to.
        raise ValueError(f"{path} is damaged ({reason(error)}): {remedy}.") from error


def reason(error: BaseException) -> str:
    """The first line of what an error says, to be put into a sentence."""
    says = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    lines = says.strip().splitlines() or [type(error).__name__]
    return lines[0][:200].rstrip(".: ")


@contextmanager
def explaining_write_errors(path: Path, needed: int | None = None) -> Iterator[None]:
    """Turns the system's error on writing at `path` into a sentence that says what to do.

    Args:
        needed: how many bytes were to be written, if that is known.
    """
    try:
        yield
    except OSError as error:
        if getattr(error, "is_explained", False):
            raise
        explained = OSError(error.errno, f"Could not write {path}, {_why(path, error, needed)}.")
        explained.is_explained = True  # type: ignore[attr-defined]
        raise explained from error


def _why(path, error, needed):
    """Why nothing could be written, and what to do."""
    above = next(folder for folder in path.absolute().parents if os.path.exists(folder))
    if error.errno in _FULL:
        room = f"{shutil.disk_usage(above).free:,} bytes are free in {above}"
        asked = f"{needed:,} bytes are needed and " if needed else ""
        return f"for there is no room ({asked}{room}): make room there, then run the same again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"for {above} may not be written: change its permissions, or choose another place"
    if error.errno in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        taken = path if path.exists() else above
        kind = "folder" if taken.is_dir() else "file"
        return f"for {taken} is there already and is a {kind}: choose another name"
    return f"for the system says {reason(error)!r}: mend that, or choose another place"


@contextmanager
def _new_beside(path):
    """A name beside `path`, of which nothing is left if what is done with it fails."""
    with parents_of(path):
        sweep(path.parent)
        new = path.with_name(_temporary("new"))
        try:
            yield new
        except BaseException:
            _delete(new)
            raise


def _temporary(kind):
    began = int(_began(os.getpid()))
    return f".gan_tf-{_machine()}-{os.getpid()}-{began}-{os.urandom(4).hex()}.{kind}"


def _machine():
    """The machine, and of its containers the one, in which a process's number means something."""
    try:
        numbers = os.stat("/proc/self/ns/pid").st_ino
    except OSError:  # Not on Linux.
        numbers = 0
    return f"{zlib.crc32(f'{platform.node()} {numbers}'.encode()):08x}"


def _is_left(path, machine, process, began):
    """Whether the process that wrote at `path` is no more; of other machines, after a week."""
    if machine != _machine():
        return time.time() - path.stat().st_mtime > _WEEK
    found = _began(int(process))
    # The system's clock may be set meanwhile.
    return found is None or abs(found - int(began)) > 5


def _began(process):
    """When a process of this machine began, by the system's clock; `None` if it is no more."""
    import psutil  # Not above, for `list`, say, takes less time without it.

    try:
        return psutil.Process(process).create_time()
    except psutil.Error:
        return None


def _replaced(path):
    return path.with_name(f".gan_tf-{path.name}.replaced")


def _delete(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
