"""Files of images as people have them."""

import gzip

import h5py
import numpy as np
import pytest
import scipy.io

from gan_tf import data
from tests.data.helpers import error_of, idx, random_images

IMAGES, LABELS = random_images(3, 4, 4), np.array([2, 0, 1], np.uint8)


def write_npz(path, **arrays):
    np.savez(path, **arrays)


def write_hdf5(path, **arrays):
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = array


def write_mat(path, **arrays):
    scipy.io.savemat(path, arrays)


@pytest.mark.parametrize(
    "write, suffix", [(write_npz, ".npz"), (write_hdf5, ".h5"), (write_hdf5, ".HDF5")]
)
@pytest.mark.parametrize(
    "images, labels",
    [
        ("x_train", "y_train"),
        ("train_images", "train_labels"),
        ("images", "labels"),
        ("x", "y"),
        ("X", "y"),
        ("arr_0", "arr_1"),
    ],
)
def test_names_of_arrays(images, labels, write, suffix, tmp_path, capsys):
    path = tmp_path / f"own{suffix}"
    write(path, **{images: IMAGES, labels: LABELS})
    dataset = data.load(path)
    np.testing.assert_array_equal(dataset.x_train[..., 0], IMAGES)
    assert dataset.y_train.tolist() == [2, 0, 1]
    said = "" if images == "x_train" else f"{path}: {images} is x_train, {labels} is y_train.\n"
    assert capsys.readouterr().out == said


def test_one_array(tmp_path):
    np.save(tmp_path / "own.npy", IMAGES)
    np.testing.assert_array_equal(data.load(tmp_path / "own.npy").x_train[..., 0], IMAGES)


def test_text_in_hdf5(tmp_path):
    write_hdf5(tmp_path / "own.h5", images=IMAGES, labels=["b", "a", "ü"])
    assert data.load(tmp_path / "own.h5").class_names == ("a", "b", "ü")


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_idx_with_what_lies_beside_it(suffix, tmp_path, capsys):
    files = {
        "train-images-idx3-ubyte": IMAGES,
        "train-labels-idx1-ubyte": LABELS,
        "t10k-images-idx3-ubyte": IMAGES[:2],
        "t10k-labels-idx1-ubyte": LABELS[:2],
    }
    for name, array in files.items():
        content = gzip.compress(idx(array)) if suffix else idx(array)
        (tmp_path / f"{name}{suffix}").write_bytes(content)
    dataset = data.load(tmp_path / f"train-images-idx3-ubyte{suffix}")
    np.testing.assert_array_equal(dataset.x_train[..., 0], IMAGES)
    np.testing.assert_array_equal(dataset.x_test[..., 0], IMAGES[:2])
    assert dataset.y_train.tolist() == [2, 0, 1] and dataset.y_test.tolist() == [2, 0]
    of_the_folder = data.load(tmp_path)
    for array, same in zip(dataset[:4], of_the_folder[:4], strict=True):
        np.testing.assert_array_equal(array, same)
    assert f"train-labels-idx1-ubyte{suffix} is y_train" in capsys.readouterr().out


def test_idx_by_itself(tmp_path, capsys):
    (tmp_path / "digits.idx3").write_bytes(idx(IMAGES))
    assert data.load(tmp_path / "digits.idx3").y_train is None
    assert not capsys.readouterr().out


def test_idx_of_labels(tmp_path):
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.repeat(LABELS, 9)))
    message = error_of(ValueError, tmp_path / "train-labels-idx1-ubyte")
    assert "magic number is 0x801, not 0x803" in message


def test_matlab_of_svhns_layout(tmp_path, capsys):
    colour = random_images(3, 32, 32, 3)
    path = tmp_path / "train_32x32.mat"
    write_mat(path, X=np.moveaxis(colour, 0, 3), y=np.array([[10], [1], [9]], np.uint8))
    dataset = data.load(path)
    np.testing.assert_array_equal(dataset.x_train, colour)
    assert dataset.y_train.tolist() == [0, 1, 9]
    said = capsys.readouterr().out
    assert "as in SVHN" in said and "10 is the digit 0" in said


def test_matlab_of_our_layout(tmp_path):
    write_mat(tmp_path / "own.mat", images=IMAGES, labels=LABELS)
    dataset = data.load(tmp_path / "own.mat")
    np.testing.assert_array_equal(dataset.x_train[..., 0], IMAGES)
    assert dataset.y_train.tolist() == [2, 0, 1]


def write_csv(path, header="label,pixel0,pixel1,pixel2,pixel3", rows=("3,0,10,20,30", "1,4,5,6,7")):
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_csv(tmp_path, capsys):
    dataset = data.load(write_csv(tmp_path / "train.csv"))
    assert dataset.x_train[..., 0].tolist() == [[[0, 10], [20, 30]], [[4, 5], [6, 7]]]
    assert dataset.y_train.tolist() == [3, 1]
    assert "4 columns of pixels are 2×2 images" in capsys.readouterr().out


def test_csv_without_labels_and_with_text(tmp_path):
    path = write_csv(tmp_path / "test.csv", "pixel0,pixel1,pixel2,pixel3", ["0,10,20,30"])
    assert data.load(path).y_train is None
    path = write_csv(tmp_path / "named.csv", rows=["shirt,0,10,20,30", "bag,4,5,6,7"])
    assert data.load(path).class_names == ("bag", "shirt")


@pytest.mark.parametrize(
    "changes, named",
    [
        ({"header": "3,0,10,20,31"}, "first row"),
        ({"rows": ["3,0,10,x,30"]}, "'x' in row 2, column pixel2"),
        ({"rows": ["3,0,10,20,30", "3,0,10,20"]}, "row 3, column pixel3"),
        ({"rows": ["3,0,10,20,30", ",0,10,20,30"]}, "no label in row 3"),
        ({"rows": ["3,0,10,20,300"]}, "to 300"),
        ({"header": "label;pixel0;pixel1", "rows": ["1;2;3"]}, "semicolons between its columns"),
        ({"header": "label,pixel0,pixel2,pixel1,pixel3"}, "pixel2 where pixel1 must be"),
        ({"header": "label,pixel0,pixel0,pixel2,pixel3"}, "pixel0.1 where pixel1 must be"),
        ({"header": "label,a,b,c", "rows": ["1,2,3,4"]}, "3 columns besides label"),
        ({"header": "label", "rows": ["1"]}, "0 columns besides label"),
        ({"header": "", "rows": []}, "CSV"),
        ({"rows": []}, "empty"),
        ({"rows": ["3,0,10,20,30,40,50,60,70,80,90", "3,0,10,20,30,1"]}, "CSV"),
    ],
)
def test_bad_csv(changes, named, tmp_path):
    path = write_csv(tmp_path / "own.csv", **changes)
    message = error_of(ValueError, path)
    assert str(path) in message and named in message


@pytest.mark.parametrize("name", ["own.npz", "own.npy", "own.mat", "own.h5", "own.csv", "own-idx3"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe" * 50])
def test_damaged_files(content, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    assert str(path) in error_of(ValueError, path)


@pytest.mark.parametrize(
    "write, suffix", [(write_npz, "npz"), (write_hdf5, "h5"), (write_mat, "mat")]
)
def test_names_that_say_nothing(write, suffix, tmp_path):
    path = tmp_path / f"own.{suffix}"
    write(path, pictures=IMAGES)
    assert "holds pictures, of which none" in error_of(ValueError, path)
    write(path, images=IMAGES, x=IMAGES)
    assert "holds images, x, of which any" in error_of(ValueError, path)


def test_another_kind_of_file(tmp_path):
    (tmp_path / "own.doc").write_bytes(b"1")
    message = error_of(ValueError, tmp_path / "own.doc")
    assert "of no kind" in message and ".npz" in message


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    np.savez(tmp_path / "own.npz", x_train=IMAGES)

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "open", refuse)
    with pytest.raises(PermissionError, match="may not be read: change its permissions"):
        data.load(tmp_path / "own.npz")
