"""Networks without this package's layers: the same outputs, and no name of ours in them."""

import json

import keras
import numpy as np
import pytest

from gan_tf import recipes
from gan_tf.networks import plain_layers

RECIPES = [
    "dcgan",
    "dcgan-conditional",
    "cgan-extra-layer",
    "svhn-3x3",
    "gavazzi",
    "semi-supervised-20",
    "resnet",
    "gavazzi-cnn-augmented",
]


def networks():
    for name in RECIPES:
        recipe = recipes.get(name)
        for kind in recipe.networks:
            yield pytest.param(getattr(recipe, kind), id=f"{name}-{kind}")


@pytest.mark.parametrize("build", list(networks()))
def test_same_outputs_without_a_layer_of_ours(build, tmp_path):
    keras.utils.set_random_seed(1)
    network = build()
    for weight in network.weights:  # Also those that begin at 0 or 1.
        if "seed" not in weight.path:
            weight.assign(weight + 0.05 * np.random.default_rng(0).random(weight.shape))
    written = plain_layers.plain(network)
    written.save(tmp_path / "network.keras")
    assert "gan_tf" not in json.dumps(json.loads(written.to_json()))
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    inputs = np.random.default_rng(2).normal(size=(3, *network.input_shape[1:])).astype(np.float32)
    ours, theirs = (keras.tree.flatten(each(inputs, training=False)) for each in (network, loaded))
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5, rtol=1e-5)
