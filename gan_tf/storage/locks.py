"""Locks: one process at a time works on a file or a folder, and the others say who has it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from gan_tf.storage.files import explaining_write_errors


@contextmanager
def locked(path: Path, action: str = "trained") -> Iterator[None]:
    """Lock the file or folder at `path` against other processes.

    While waiting it says who has it, and that it is being `action`.

    Raises:
        OSError: where nothing can be written beside `path`.
    """
    with explaining_write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(path.with_name(f".{path.name}.lock"))
    owner = path.with_name(f".{path.name}.owner")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        who = owner.read_text(encoding="utf-8") if owner.is_file() else "another process"
        print(f"{path} is being {action} by {who}: waiting until it is done.", flush=True)
        lock.acquire()
    try:
        owner.write_text(f"process {os.getpid()}", encoding="utf-8")
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()
