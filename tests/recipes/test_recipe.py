import dataclasses
import json
from functools import partial

import pytest
from keras.optimizers import Adam

from gan_tf import data, recipes
from gan_tf.runs.gan_experiment import GanExperiment
from tests import tiny


def test_recipes_are_the_reports():
    dcgan, dcgan_28 = recipes.get("dcgan").describe(), recipes.get("dcgan-28").describe()
    assert (dcgan["batch_size"], recipes.get("dcgan").epochs) == (256, 100)
    assert dcgan["optimizer"] == {"name": "Adam", "learning_rate": 1e-4}
    assert (dcgan_28["batch_size"], recipes.get("dcgan-28").epochs) == (100, 30)
    assert dcgan_28["optimizer"] == {
        "name": "Adam",
        "learning_rate": 2e-4,
        "beta_1": 0.5,
        "beta_2": 0.999,
    }


@pytest.mark.parametrize("recipe", recipes.RECIPES.values(), ids=recipes.RECIPES)
def test_description_survives_json_and_optimisers_are_fresh(recipe):
    assert json.loads(json.dumps(recipe.describe())) == recipe.describe()
    assert recipe.optimizer() is not recipe.optimizer()


def test_generators_draw_what_discriminators_take():
    for recipe in recipes.RECIPES.values():
        if isinstance(recipe, recipes.GanRecipe):
            *size, channels = recipe.generator().output_shape
            taken = (*size, channels + recipe.classes)
            assert recipe.discriminator().input_shape == taken


def test_learning_rate_decays_by_steps():
    optimizer = recipes.get("cgan").optimizer()
    rates = []
    for step in (0, 499, 500, 18_000):
        optimizer.iterations.assign(step)
        rates.append(float(optimizer.learning_rate))
    assert rates == pytest.approx([2e-4, 2e-4, 1.9e-4, 2e-4 * 0.95**36])


def test_unknown():
    with pytest.raises(ValueError, match="no recipe 'gan'. Known: dcgan, baseline-cnn, "):
        recipes.get("gan")


def test_discriminators_own_optimizer_makes_another_recipe():
    plain = recipes.get("dcgan")
    faster = dataclasses.replace(plain, discriminator_optimizer=partial(Adam, learning_rate=1e-3))
    assert "discriminator_optimizer" not in plain.describe()
    assert faster.describe() == {
        **plain.describe(),
        "discriminator_optimizer": {"name": "Adam", "learning_rate": 1e-3},
    }


def test_experiment_gives_each_network_its_optimizer():
    recipe = dataclasses.replace(
        tiny.RECIPE, discriminator_optimizer=partial(Adam, learning_rate=0.5)
    )
    model = GanExperiment(recipe, data.load("mnist"), 64, 0).model
    rates = [
        float(optimizer.learning_rate)
        for optimizer in (model.generator_optimizer, model.discriminator_optimizer)
    ]
    assert rates == pytest.approx([1e-3, 0.5])


def test_runs_of_before_are_read_in_the_words_of_now():
    before = {"name": "a", "judge": "lenet", "reader": "gavazzi-cnn", "passes": 24, "readings": []}
    assert recipes.read_description(before) == {
        "name": "a",
        "feature_extractor": "lenet",
        "auxiliary_classifier": "gavazzi-cnn",
        "repeats": 24,
    }


def test_no_field_is_forgotten_in_a_description():
    """A field is described where it differs from its default, or is marked as being aside."""
    for name in ("repeats", "classes", "labelled", "shifted_after"):
        assert dataclasses.replace(tiny.RECIPE, **{name: 7}).describe()[name] == 7
    aside = {field.name for field in dataclasses.fields(tiny.RECIPE) if field.metadata}
    assert aside == {"summary", "epochs", "records_steps", "releases", "kept_samples"}


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"name": ""}, "has no name"),
        (
            {"batch_size": 0},
            "batch_size of recipe '.*' is 0, but must be a whole number of at least 1",
        ),
        ({"epochs": -1}, "epochs of recipe '.*' is -1"),
        ({"epochs": 2.5}, "epochs of recipe '.*' is 2.5"),
        ({"optimizer": "adam"}, "a str as its optimizer: give what makes a new optimiser"),
        ({"optimizer": None}, "a NoneType as its optimizer"),
        ({"generator": tiny.generator()}, "a Sequential as its generator: give a function"),
        ({"objective": "non-saturating"}, "the objective 'non-saturating': give an object of"),
    ],
)
def test_fields_that_cannot_be(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        dataclasses.replace(tiny.RECIPE, **change)


def test_few_images_make_an_epoch_of_25_steps():
    fitted = tiny.RECIPE.fitted("few", (28, 28, 1), classes=0, images=100)
    assert fitted.repeats == 16  # 25 batches of 64 are 16 times 100 images.
    assert tiny.RECIPE.fitted("many", (28, 28, 1), classes=0, images=1600).repeats == 1


def test_optimisers_are_described_however_they_are_made():
    def described(make):
        return dataclasses.replace(tiny.RECIPE, optimizer=make).describe()["optimizer"]

    by_name = described(partial(Adam, learning_rate=2e-4, beta_1=0.5))
    assert described(partial(Adam, 2e-4, 0.5)) == by_name
    assert described(partial(Adam, 2e-4, beta_1=0.5)) == by_name
    assert described(Adam)["learning_rate"] == pytest.approx(1e-3)
    assert described(lambda: Adam(1e-2)) != described(lambda: Adam(1e-3))
    assert json.dumps(described(lambda: Adam(1e-2)))


def test_batches_far_larger_than_the_data():
    huge = dataclasses.replace(tiny.RECIPE, batch_size=10**6)
    with pytest.raises(ValueError, match="batches of 1,000,000 images, but there are 120"):
        huge.fitted("few", (28, 28, 1), classes=0, images=120)


def test_a_classifier_of_one_class():
    with pytest.raises(ValueError, match="needs two classes or more, but 'one' has 1"):
        recipes.get("lenet").fitted("one", (28, 28, 1), classes=1, images=100)
