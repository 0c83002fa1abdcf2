import json

import pytest

from gan_tf import recipes


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
            assert recipe.generator().output_shape == recipe.discriminator().input_shape


def test_unknown():
    with pytest.raises(ValueError, match="no recipe 'gan'. Known: dcgan, dcgan-28, softmax"):
        recipes.get("gan")
