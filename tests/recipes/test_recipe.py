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


def test_eight_conditional_gans_of_narman_and_dau():
    names = [name for name in recipes.RECIPES if name.startswith("cgan")]
    assert len(names) == 8
    descriptions = [{**recipes.get(name).describe(), "name": None} for name in names]
    # Only the last two share their networks and loss: they differ in epochs.
    assert descriptions[-2] == descriptions[-1]
    assert len({str(d) for d in descriptions}) == 7
    assert recipes.get("cgan-half-15").epochs == 15
    assert recipes.get("cgan-double").describe()["generator"] == "cgan(filters=128)"


def test_failing_recipes_differ_from_the_sound_one_by_rates_and_dropout():
    sound = recipes.get("dcgan-28").describe()
    assert sound["discriminator"] == "dcgan_28"
    for name in ("collapse", "overconfident", "recovering"):
        failing = recipes.get(f"dcgan-28-{name}").describe()
        assert failing.pop("discriminator") == "dcgan_28(dropout=0.0)"
        assert failing.pop("feature_extractor") == "lenet"
        rates = [failing.pop(key) for key in ("optimizer", "discriminator_optimizer")]
        assert all((r["beta_1"], r["beta_2"]) == (0.5, 0.999) for r in rates)
        assert rates[0]["learning_rate"] != rates[1]["learning_rate"]
        assert failing.items() <= {**sound, "name": f"dcgan-28-{name}"}.items()


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


def test_rates_of_the_semi_supervised_fall_over_the_last_third():
    recipe = recipes.get("semi-supervised-100")
    rates = []
    for optimizer in (recipe.optimizer(), recipe.discriminator_optimizer()):
        for step in (0, 50_000, 80_000, 100_000, 120_000):
            optimizer.iterations.assign(step)
            rates.append(float(optimizer.learning_rate))
    expected = [1e-3, 1e-3, 1e-3, 5e-4, 0]
    assert rates == pytest.approx(expected + [3 * rate for rate in expected], abs=1e-9)
