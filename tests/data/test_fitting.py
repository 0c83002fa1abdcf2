import numpy as np
from PIL import Image

from gan_tf import data
from gan_tf.data import fitting
from tests.data.helpers import error_of, random_images


def test_the_size_that_it_has_is_kept():
    images = random_images(2, 28, 28, 1)
    assert fitting.all_fitted(images, 28) is images


def test_proportions_are_kept_and_the_border_is_continued():
    image = np.full((10, 20, 1), 200, np.uint8)
    image[4:6, 8:12] = 0
    (fitted,) = fitting.all_fitted(image[None], 40)
    assert fitted.shape == (40, 40, 1)
    assert (fitted[:10] == 200).all() and (fitted[30:] == 200).all()
    assert fitted[20, 20] == 0 and fitted[20, 2] == 200


def test_colour_has_a_border_of_its_own_colour():
    image = Image.new("RGB", (4, 8), (10, 20, 30))
    fitted = np.asarray(fitting.fitted(image, 16))
    assert fitted.shape == (16, 16, 3) and (fitted == (10, 20, 30)).all()


def test_very_narrow_images_keep_a_pixel():
    assert fitting.fitted(Image.new("L", (1000, 1)), 28).size == (28, 28)


def test_data_sets_are_brought_to_a_size(tmp_path):
    np.savez(tmp_path / "own.npz", x_train=random_images(3, 9, 7), x_test=random_images(2, 9, 7))
    dataset = data.load(tmp_path / "own.npz", size=12)
    assert dataset.x_train.shape == (3, 12, 12, 1) and dataset.x_test.shape == (2, 12, 12, 1)


def test_no_size(tmp_path):
    assert "must be a whole number from 1 to 4,096" in error_of(ValueError, tmp_path, size=0)
