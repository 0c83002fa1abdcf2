"""Locks: one process at a time works on a file or a folder, and the others say who has it.

`filelock` is imported where something is locked, for `list`, say, takes less time without it.
"""

import os
import platform
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from gan_tf.storage import files


@contextmanager
def locked(path: Path, action: str = "trained") -> Iterator[None]:
    """Lock the file or folder at `path` against other processes.

    While waiting it says who has it, and that it is being `action`.

    Raises:
        OSError: where nothing can be written beside `path`.
    """
    import filelock

    with ExitStack() as held:
        with files.explaining_write_errors(path):
            held.enter_context(files.parents_of(path))
            lock = _lock(path)
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout:
                who = _owner(path)
                print(f"{path} is being {action} by {who}: waiting until it is done.", flush=True)
                lock.acquire()
            held.enter_context(_held(lock, path))
        yield


@contextmanager
def locked_if_free(path: Path) -> Iterator[bool]:
    """Lock the file or folder at `path` if no process has it and it can be; gives whether it is."""
    lock = _lock(path)
    with ExitStack() as held:
        try:
            if path.parent.is_dir():  # Otherwise filelock would make it.
                lock.acquire(timeout=0)
                held.enter_context(_held(lock, path))
        except OSError:  # A timeout, too.
            held.close()
        yield lock.is_locked


def is_left(path: Path) -> bool:
    """Whether there is a lock of the file or folder at `path`, held or left by a killed process."""
    return _beside(path, "lock").exists() or _beside(path, "owner").exists()


@contextmanager
def _held(lock, path):
    """The lock with its owner's name beside it, which both go in the end."""
    try:
        who = f"process {os.getpid()} on {platform.node()}"
        _beside(path, "owner").write_text(who, encoding="utf-8")
        yield
    finally:
        # Some versions of filelock remove the lock, and to remove it twice would be to remove what
        # another process has made since. Whoever waits for a file that is removed sees that, and
        # makes a new one.
        is_removed = "unlink" in type(lock)._release.__code__.co_names
        for name in ("owner",) if is_removed else ("owner", "lock"):
            with suppress(OSError):
                _beside(path, name).unlink()
        lock.release()


def _lock(path):
    import filelock

    return filelock.FileLock(_beside(path, "lock"))


def _owner(path):
    try:
        return _beside(path, "owner").read_text(encoding="utf-8") or "another process"
    except OSError:
        return "another process"


def _beside(path, name):
    return path.with_name(f".gan_tf-{path.name}.{name}")
