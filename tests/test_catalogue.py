import pytest

from gan_tf import catalogue, data, recipes


def test_every_recipe_has_its_entry():
    made = {name: (recipe.epochs, recipe.summary) for name, recipe in recipes.RECIPES.items()}
    assert list(made.items()) == list(catalogue.CATALOGUE.items())


def test_names_of_data_sets():
    with pytest.raises(ValueError, match=f"use one of {', '.join(catalogue.DATASETS)}, or"):
        data.load("nothing")


def test_an_unknown_recipe():
    catalogue.check("dcgan")
    with pytest.raises(ValueError, match="no recipe 'gan'. Known: dcgan, baseline-cnn, "):
        catalogue.check("gan")
