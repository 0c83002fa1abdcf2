import numpy as np

from gan_tf import data
from gan_tf.data import Dataset
from tests.data.helpers import random_images

IMAGES = random_images(6, 4, 5, 3)
LABELLED = Dataset(IMAGES, np.array([0, 0, 0, 0, 2, 2], np.uint8), IMAGES[:1], None, tuple("abc"))


def test_labelled_images_are_described():
    assert data.describe(LABELLED).splitlines() == [
        "6 training images and 1 for testing, 4×5 pixels (height×width), in colour",
        f"pixels from {IMAGES.min()} to {IMAGES.max()}, mean {IMAGES.mean():.1f}",
        "3 classes: a (4), b (0), c (2)",
    ]


def test_images_without_labels_are_described():
    described = data.describe(Dataset(IMAGES[..., :1], None, None, None))
    assert "none for testing" in described and "grey" in described and "no labels" in described


def test_samples_take_the_classes_in_turn():
    images, names = data.sample(LABELLED, 4)
    assert sorted(names) == ["a", "a", "c", "c"] and images.shape == (4, 4, 5, 3)
    for image, name in zip(images, names, strict=True):
        label = LABELLED.class_names.index(name)
        assert any((image == each).all() for each in IMAGES[LABELLED.y_train == label])


def test_fewer_samples_than_asked_for():
    images, names = data.sample(LABELLED._replace(y_train=None, class_names=()), 40)
    assert len(images) == 6 and names == [""] * 6
