"""Formats of files: .npz, and the gzipped IDX of MNIST. Nothing is ever unpickled."""

import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

# What reading a damaged archive raises.
DAMAGED = zipfile.BadZipFile, zlib.error, lzma.LZMAError


def read_npz(path: Path, keys: Iterable[str]) -> dict[str, np.ndarray]:
    """Those of the arrays `keys` that the .npz file at `path` holds, by name.

    Raises:
        ValueError: if the file is damaged, or holds what would have to be unpickled.
    """
    try:
        if not zipfile.is_zipfile(path):
            raise ValueError("it is no zip archive, or not the whole of one")
        with np.load(path, allow_pickle=False) as arrays:
            return {key: np.asarray(arrays[key]) for key in keys if key in arrays}
    except (ValueError, OSError, EOFError, RuntimeError, *DAMAGED) as error:
        raise ValueError(
            f"{path} cannot be read as an .npz file of plain arrays ({error}): write it anew with "
            "numpy.savez_compressed."
        ) from error


def read_idx(path: Path, rank: int) -> np.ndarray:
    """The array of bytes in a gzipped IDX file.

    IDX is the format of MNIST: the magic number 0x800 + rank and the `rank` sizes as
    big-endian 32-bit integers, then the bytes.

    Raises:
        ValueError: if it is not such a file, or not the whole of one.
    """
    try:
        with gzip.open(path) as file:
            content = file.read()
        magic, *shape = struct.unpack_from(f">{rank + 1}I", content)
        if magic != 0x800 + rank:
            raise ValueError(f"its magic number is {magic:#x}, not {0x800 + rank:#x}")
        # A copy, because arrays of frombuffer cannot be written to.
        return np.frombuffer(content, np.uint8, offset=4 * (rank + 1)).reshape(shape).copy()
    except (ValueError, OSError, EOFError, struct.error, zlib.error) as error:
        raise ValueError(
            f"{path} is not a whole gzipped IDX file of rank {rank} ({error}): replace it by the "
            "publisher's."
        ) from error
