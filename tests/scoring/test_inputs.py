import numpy as np
import pytest

from gan_tf import data
from gan_tf.scoring import inputs
from tests.scoring.conftest import blobs


@pytest.fixture
def real():
    dataset = data.Dataset(blobs(90, 0), np.arange(90) % 3, None, None, ("a", "b", "c"))
    return inputs.real_of(dataset, None, 0)


def test_classes_are_matched_by_their_names(real, tmp_path):
    np.savez(tmp_path / "own.npz", images=blobs(30, 1), labels=np.array(["c", "a"] * 15))
    images, name = inputs.images_of(tmp_path / "own.npz", None, real, None, 0, 100)
    assert name == "own.npz" and set(images.labels) == {0, 2}
    first = blobs(30, 1)[0]
    place = int(np.flatnonzero((images.images == first).all(axis=(1, 2, 3)))[0])
    assert images.labels[place] == 2
    np.savez(tmp_path / "own.npz", images=blobs(30, 1), labels=np.array(["d", "a"] * 15))
    with pytest.raises(ValueError, match="have the class 'd', but the real ones only a, b, c"):
        inputs.images_of(tmp_path / "own.npz", None, real, None, 0, 100)


def test_what_is_not_there(home, real):
    with pytest.raises(FileNotFoundError, match="no file and no run called 'nowhere': give the"):
        inputs.images_of("nowhere", None, real, None, 0, 100)


def test_real_images_that_are_no_data_set(real):
    with pytest.raises(ValueError, match=r"real images are a ndarray: give a data\.Dataset"):
        inputs.real_of(real.training.images, None, 0)


class TestLabels:
    def test_of_files(self, tmp_path):
        np.save(tmp_path / "labels.npy", [1, 2])
        np.savez(tmp_path / "labels.npz", y=[3, 4])
        assert inputs.read_labels(tmp_path / "labels.npy").tolist() == [1, 2]
        assert inputs.read_labels(tmp_path / "labels.npz").tolist() == [3, 4]

    def test_that_cannot_be_read(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="give the path of one with the labels"):
            inputs.read_labels(tmp_path / "labels.npy")
        (tmp_path / "labels.csv").write_text("1\n2\n")
        with pytest.raises(ValueError, match=r"is no \.npy or \.npz file: save the labels with"):
            inputs.read_labels(tmp_path / "labels.csv")
        np.savez(tmp_path / "labels.npz", other=[3, 4])
        with pytest.raises(ValueError, match="holds no array of labels"):
            inputs.read_labels(tmp_path / "labels.npz")

    def test_that_there_are_not(self, real):
        with pytest.raises(ValueError, match="label 3, but there are 3 classes"):
            inputs.images_of(blobs(4, 0), np.array([0, 1, 2, 3]), real, None, 0, 100)


class TestRealImages:
    """A data set that was made and not read."""

    @pytest.mark.parametrize(
        "labels, message",
        [
            (np.zeros((9, 1), int), r"y_train of the data set.* must have the shape \(9,\)"),
            (np.array(["a"] * 9), "must be whole numbers"),
            (np.full(9, 3), "must be from 0 to 2"),
            (np.zeros(8, int), r"must have the shape \(9,\)"),
        ],
    )
    def test_with_labels_that_are_none(self, labels, message):
        made = data.Dataset(blobs(9, 0), labels, None, None, ("a", "b", "c"))
        for use in (lambda: inputs.real_of(made, None, 0), lambda: data.describe(made)):
            with pytest.raises(ValueError, match=message):
                use()

    def test_that_are_floats(self):
        made = data.Dataset(blobs(9, 0) / 255, None, None, None)
        with pytest.raises(ValueError, match="x_train of the data set given must be uint8"):
            inputs.real_of(made, None, 0)
