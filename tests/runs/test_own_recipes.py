"""Recipes of one's own: trained, stopped, loaded without their code."""

import dataclasses
from functools import partial

import keras
import numpy as np
import pytest
from keras import Sequential, layers
from keras.optimizers import Adam

from gan_tf import recipes, runs
from gan_tf.training import losses
from tests import tiny
from tests.runs.helpers import result, stop_after

MINE = dataclasses.replace(
    tiny.CONDITIONAL, name="mine", objective=losses.NonSaturating(0.9), epochs=2
)


def wide_generator():
    return Sequential(
        [
            layers.Input((14,)),
            layers.Dense(784, activation="tanh", dtype="float32"),
            layers.Reshape((28, 28, 1), dtype="float32"),
        ]
    )


def train(recipe=MINE, **options):
    return runs.train(recipe, profile="smoke", **options)


def test_trained_and_loaded_without_its_code(home):
    run = train()
    assert run.folder == home / "runs" / "mine" / "seed0-smoke"
    loaded = runs.load(run.folder)
    np.testing.assert_array_equal(loaded.generate(5, labels=3), run.generate(5, labels=3))
    assert loaded.recipe.objective == losses.NonSaturating(0.9)
    images, labels = run.generate(4), np.arange(4)
    np.testing.assert_array_equal(
        loaded.discriminate(images, labels), run.discriminate(images, labels)
    )
    assert "mine seed 0: 2 epochs of 512 images" in str(loaded)
    assert result(train()) == result(run)


def test_a_classifier(home):
    recipe = recipes.ClassifierRecipe(
        name="my-classifier",
        summary="mine",
        dataset="mnist",
        classifier=tiny.classifier,
        optimizer=partial(Adam, learning_rate=1e-3),
        batch_size=64,
        epochs=1,
        validation=0,
    )
    run = train(recipe)
    images = np.zeros((3, 28, 28, 1), np.uint8)
    assert runs.load(run.folder).probabilities(images).shape == (3, 10)


def test_stopped_and_resumed(home, monkeypatch):
    expected = result(train(name="whole"))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 1)
        train(name="parts")
    assert result(train(name="parts")) == expected


@pytest.mark.parametrize(
    "changes, named",
    [
        ({"generator": wide_generator}, "generator"),
        ({"objective": losses.NonSaturating()}, "objective"),
        ({"optimizer": partial(Adam, learning_rate=1e-4)}, "optimizer"),
        ({"batch_size": 32}, "batch_size"),
    ],
)
def test_a_changed_recipe_does_not_get_the_old_run(changes, named, home):
    run = train()
    changed = dataclasses.replace(MINE, **changes)
    with pytest.raises(ValueError, match=rf"another recipe \(different: .*{named}"):
        train(changed)
    assert train(changed, name="changed").folder != run.folder
    assert train(changed, retrain=True).folder == run.folder


def test_a_network_edited_under_its_name_does_not_get_the_old_run(home):
    def generator(units=49):
        drawn = [
            layers.Dense(784, activation="tanh", dtype="float32"),
            layers.Reshape((28, 28, 1), dtype="float32"),
        ]
        return Sequential([layers.Input((14,)), layers.Dense(units), *drawn])

    train(dataclasses.replace(MINE, generator=generator))
    edited = dataclasses.replace(MINE, generator=lambda: generator(50))
    edited.generator.__name__ = "generator"
    with pytest.raises(ValueError, match="different: generator"):
        train(edited)


def test_a_recipe_of_the_book_under_its_name_is_the_books(home):
    run = train(recipes.get("tiny"))
    assert run.folder == runs.folder("tiny", profile="smoke")
    with pytest.raises(ValueError, match="'tiny' is the name of a recipe"):
        train(dataclasses.replace(recipes.get("tiny"), batch_size=32))


def test_networks_that_cannot_be_kept(home):
    def generator():
        return Sequential([*wide_generator().layers, layers.Lambda(lambda x: x)])

    with pytest.raises(ValueError, match="generator of recipe 'mine' cannot be kept"):
        train(dataclasses.replace(MINE, generator=generator))
    assert not (home / "runs").exists()


def test_networks_of_one_name_differ_by_their_layers_only(home):
    train()
    keras.backend.clear_session()
    tiny.generator()  # So that the names of the layers are other ones.
    assert train().folder.is_dir()


def test_a_loaded_recipe_does_not_train(home):
    with pytest.raises(ValueError, match="was loaded with its run, without its optimiser"):
        train().recipe.optimizers()
