from functools import partial

import numpy as np
import pytest
from keras import Sequential, layers

from gan_tf import recipes
from gan_tf.environment import profiles
from gan_tf.studies import stacked_modes
from gan_tf.studies.stacked_modes import REAL, count_modes
from tests import tiny


@pytest.fixture(autouse=True)
def small(home, monkeypatch):
    """A tiny classifier, of which nothing is right, takes LeNet's place."""
    monkeypatch.setitem(profiles.PROFILES, "smoke", profiles.Profile("smoke", 512, 1))
    classifier = partial(Sequential, [layers.Input((28, 28, 1)), *tiny.classifier().layers])
    lenet = recipes.get("lenet")
    recipe = recipes.ClassifierRecipe(
        name="lenet",
        dataset="mnist",
        classifier=classifier,
        optimizer=lenet.optimizer,
        batch_size=64,
        epochs=1,
        validation=0,
    )
    monkeypatch.setitem(recipes.RECIPES, "lenet", recipe)


def test_cells():
    cells = stacked_modes.cells("paper")
    assert [cell["recipe"] for cell in cells[::3]] == [
        "stacked-dcgan",
        "stacked-wgan-gp",
        "stacked-modern",
        REAL,
    ]
    assert len(stacked_modes.cells("smoke")) == 4


def test_real_digits():
    one, same, other = (count_modes(REAL, 0, sample, "smoke") for sample in (0, 0, 1))
    assert one == same != other
    assert 1 <= one["found"] <= 512 and 0 < one["divergence"] <= np.log(1000)
