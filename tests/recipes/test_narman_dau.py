import pytest

from gan_tf import recipes


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


def test_late_failure_has_sound_rates_until_its_discriminator_stands_still():
    generator, discriminator = recipes.get("dcgan-28-late").optimizers()
    rates = []
    for step in (0, 11_999, 12_000, 17_999):
        discriminator.iterations.assign(step)
        rates.append(float(discriminator.learning_rate))
    assert rates == pytest.approx([2e-4, 2e-4, 2e-8, 2e-8])
    assert float(generator.learning_rate) == pytest.approx(2e-4)
    assert (discriminator.beta_1, discriminator.beta_2) == (0.5, 0.999)
    failing = recipes.get("dcgan-28-late").describe()
    assert failing["discriminator"] == "dcgan_28(dropout=0.0)"
