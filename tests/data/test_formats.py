import gzip
import pickle
import struct
import tokenize
from pathlib import Path

import h5py
import numpy as np
import psutil
import pytest
import scipy.io

from gan_tf import data
from tests.data.helpers import GOOD, accept, error_of, idx, random_images, write_fashion_mnist

LABELS = idx(np.zeros(4, np.uint8))


@pytest.mark.parametrize(
    "content, named",
    [
        (b"none" + LABELS, "magic number"),
        (gzip.compress(LABELS)[:-9], "end"),
        (gzip.compress(b"\x1f"), "requires a buffer of 8 bytes"),
        (gzip.compress(idx(random_images(4, 2, 2))), "magic number is 0x803, not 0x801"),
        (gzip.compress(LABELS[:-1]), "hold 4 bytes, but holds 3"),
        (gzip.compress(LABELS + b"0"), "hold 4 bytes, but holds more"),
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


class TestDeclaredSizes:
    """What a file says that it holds is checked before memory is taken for it."""

    @pytest.fixture(autouse=True)
    def little_memory(self, monkeypatch):
        memory = psutil.virtual_memory()._replace(available=10_000)
        monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)

    def test_npz_that_is_small_when_packed(self, tmp_path):
        np.savez_compressed(tmp_path / "bomb.npz", x_train=np.zeros((100, 28, 28), np.uint8))
        assert "bomb.npz holds 0.0 GiB, but only" in error_of(ValueError, tmp_path / "bomb.npz")

    def test_idx(self, tmp_path):
        header = struct.pack(">4I", 0x803, 2**20, 2**10, 2**10)
        (tmp_path / "idx3.gz").write_bytes(gzip.compress(header + bytes(100)))
        assert "idx3.gz holds 1,024.0 GiB" in error_of(ValueError, tmp_path / "idx3.gz")

    def test_hdf5(self, tmp_path):
        with h5py.File(tmp_path / "a.h5", "w") as file:
            file.create_dataset("x_train", (2**30, 28, 28), np.uint8, chunks=True)
        assert "a.h5 holds 784.0 GiB" in error_of(ValueError, tmp_path / "a.h5")

    def test_matlab(self, tmp_path):
        images = np.zeros((100, 28, 28), np.uint8)
        scipy.io.savemat(tmp_path / "a.mat", {"x_train": images}, do_compression=True)
        assert "a.mat holds 0.0 GiB" in error_of(ValueError, tmp_path / "a.mat")

    def test_header_of_more_than_there_is(self, tmp_path, monkeypatch):
        monkeypatch.undo()
        path = tmp_path / "a.npy"
        np.save(path, np.zeros((10, 28, 28), np.uint8))
        path.write_bytes(path.read_bytes().replace(b"(10, 28, 28)", b"(999999999, 28, 28)"[:12]))
        assert "cannot be read as an .npy file" in error_of(ValueError, path)


@pytest.mark.parametrize("error", [MemoryError(), OverflowError("x"), tokenize.TokenError("y")])
def test_whatever_a_library_raises_becomes_a_sentence(tmp_path, monkeypatch, error):
    def broken(*_, **__):
        raise error

    np.savez(tmp_path / "own.npz", **GOOD)
    monkeypatch.setattr(np, "load", broken)
    assert str(tmp_path / "own.npz") in error_of(ValueError, tmp_path / "own.npz")


def test_matlab_73_has_its_axes_the_other_way_round(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (20, 32, 3, 50), np.uint8)  # As SVHN's.
    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        file["X"], file["y"] = images.T, np.full((1, 50), 10, np.uint8)
    read = data.load(tmp_path / "a.mat")
    assert np.array_equal(read.x_train, np.moveaxis(images, 3, 0))
    assert set(read.y_train) == {0}


def test_csv_rows_longer_than_the_first(tmp_path):
    (tmp_path / "a.csv").write_text("label,pixel0,pixel1,pixel2,pixel3\n7,1,2,3,4,5\n")
    assert "more numbers than there are names" in error_of(ValueError, tmp_path / "a.csv")


@pytest.mark.parametrize("labels", [np.array(3), np.array([b"\xff"] * 10)])
def test_labels_that_are_none(tmp_path, labels):
    np.savez(tmp_path / "a.npz", x_train=random_images(10, 8, 8), y_train=labels)
    assert "y_train in" in error_of(ValueError, tmp_path / "a.npz")
