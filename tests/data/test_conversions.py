import numpy as np
import pytest

from gan_tf import data
from gan_tf.data import conversions
from tests.data.helpers import random_images

BYTES = random_images(4, 8, 8, 1)
COLOUR = random_images(4, 8, 8, 3)


def loaded(tmp_path, capsys, **arrays):
    """The data set of an .npz file of these arrays, and what was said."""
    np.savez(tmp_path / "own.npz", **arrays)
    dataset = data.load(tmp_path / "own.npz")
    said = capsys.readouterr().out
    assert all(line.startswith(f"{tmp_path}") for line in said.splitlines())
    return dataset, said


def test_what_fits_is_not_spoken_of(tmp_path, capsys):
    arrays = {"x_train": BYTES, "y_train": np.array([0, 1, 2, 2], np.uint8)}
    dataset, said = loaded(tmp_path, capsys, **arrays)
    assert not said and dataset.class_names == ("0", "1", "2")


@pytest.mark.parametrize(
    "images, expected, said",
    [
        (BYTES.astype(np.int64), BYTES, "int64 from"),
        (BYTES.astype(np.float32), BYTES, "float32 from"),
        (BYTES.astype(np.float64) + 0.25, BYTES, "nearest"),
        (BYTES / 255, BYTES, "[0, 1]"),
        ((BYTES / 127.5 - 1).astype(np.float32), BYTES, "[-1, 1]"),
        (BYTES > 100, (BYTES > 100) * np.uint8(255), "False is read as black"),
        (COLOUR.transpose(0, 3, 1, 2), COLOUR, "channels moved last"),
        (np.concatenate([COLOUR, 255 + 0 * BYTES], axis=3), COLOUR, "full everywhere"),
        (np.concatenate([COLOUR, 0 * BYTES], axis=3), 255 + 0 * COLOUR, "laid on white"),
    ],
    ids=["int", "whole floats", "floats", "unit", "signed", "bool", "nchw", "opaque", "clear"],
)
def test_pixels_are_converted_and_it_is_said(images, expected, said, tmp_path, capsys):
    images = np.clip(images, 0, 255) if "nearest" in said else images
    dataset, words = loaded(tmp_path, capsys, x_train=images)
    assert dataset.x_train.dtype == np.uint8 and said in words
    np.testing.assert_array_equal(dataset.x_train, expected)


def test_half_transparent_is_half_way_to_white(tmp_path, capsys):
    images = np.full((1, 8, 8, 4), 100, np.uint8)
    images[..., 3] = 51  # A fifth of 255.
    dataset, _ = loaded(tmp_path, capsys, x_train=images)
    assert (dataset.x_train == 100 / 5 + 255 * 4 / 5).all()


def test_training_and_test_images_are_read_alike(tmp_path, capsys):
    signed = BYTES / 127.5 - 1
    dataset, said = loaded(tmp_path, capsys, x_train=signed, x_test=np.abs(signed))
    np.testing.assert_array_equal(dataset.x_train, BYTES)
    assert dataset.x_test.min() >= 127 and said.count("[-1, 1]") == 1


@pytest.mark.parametrize(
    "labels, expected, names, said",
    [
        (np.eye(3)[[2, 0, 1, 1]], [2, 0, 1, 1], "012", "one-hot"),
        (np.array([[0], [2], [1], [1]]), [0, 2, 1, 1], "012", ""),
        (np.array([0.0, 2.0, 1.0, 1.0]), [0, 2, 1, 1], "012", "whole numbers"),
        (np.array([True, False, True, True]), [1, 0, 1, 1], "01", "False becomes class 0"),
        (np.array([1, 3, 2, 2]), [0, 2, 1, 1], "123", "1 to 3 become"),
        (np.array([3, 8, 8, 3]), [3, 8, 8, 3], "012345678", ""),
        (np.array(["b", "a", "ü", "b"]), [1, 0, 2, 1], "abü", "text"),
        (np.array([b"b", b"a", b"c", b"b"]), [1, 0, 2, 1], "abc", "text"),
        (np.array([0, 25, 3, 3]), [0, 25, 3, 3], None, ""),
    ],
    ids=["one-hot", "column", "floats", "bool", "from 1", "gaps", "text", "bytes", "letters"],
)
def test_labels_are_converted_and_it_is_said(labels, expected, names, said, tmp_path, capsys):
    dataset, words = loaded(tmp_path, capsys, x_train=BYTES, y_train=labels)
    assert dataset.y_train.tolist() == expected and dataset.y_train.dtype == np.uint8
    assert names is None or dataset.class_names == tuple(names)
    assert (said in words) if said else not words


def test_labels_of_both_parts_are_read_alike(tmp_path, capsys):
    arrays = {
        "x_train": BYTES,
        "y_train": np.array(["b", "c", "b", "c"]),
        "x_test": BYTES[:2],
        "y_test": np.array(["a", "c"]),
    }
    dataset, _ = loaded(tmp_path, capsys, **arrays)
    assert dataset.class_names == ("a", "b", "c")
    assert dataset.y_train.tolist() == [1, 2, 1, 2] and dataset.y_test.tolist() == [0, 2]


def test_text_of_known_classes_has_their_numbers():
    names = list(map(str, range(10)))
    found = conversions.labels("x", {"y": np.array(["7", "3", "7"])}, print, names)
    assert list(found.arrays["y"]) == [7, 3, 7]
    with pytest.raises(ValueError, match="label 'seven', but the classes are 0, 1, 2"):
        conversions.labels("x", {"y": np.array(["seven"])}, print, names)


@pytest.mark.parametrize(
    "images, sentence",
    [
        ({"x_train": np.zeros((28, 28, 3), np.uint8)}, "one image .* or many .*: add an axis"),
        ({"x_train": np.full((5, 8, 8), 1.02)}, "range from 1.02 to 1.02, but must be"),
        (
            {"x_train": np.full((5, 8, 8), 0.5), "x_test": np.full((5, 8, 8), 200, np.uint8)},
            "different ranges",
        ),
        (
            {"x_train": np.ones((5, 8, 8), bool), "x_test": np.full((5, 8, 8), 200, np.uint8)},
            "different ranges",
        ),
    ],
)
def test_what_may_be_read_in_two_ways(images, sentence):
    with pytest.raises(ValueError, match=sentence):
        conversions.pixels("x", images, print)
