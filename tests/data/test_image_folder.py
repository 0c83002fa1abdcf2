"""Folders of images as people have them."""

import numpy as np
import psutil
import pytest
from PIL import Image

from gan_tf import data
from gan_tf.data import image_folder
from tests.data.helpers import error_of, random_images


def save(path, pixels, mode=None, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels, mode).save(path, **options)


@pytest.fixture
def grey(tmp_path):
    """Four grey images (8, 6) in a folder, and the folder."""
    images = random_images(4, 8, 6)
    for number, image in enumerate(images):
        save(tmp_path / "faces" / f"{number}.png", image)
    return images, tmp_path / "faces"


def test_images_without_classes(grey, capsys):
    images, folder = grey
    dataset = data.load(folder)
    np.testing.assert_array_equal(dataset.x_train[..., 0], images)
    assert dataset[1:] == (None, None, None, ()) and not capsys.readouterr().out


def test_sub_folders_are_classes(tmp_path):
    for number, name in enumerate(("katze", "Hund und Herr", "鳥", "鳥")):
        save(tmp_path / name / f"{number}.png", np.full((4, 4), number, np.uint8))
    dataset = data.load(tmp_path)
    assert dataset.class_names == ("Hund und Herr", "katze", "鳥")
    assert dataset.y_train.tolist() == [0, 1, 2, 2]
    assert dataset.x_train[:, 0, 0, 0].tolist() == [1, 0, 2, 3]


def test_classes_that_are_numbers_are_in_their_order(tmp_path):
    for name in ("10", "9", "2"):
        save(tmp_path / name / "a.png", np.full((4, 4), int(name), np.uint8))
    dataset = data.load(tmp_path)
    assert dataset.class_names == ("2", "9", "10")
    assert dataset.x_train[:, 0, 0, 0].tolist() == [2, 9, 10]


def test_training_and_test_images(tmp_path, capsys):
    for place, value in (("train/a", 1), ("train/b", 2), ("test/b", 3)):
        save(tmp_path / place / "0.png", np.full((4, 4), value, np.uint8))
    dataset = data.load(tmp_path)
    assert dataset.y_train.tolist() == [0, 1] and dataset.y_test.tolist() == [1]
    assert "train and test are read as" in capsys.readouterr().out


def test_one_image_in_colour_makes_all_of_three_channels(grey, capsys):
    images, folder = grey
    colour = random_images(8, 6, 3)
    save(folder / "9.png", colour)
    dataset = data.load(folder)
    np.testing.assert_array_equal(dataset.x_train[4], colour)
    np.testing.assert_array_equal(dataset.x_train[0], np.repeat(images[0, ..., None], 3, axis=2))
    assert "4 of the images are grey" in capsys.readouterr().out


def test_palettes_frames_and_bits(tmp_path, capsys):
    red = Image.new("RGB", (4, 4), (255, 0, 0))
    red.convert("P").save(tmp_path / "a.gif", save_all=True, append_images=[Image.new("P", (4, 4))])
    save(tmp_path / "b.png", np.full((4, 4), 257 * 40, np.uint16))
    Image.new("1", (4, 4), 1).save(tmp_path / "c.png")
    Image.new("CMYK", (4, 4), (0, 255, 255, 0)).save(tmp_path / "d.jpg", quality=100)
    images = data.load(tmp_path).x_train
    assert images.shape == (4, 4, 4, 3)
    assert (images[0] == (255, 0, 0)).all()
    assert (images[1] == 40).all() and (images[2] == 255).all()
    assert (abs(images[3].astype(int) - (255, 0, 0)) <= 3).all()
    said = capsys.readouterr().out
    assert "1 of the images have several frames" in said
    assert "1 of the images have 16 bits" in said


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_laid_on_white(mode, tmp_path, capsys):
    image = Image.new("RGBA", (4, 4), (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 2, 4))
    image.convert(mode).save(tmp_path / "a.png")
    pixels = data.load(tmp_path).x_train
    assert pixels.shape[3] == (1 if mode == "LA" else 3)
    assert (pixels[0, :, :2] == 255).all() and (pixels[0, :, 2:] == 0).all()
    assert "transparent" in capsys.readouterr().out


def test_full_opacity_is_not_spoken_of(tmp_path, capsys):
    Image.new("RGBA", (4, 4), (1, 2, 3, 255)).save(tmp_path / "a.png")
    assert (data.load(tmp_path).x_train == (1, 2, 3)).all()
    assert not capsys.readouterr().out


def test_the_cameras_note_on_which_side_is_up_is_followed(tmp_path):
    colours, grey = random_images(8, 6, 3), random_images(8, 6)
    exif = Image.Exif()
    exif[0x0112] = 6  # To be turned by a quarter to the right.
    for name, pixels in ("8 bits", colours), ("16 bits", grey.astype(np.uint16) * 257):
        (tmp_path / name).mkdir()
        save(tmp_path / name / "a.png", pixels, exif=exif)
    loaded = [data.load(tmp_path / name).x_train[0] for name in ("8 bits", "16 bits")]
    np.testing.assert_array_equal(loaded[0], np.rot90(colours, -1))
    np.testing.assert_array_equal(loaded[1][..., 0], np.rot90(grey, -1))


def test_mixed_sizes_are_refused_and_fitted_on_request(grey):
    _, folder = grey
    save(folder / "9.png", random_images(20, 30))
    message = error_of(ValueError, folder)
    assert "2 sizes, such as 6×8 and 30×20" in message and "--size" in message
    assert data.load(folder, size=28).x_train.shape == (5, 28, 28, 1)


def test_what_is_no_image_is_passed_over(grey, capsys):
    images, folder = grey
    (folder / "notes.txt").write_text("not an image", encoding="utf-8")
    (folder / ".DS_Store").write_bytes(b"1")
    (folder / "empty").mkdir()
    assert len(data.load(folder).x_train) == len(images)
    assert "no images: empty, notes.txt" in capsys.readouterr().out


@pytest.mark.parametrize("damage", [b"", b"not an image", "cut"])
def test_a_damaged_image_is_named_or_left_out(damage, grey, capsys):
    images, folder = grey
    whole = (folder / "2.png").read_bytes()
    (folder / "2.png").write_bytes(whole[: len(whole) // 2] if damage == "cut" else damage)
    message = error_of(ValueError, folder)
    assert str(folder / "2.png") in message and "--skip-damaged" in message
    dataset = data.load(folder, skip_damaged=True)
    np.testing.assert_array_equal(dataset.x_train[..., 0], images[[0, 1, 3]])
    assert "1 files cannot be read and are left out: 2.png" in capsys.readouterr().out


def test_labels_of_what_is_left_out_are_left_out(tmp_path):
    for name in "abc":
        save(tmp_path / name / "0.png", random_images(4, 4))
    (tmp_path / "b" / "1.png").write_bytes(b"")
    dataset = data.load(tmp_path, skip_damaged=True)
    assert dataset.y_train.tolist() == [0, 1, 2]


def test_only_damaged_images(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    assert "no image that can be read" in error_of(ValueError, tmp_path, skip_damaged=True)


@pytest.mark.parametrize("inside", [None, "notes.txt", "nested/deeper/a.txt"])
def test_a_folder_without_images(inside, tmp_path):
    if inside:
        (tmp_path / inside).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / inside).write_bytes(b"")
    message = error_of(ValueError, tmp_path)
    assert str(tmp_path) in message and "holds no images" in message and ".png" in message


def test_images_beside_classes(grey):
    _, folder = grey
    save(folder / "class" / "0.png", random_images(8, 6))
    assert "beside the sub-folders class" in error_of(ValueError, folder)


def test_thirty_two_bits_are_refused(tmp_path):
    Image.fromarray(np.ones((4, 4), np.float32)).save(tmp_path / "a.tiff")
    assert "32 bits" in error_of(ValueError, tmp_path)


@pytest.mark.parametrize("place", ["folder", "file"])
def test_what_may_not_be_read(place, grey, monkeypatch):
    _, folder = grey

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    if place == "folder":
        monkeypatch.setattr(type(folder), "iterdir", refuse)
    else:
        monkeypatch.setattr(image_folder.Image, "open", refuse)
    with pytest.raises(PermissionError, match="may not be read: change its permissions"):
        data.load(folder)


def test_more_than_fits_onto_the_disk():
    with pytest.raises(ValueError, match="2 images of 9999999×9999999 pixels would take .* TMPDIR"):
        image_folder.room_on_disk((2, 9_999_999, 9_999_999, 1))


def test_more_than_fits_into_memory_is_kept_in_a_file(grey, monkeypatch, capsys):
    images, folder = grey
    expected = data.load(folder).x_train
    memory = psutil.virtual_memory()._replace(available=300)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    streamed = data.load(folder).x_train
    assert isinstance(streamed, np.memmap)
    np.testing.assert_array_equal(streamed, expected)
    assert "temporary file" in capsys.readouterr().out


def test_a_class_of_damaged_images_only(grey, tmp_path):
    (tmp_path / "faces" / "a").mkdir()
    for path in (tmp_path / "faces").glob("*.png"):
        path.rename(path.parent / "a" / path.name)
    (tmp_path / "faces" / "b").mkdir()
    (tmp_path / "faces" / "b" / "0.png").write_bytes(b"")
    message = error_of(ValueError, tmp_path / "faces", skip_damaged=True)
    assert "No image of the class 'b'" in message and "move its sub-folder away" in message


def test_images_that_lie_too_deep(tmp_path):
    save(tmp_path / "mine" / "2024" / "cats" / "0.png", random_images(4, 4))
    message = error_of(ValueError, tmp_path / "mine")
    assert f"give the folder {tmp_path / 'mine' / '2024'}, whose sub-folders" in message


def test_more_folders_than_there_may_be_classes(tmp_path):
    for number in range(257):
        save(tmp_path / str(number) / "0.png", random_images(4, 4))
    message = error_of(ValueError, tmp_path)
    assert "has 257 sub-folders" in message and "put all images into one folder" in message
