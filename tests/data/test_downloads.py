import shutil
from functools import partial

import keras
import pytest

from gan_tf import data
from gan_tf.data import datasets, downloads, svhn
from tests.data.helpers import accept, error_of, write_fashion_mnist, write_svhn

KERAS_GET_FILE = keras.utils.get_file


@pytest.mark.parametrize(
    "name, write, address",
    [
        ("fashion-mnist", write_fashion_mnist, datasets.FASHION_MNIST),
        ("svhn", write_svhn, svhn.ADDRESS),
    ],
)
def test_files_are_downloaded_and_checked(name, write, address, tmp_path, monkeypatch):
    write(tmp_path)
    asked = {}

    def get_file(fname, origin, **kwargs):
        assert origin == address + fname
        asked[fname] = kwargs
        return str(tmp_path / fname)

    monkeypatch.setattr(keras.utils, "get_file", get_file)
    dataset = data.load(name)
    assert len(dataset.x_train) == len(dataset.y_train)
    assert asked.keys() == {path.name for path in tmp_path.iterdir()}
    for fname, kwargs in asked.items():
        assert kwargs == {
            "file_hash": downloads.MD5[fname],
            "hash_algorithm": "md5",
            "cache_subdir": "gan_tf",
        }


def test_a_users_copy_saves_its_download(monkeypatch, user_folder):
    write_svhn(user_folder)
    accept(monkeypatch, user_folder)
    (user_folder / "test_32x32.mat").unlink()
    assert svhn.ADDRESS + "test_32x32.mat" in error_of(FileNotFoundError, "svhn")


@pytest.mark.parametrize(
    "name, address",
    [
        ("fashion-mnist", datasets.FASHION_MNIST + "train-images-idx3-ubyte.gz"),
        ("svhn", svhn.ADDRESS + "train_32x32.mat"),
        ("svhn-sample", svhn.ADDRESS + "train_32x32.mat"),
    ],
)
def test_without_network(name, address):
    message = error_of(FileNotFoundError, name)
    assert message.count(address) == 1
    assert "Name not known" in message and "GAN_TF_DATA" in message


def test_a_download_with_a_wrong_checksum(monkeypatch):
    def get_file(fname, origin, **kwargs):
        raise ValueError("Incomplete or corrupted file detected.")

    monkeypatch.setattr(keras.utils, "get_file", get_file)
    assert "corrupted file" in error_of(FileNotFoundError, "svhn")


def test_keras_itself_downloads_and_checks(tmp_path, monkeypatch):
    """`get_file` as it is, but from a folder and into a cache of this test."""
    get_file = partial(KERAS_GET_FILE, cache_dir=str(tmp_path))
    monkeypatch.setattr(keras.utils, "get_file", get_file)
    publisher = tmp_path / "publisher"
    publisher.mkdir()
    write_svhn(publisher)
    monkeypatch.setattr(svhn, "ADDRESS", publisher.as_uri() + "/")

    assert "train_32x32.mat" in error_of(FileNotFoundError, "svhn")  # Not the published one.
    accept(monkeypatch, publisher)
    assert len(data.load("svhn").x_train) == 3
    assert {path.name for path in (tmp_path / "gan_tf").iterdir()} == {
        "train_32x32.mat",
        "test_32x32.mat",
    }
    shutil.rmtree(publisher)
    assert len(data.load("svhn").x_train) == 3  # From the cache.


@pytest.mark.parametrize(
    "name, write, file",
    [
        ("fashion-mnist", write_fashion_mnist, "t10k-labels-idx1-ubyte.gz"),
        ("svhn", write_svhn, "test_32x32.mat"),
    ],
)
def test_truncated_file_of_a_publisher(name, write, file, monkeypatch, user_folder):
    write(user_folder)
    accept(monkeypatch, user_folder)
    path = user_folder / file
    path.write_bytes(path.read_bytes()[:-1])
    message = error_of(ValueError, name)
    assert str(path) in message and downloads.MD5[file] in message


def test_users_folder_that_does_not_exist(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_TF_DATA", str(tmp_path / "nowhere"))
    message = error_of(FileNotFoundError, "svhn")
    assert "GAN_TF_DATA" in message and "nowhere" in message
