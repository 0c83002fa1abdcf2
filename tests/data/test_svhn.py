import numpy as np
import pytest
import scipy.io

from gan_tf import data
from gan_tf.data import svhn
from tests.data.helpers import accept, error_of, random_images, write_svhn


def test_svhn_from_the_users_folder(monkeypatch, user_folder):
    write_svhn(user_folder)
    accept(monkeypatch, user_folder)
    dataset = data.load("svhn")
    for images, labels in (dataset[:2], dataset[2:4]):
        assert images.shape == (3, 32, 32, 1) and images.dtype == np.uint8
        assert labels.tolist() == [0, 1, 9] and labels.dtype == np.uint8


def test_svhn_is_grey_by_luma(monkeypatch, user_folder):
    # 0.299 R + 0.587 G + 0.114 B: 76.245, 149.685, 29.07, 255, 0, and
    # 2.99 + 11.74 + 3.42 = 18.15; 0.299 + 0.587 * 2 + 0.114 * 9 = 2.499; 0.586 + 0.114 = 0.701.
    colours = [
        ((255, 0, 0), 76),
        ((0, 255, 0), 150),
        ((0, 0, 255), 29),
        ((255, 255, 255), 255),
        ((0, 0, 0), 0),
        ((10, 20, 30), 18),
        ((1, 2, 9), 2),
        ((0, 1, 1), 1),
    ]
    images = np.zeros((32, 32, 3, 1), np.uint8)
    for column, (colour, _) in enumerate(colours):
        images[5, column, :, 0] = colour
    write_svhn(user_folder, images, labels=[1])
    accept(monkeypatch, user_folder)
    grey = data.load("svhn").x_train
    assert grey[0, 5, : len(colours), 0].tolist() == [expected for _, expected in colours]
    assert grey[0, 6:].max() == 0


def test_svhn_keeps_the_order_of_images_rows_and_columns(monkeypatch, user_folder):
    images = random_images(32, 32, 1, 3).repeat(3, axis=2)  # Grey: luma changes nothing.
    write_svhn(user_folder, images)
    accept(monkeypatch, user_folder)
    np.testing.assert_array_equal(
        data.load("svhn").x_train[..., 0], images[:, :, 0].transpose(2, 0, 1)
    )


@pytest.mark.parametrize("missing", ["X", "y"])
def test_svhn_file_without_images_or_labels(missing, monkeypatch, user_folder):
    write_svhn(user_folder)
    arrays = {"X": random_images(32, 32, 3, 1), "y": np.ones((1, 1), np.uint8)}
    del arrays[missing]
    scipy.io.savemat(user_folder / "train_32x32.mat", arrays)
    accept(monkeypatch, user_folder)
    message = error_of(ValueError, "svhn")
    assert str(user_folder / "train_32x32.mat") in message and "lacks X or y" in message


@pytest.mark.parametrize(
    "images, labels, named",
    [
        (random_images(3, 32, 32, 3), [1, 2, 3], "(3, 32, 32, 3)"),
        (random_images(32, 32, 3), [1, 2, 3], "(32, 32, 3)"),
        (np.zeros((32, 32, 3, 3)), [1, 2, 3], "float64"),
        (random_images(32, 32, 3, 3), [1, 2], "y_train"),
        (random_images(32, 32, 3, 3), [1, 2, 11], "11"),
    ],
    ids=["axes", "rank", "dtype", "label-count", "label-range"],
)
def test_bad_svhn_arrays(images, labels, named, monkeypatch, user_folder):
    write_svhn(user_folder, images, labels)
    accept(monkeypatch, user_folder)
    assert named in error_of(ValueError, "svhn")


def test_svhn_sample_is_made_grey(user_folder):
    colour = random_images(3, 32, 32, 3)
    np.savez(user_folder / "svhn_sample.npz", x_train=colour)
    sample = data.load("svhn-sample")
    assert sample.x_train.shape == (3, 32, 32, 1) and sample.y_train is None
    luma = colour @ [0.299, 0.587, 0.114]
    assert np.abs(sample.x_train[..., 0] - luma).max() <= 0.5 + 1e-9


def test_svhn_sample_is_the_beginning_of_svhn(monkeypatch, user_folder):
    write_svhn(user_folder)
    (user_folder / "test_32x32.mat").unlink()
    accept(monkeypatch, user_folder)
    monkeypatch.setattr(svhn, "SAMPLE", 2)
    sample = data.load("svhn-sample")
    write_svhn(user_folder)
    accept(monkeypatch, user_folder)
    np.testing.assert_array_equal(sample.x_train, data.load("svhn").x_train[:2])
    assert sample.y_train is None
