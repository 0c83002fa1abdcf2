"""Every network pair and objective of the recipes trains a step that XLA compiles, as on a GPU.

It takes minutes, and is run by `make test-colab`.
"""

import numpy as np
import pytest
import tensorflow as tf

from gan_tf import data, recipes
from gan_tf.recipes import modern
from tests import tiny

pytestmark = pytest.mark.colab

GANS = [recipe for recipe in recipes.RECIPES.values() if isinstance(recipe, recipes.GanRecipe)]
# Of recipes that differ in other things only, one will do.
PAIRS = {
    (
        *(recipe.describe()[key] for key in ("generator", "discriminator")),
        type(recipe.objective),
    ): recipe
    for recipe in reversed(GANS)
    if recipe not in modern.STACKED  # They are of the same networks, in colour.
}


@pytest.fixture(scope="module")
def digits():
    return data.load("mnist").x_train


def batch(recipe, digits):
    """The smallest batch that the recipe's step takes."""
    count = 2 * recipe.objective.critic_steps
    height, width, channels = recipe.generator().output_shape[1:]
    images = tf.image.resize_with_crop_or_pad(digits[: 3 * count], height, width).numpy()
    images = images.repeat(channels, axis=-1)
    labels = np.arange(count) % 10
    if recipe.labelled:
        return (images[:count], images[count:]), labels
    return (images[:count], labels) if recipe.classes else images[:count]


@pytest.mark.parametrize("recipe", PAIRS.values(), ids=lambda recipe: recipe.name)
def test_step_compiles(recipe, digits, monkeypatch):
    # The layers of a GPU: those that are faster on a CPU only are plain ones there.
    with monkeypatch.context() as patch:
        patch.setattr(tf.config, "list_physical_devices", lambda kind: [kind])
        classifier = tiny.classifier() if recipe.auxiliary_classifier else None
        model = recipe.gan(auxiliary_classifier=classifier)
    model.compile(*recipe.optimizers(), jit_compile=True)
    networks = model.generator, model.discriminator
    before = [network.get_weights() for network in networks]
    dataset = tf.data.Dataset.from_tensors(batch(recipe, digits))
    history = model.fit(dataset, steps_per_epoch=1, shuffle=False, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())
    for network, weights in zip(networks, before, strict=True):
        assert not all(map(np.array_equal, network.get_weights(), weights))
