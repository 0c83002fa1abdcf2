"""Recipes of one's own: trained, stopped, loaded without their code."""

import dataclasses
from functools import partial

import keras
import numpy as np
import pytest
from keras import Sequential, layers
from keras.optimizers import Adam

from gan_tf import recipes, runs
from gan_tf.runs import own_data, own_recipes
from gan_tf.runs.classifier_experiment import ClassifierExperiment
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


def test_a_file_of_images_that_was_replaced(home):
    random = np.random.default_rng(0)

    def save(number):
        images = random.integers(0, 256, (100, 28, 28, 1), np.uint8)
        np.savez(home / "drawings.npz", x_train=images, y_train=np.arange(100) % 10)

    save(1)
    recipe = dataclasses.replace(MINE, dataset=str(home / "drawings.npz"))
    run = train(recipe)
    assert result(train(recipe)) == result(run)
    save(2)
    with pytest.raises(ValueError, match="different: the images of its dataset"):
        train(recipe)
    assert result(train(recipe, retrain=True)) != result(run)
    train(recipe)


def random_discriminator():
    inner = Sequential([layers.Input((28, 28, 11)), layers.RandomTranslation(0.1, 0.1)])
    middle = [layers.GaussianDropout(0.3), layers.Flatten(), layers.AlphaDropout(0.2)]
    return Sequential([layers.Input((28, 28, 11)), inner, *middle, layers.Dense(1)])


def test_resumed_to_the_bit_whatever_is_random_in_it(home, monkeypatch):
    recipe = dataclasses.replace(MINE, discriminator=random_discriminator)
    options = {"precision": "float32", "epochs": 3}
    expected = result(train(recipe, name="whole", **options))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 2)
        train(recipe, name="parts", **options)
    assert result(train(recipe, name="parts", **options)) == expected


def test_what_cannot_be_trained_in_bfloat16(home):
    recipe = dataclasses.replace(MINE, discriminator=random_discriminator)
    with pytest.raises(ValueError, match="cannot be trained in bfloat16, .* --precision float32"):
        train(recipe, precision="mixed_bfloat16")


def test_labels_that_the_networks_are_not_told(home):
    few = dataclasses.replace(
        MINE,
        generator=partial(tiny.generator, inputs=9),
        discriminator=partial(tiny.discriminator, channels=6),
        classes=5,
    )
    with pytest.raises(
        ValueError,
        match="labels of the training images of 'mnist' must be from 0 to 4, but are from 0 to",
    ):
        train(few)
    assert not (home / "runs").exists()


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


def wired(first, second):
    """A generator of two layers on the same latents, of which one is subtracted from the other."""
    latents = layers.Input((14,))
    parts = {
        "plain": layers.Dense(784)(latents),
        "bent": layers.Dense(784, activation="tanh")(latents),
    }
    inner = Sequential([layers.Input((784,)), layers.Dense(784, activation="tanh")])
    drawn = inner(layers.Subtract()([parts[first], parts[second]]))
    shaped = layers.Reshape((28, 28, 1))(drawn)
    return keras.Model(latents, layers.Activation("tanh", dtype="float32")(shaped))


class TestIdentity:
    """What makes two recipes of one's own the same, `own_recipes.changes`."""

    def info(self, recipe, epochs=1):
        networks = {kind: getattr(recipe, kind)() for kind in recipe.networks}
        kept = own_recipes.kept(recipe, networks)
        return {"recipe": recipe.describe(), "epochs": epochs, "own": kept}

    def changes(self, *recipes):
        return own_recipes.changes(*map(self.info, recipes))

    def test_names_that_keras_numbers_are_none(self):
        recipe = dataclasses.replace(MINE, generator=partial(wired, "plain", "bent"))
        assert self.changes(recipe, recipe) == []

    def test_the_wiring_is(self):
        one, other = (
            dataclasses.replace(MINE, generator=lambda names=names: wired(*names))
            for names in (("plain", "bent"), ("bent", "plain"))
        )
        assert self.changes(one, other) == ["generator"]

    def test_an_optimiser_that_is_no_partial(self):
        for optimizer in (Adam, lambda: Adam(1e-3)):
            recipe = dataclasses.replace(MINE, optimizer=optimizer)
            assert self.changes(recipe, recipe) == []
        assert self.changes(
            *(dataclasses.replace(MINE, optimizer=lambda r=rate: Adam(r)) for rate in (1e-3, 2e-3))
        ) == ["optimizer"]

    def test_a_schedule(self):
        decays = [keras.optimizers.schedules.ExponentialDecay(1e-3, n, 0.9) for n in (10, 20)]
        one, other = (dataclasses.replace(MINE, optimizer=partial(Adam, decay)) for decay in decays)
        assert self.changes(one, one) == [] and self.changes(one, other) == ["optimizer"]

    def test_epochs(self):
        assert own_recipes.changes(self.info(MINE, 1), self.info(MINE, 2)) == ["epochs"]


def test_other_epochs_than_before_are_said(home):
    train(dataclasses.replace(MINE, epochs=1))
    with pytest.raises(ValueError, match="by another recipe \\(different: epochs\\)"):
        train(dataclasses.replace(MINE, epochs=2))


class OwnLoss(losses.NonSaturating):
    """A loss of a user's, which Keras does not know."""


def test_a_loss_that_cannot_be_kept_is_refused_before_training(home):
    with pytest.raises(ValueError, match="The loss OwnLoss cannot be kept"):
        train(dataclasses.replace(MINE, objective=OwnLoss()))
    assert not (home / "runs").exists()


class TestSortedFiles:
    """Recipes whose data set is a file of images in the order of their classes."""

    @pytest.fixture
    def recipe(self, home):
        images = np.random.default_rng(0).integers(0, 256, (800, 28, 28, 1), np.uint8)
        np.savez(home / "sorted.npz", x_train=images, y_train=np.repeat(range(4), 200))
        return recipes.ClassifierRecipe(
            name="of-four",
            dataset=str(home / "sorted.npz"),
            classifier=lambda: _classifier(4),
            optimizer=partial(Adam, learning_rate=1e-3),
            batch_size=64,
            epochs=1,
            validation=80,
        )

    def test_all_classes_are_learnt_and_held_out(self, recipe):
        dataset, _ = own_data.load(recipe.dataset)
        experiment = ClassifierExperiment(recipe, dataset, 512, 0)
        assert np.bincount(experiment.labels).tolist() == [128] * 4
        assert np.bincount(experiment.validation_data[1]).tolist() == [20] * 4
        assert "of-four seed 0" in str(train(recipe))

    @pytest.mark.parametrize(
        "changed, message",
        [
            ({"validation": 800}, "holds out 800 images to validate on, but .* has 800"),
            ({"classifier": lambda: _classifier(7)}, "are for 7 classes, but .* has 4"),
            ({"classifier": lambda: _classifier(3)}, "must be from 0 to 2"),
            ({"classifier": lambda: _classifier(1)}, "has 1 output, but needs one a class"),
        ],
    )
    def test_what_does_not_fit(self, changed, message, recipe):
        with pytest.raises(ValueError, match=message):
            train(dataclasses.replace(recipe, **changed))

    @pytest.mark.parametrize("validation", [-5, None, 2.5])
    def test_no_number_of_images_to_hold_out(self, validation, recipe):
        with pytest.raises(ValueError, match="validation of recipe 'of-four' is"):
            dataclasses.replace(recipe, validation=validation)

    def test_a_conditional_gan_of_other_classes(self, recipe):
        with pytest.raises(ValueError, match="are for 10 classes, but .* has 4"):
            train(dataclasses.replace(MINE, dataset=recipe.dataset))

    def test_more_than_there_are(self, recipe):
        gan = dataclasses.replace(tiny.RECIPE, name="few", dataset=recipe.dataset, few=5000)
        with pytest.raises(ValueError, match="learns from 5,000 images, but .* has 800"):
            train(gan)


def test_labels_that_the_objective_does_not_use(home):
    with pytest.raises(ValueError, match="has 20 labelled images and the objective NonSaturating"):
        train(dataclasses.replace(tiny.RECIPE, name="mine", labelled=20))


def _classifier(classes):
    return Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax", dtype="float32"),
        ]
    )
