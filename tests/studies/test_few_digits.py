from dataclasses import replace

import numpy as np
import pytest

from gan_tf import data
from gan_tf.environment import profiles
from gan_tf.recipes import modern
from gan_tf.studies import few_digits
from gan_tf.studies.few_digits import teach
from tests import tiny

SIZE = 200


@pytest.fixture(autouse=True)
def small(home, monkeypatch):
    """A tiny GAN that learns from 100 digits."""
    name = few_digits.recipe(100)
    gan = replace(tiny.CONDITIONAL, name=name, few=100, repeats=2)
    tiny.registered(monkeypatch, gan)
    monkeypatch.setitem(profiles.PROFILES, "smoke", profiles.Profile("smoke", SIZE, 2))


@pytest.fixture
def taught(monkeypatch):
    epochs = []

    def keep(model, optimizer, schedule, *_):
        epochs.extend([model, *schedule])

    monkeypatch.setattr(few_digits, "fit_epochs", keep)
    return epochs


def real(arrays):
    """Which of the images are the 100 balanced digits of seed 0."""
    digits = data.load("mnist")
    chosen = data.balanced_order(digits.y_train[:SIZE], 0)[:100]
    known = {digits.x_train[n].tobytes() for n in chosen}
    return np.array([image.tobytes() in known for image in arrays[0]])


@pytest.mark.parametrize("way", few_digits.WAYS)
def test_ways(taught, way):
    teach(100, way, 0, "smoke")
    model, *epochs = taught
    assert (model.name == "lenet_augmented") == ("augmented" in way)
    assert len(epochs) == 2
    for images, labels in epochs:
        assert images.shape == (SIZE, 28, 28, 1) and len(labels) == SIZE
        assert real((images, labels)).sum() == (SIZE // 2 if "synthetic" in way else SIZE)
    assert np.array_equal(epochs[0][0], epochs[1][0]) == ("synthetic" not in way)


def test_it_is_tested_on_real_digits():
    assert 0 <= teach(100, "augmented", 0, "smoke")["accuracy"] <= 1


def test_cells():
    assert len(few_digits.cells("paper")) == 2 * 4 * 3 and len(few_digits.cells("smoke")) == 4
    known = {recipe.name: recipe for recipe in modern.RECIPES}
    for count in few_digits.COUNTS:
        augmented, plain = (known[few_digits.recipe(count, each)] for each in (True, False))
        assert augmented.few == count and augmented.augmentation
        assert replace(augmented, augmentation=None).describe() == {
            **plain.describe(),
            "name": augmented.name,
        }


def test_unknown_way():
    with pytest.raises(ValueError, match="There is no way 'none'. Known: real digits, augmented"):
        teach(100, "none", 0, "smoke")
