import pytest

from gan_tf import recipes


def test_rates_of_the_semi_supervised_fall_over_the_last_third():
    recipe = recipes.get("semi-supervised-100")
    rates = []
    for optimizer in (recipe.optimizer(), recipe.discriminator_optimizer()):
        for step in (0, 50_000, 80_000, 100_000, 120_000):
            optimizer.iterations.assign(step)
            rates.append(float(optimizer.learning_rate))
    expected = [1e-3, 1e-3, 1e-3, 5e-4, 0]
    assert rates == pytest.approx(expected + [3 * rate for rate in expected], abs=1e-9)
