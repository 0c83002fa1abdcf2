import gzip
import pickle
from pathlib import Path

import numpy as np
import pytest

from tests.data.helpers import GOOD, accept, error_of, idx, random_images, write_fashion_mnist

LABELS = idx(np.zeros(4, np.uint8))


@pytest.mark.parametrize(
    "content, named",
    [
        (b"none" + LABELS, "magic number"),
        (gzip.compress(LABELS)[:-9], "end"),
        (gzip.compress(b"\x1f"), "at least 8 bytes"),
        (gzip.compress(idx(random_images(4, 2, 2))), "magic number is 0x803, not 0x801"),
        (gzip.compress(LABELS[:-1]), "size 3"),
        (gzip.compress(LABELS + b"0"), "size 5"),
    ],
    ids=["not-idx", "cut-gzip", "no-header", "images", "too-short", "too-long"],
)
def test_bad_idx_file(content, named, monkeypatch, user_folder):
    write_fashion_mnist(user_folder)
    path = user_folder / "train-labels-idx1-ubyte.gz"
    path.write_bytes(content)
    accept(monkeypatch, user_folder)
    message = error_of(ValueError, "fashion-mnist")
    assert str(path) in message and named in message


class Bomb:
    """What a pickle of this is told to do when it is read must never be done."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return (Path.touch, (self.trace,))


def test_own_file_with_pickled_objects(tmp_path):
    path, trace = tmp_path / "own.npz", tmp_path / "unpickled"
    np.savez(path, x_train=np.array([Bomb(trace)], object))
    assert str(path) in error_of(ValueError, path)
    path.write_bytes(pickle.dumps(Bomb(trace)))
    assert str(path) in error_of(ValueError, path)
    assert not trace.exists()


def test_truncated_own_file(tmp_path):
    path = tmp_path / "own.npz"
    np.savez(path, **GOOD)
    path.write_bytes(path.read_bytes()[:-30])
    assert str(path) in error_of(ValueError, path)


def test_own_file_with_a_flipped_byte(tmp_path):
    path = tmp_path / "own.npz"
    np.savez(path, **GOOD)
    content = bytearray(path.read_bytes())
    content[200] ^= 255
    path.write_bytes(content)
    assert str(path) in error_of(ValueError, path)


def test_own_file_that_is_one_array(tmp_path):
    path = tmp_path / "own.npz"
    with path.open("wb") as file:
        np.save(file, GOOD["x_train"])
    assert "zip" in error_of(ValueError, path)
