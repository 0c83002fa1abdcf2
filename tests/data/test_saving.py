import numpy as np
import pytest

from gan_tf import data

COLOUR = np.random.default_rng(0).integers(0, 256, (5, 6, 7, 3), np.uint8)


@pytest.mark.parametrize("images", [COLOUR, COLOUR[..., :1]], ids=["colour", "grey"])
@pytest.mark.parametrize("name", ["images.npz", "folder"])
def test_read_again(tmp_path, images, name):
    data.save(images, tmp_path / name)
    read = data.load(tmp_path / name)
    assert np.array_equal(read.x_train, images) and read.y_train is None


def test_classes(tmp_path):
    labels = np.array([1, 0, 1, 0, 1])
    data.save(COLOUR, tmp_path / "folder", labels, ["cat", "dog"])
    read = data.load(tmp_path / "folder")
    assert read.class_names == ("cat", "dog")
    assert np.array_equal(read.x_train, COLOUR[np.argsort(labels, kind="stable")])
    data.save(COLOUR, tmp_path / "images.npz", labels)
    assert np.array_equal(data.load(tmp_path / "images.npz").y_train, labels)


def test_nothing_that_is_there_is_lost(tmp_path):
    (tmp_path / "kept").write_text("kept")
    with pytest.raises(ValueError, match="is there already: choose another folder"):
        data.save(COLOUR, tmp_path)
    with pytest.raises(ValueError, match="labels must be from 0 to 1"):
        data.save(COLOUR, tmp_path / "folder", np.arange(5), ["cat", "dog"])
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_names_of_classes_that_are_no_names_of_folders(tmp_path):
    data.save(
        COLOUR, tmp_path / "folder", np.arange(5), ["../../evil", "T-shirt/top", ".a", "", "a"]
    )
    found = sorted(path.parent.name for path in (tmp_path / "folder").rglob("*.png"))
    assert found == ["-..-evil", "T-shirt-top", "a", "a-4", "class"]
    assert len(data.load(tmp_path / "folder").class_names) == 5
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
