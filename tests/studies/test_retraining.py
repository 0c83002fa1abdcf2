import json

import numpy as np
import pandas as pd
import pytest

from gan_tf import data
from gan_tf.environment import profiles
from gan_tf.studies import retraining
from gan_tf.studies.retraining import retrain


@pytest.fixture(autouse=True)
def fresh(home, monkeypatch):
    """The tiny conditional GAN in an empty home, drawn anew by each test."""
    retraining._synthetic.cache_clear()
    monkeypatch.setenv("GAN_TF_PROFILE", "smoke")


def schedule(monkeypatch, strategy, real):
    """Number of real and synthetic images of each epoch that `retrain` trains on."""
    kept = []

    def keep(schedule, held_out, seed):
        kept.extend(schedule)
        return None, [], 0.0

    monkeypatch.setattr(retraining, "_train", keep)
    monkeypatch.setattr(retraining.metrics, "accuracy", lambda *_: 0.0)
    monkeypatch.setitem(profiles.PROFILES, "smoke", profiles.Profile("smoke", 500, 4))
    synthetic = np.full((500, 28, 28, 1), 3, np.uint8), np.arange(500, dtype=np.uint8) % 10
    monkeypatch.setattr(retraining, "_synthetic", lambda *_: synthetic)
    retrain("tiny-conditional", strategy, real, 0)
    is_synthetic = [(images == 3).all(axis=(1, 2, 3)) for images, _ in kept]
    return [(int((~s).sum()), int(s.sum())) for s in is_synthetic]


@pytest.mark.parametrize(
    "strategy, real, expected",
    [
        ("mixed", 60, [(60, 440)] * 4),
        ("mixed", 0, [(0, 500)] * 4),
        ("synthetic first", 60, [(0, 440)] * 2 + [(60, 0)] * 2),
        ("synthetic first", 0, [(0, 500)] * 2),
        ("alternating", 60, [(0, 440), (60, 0)] * 2),
        ("alternating", 500, [(500, 0)] * 2),
        ("real only", 60, [(10_020, 0)] * 4),
        ("union", 500, [(500, 500)] * 4),
    ],
)
def test_strategies(monkeypatch, strategy, real, expected):
    assert schedule(monkeypatch, strategy, real) == expected


def test_schedule_takes_as_many_synthetic_digits_as_the_set_lacks():
    real, synthetic = ((np.full((n, 1), n), np.arange(n)) for n in (2, 5))
    sets = retraining.schedule("alternating", real, synthetic)
    assert len(sets) == retraining.EPOCHS
    assert [images.tolist() for images, _ in sets[:2]] == [[[5]] * 3, [[2]] * 2]
    assert [labels.tolist() for _, labels in sets[:2]] == [[0, 1, 2], [0, 1]]


def test_real_digits_are_balanced_nested_and_those_of_the_seed(monkeypatch):
    sets = {}

    def keep(schedule, held_out, seed):
        sets[seed, len(sets)] = schedule[-1][0]
        return None, [], 0.0

    monkeypatch.setattr(retraining, "_train", keep)
    monkeypatch.setattr(retraining.metrics, "accuracy", lambda *_: 0.0)
    for real, seed in ((10, 0), (60, 0), (60, 1)):
        retrain("tiny-conditional", "synthetic first", real, seed)
    few, many, others = ({image.tobytes() for image in images} for images in sets.values())
    assert few < many and len(many) == 60 and many != others


def test_trains_and_measures():
    result = retrain("tiny-conditional", "mixed", 500, 1)
    assert set(result) == {"accuracy", "seconds", "validation_accuracy"}
    assert 0.1 < result["accuracy"] < 1 and result["seconds"] > 0
    history = json.loads(result["validation_accuracy"])
    assert len(history) == 2 and min(history) > 0.05
    again = retrain("tiny-conditional", "mixed", 500, 1)
    assert {**again, "seconds": 0} == {**result, "seconds": 0}


def test_rows_of_table_3():
    assert retraining.real_counts("paper") == [
        *(0, 10, 60, 550, 5500, 11_000, 16_500, 22_000),
        *(27_500, 33_000, 38_500, 44_000, 49_500, 55_000),
    ]
    assert retraining.real_counts("smoke") == [0, 10, 60, 256, 512]
    assert retraining.training_size("smoke") == 512


def test_cells_are_table_3_and_its_comparison_with_real_digits_only():
    cells = pd.DataFrame(retraining.cells("cgan", "paper"))
    assert not cells.duplicated().any() and set(cells["recipe"]) == {"cgan"}
    strategies = cells[cells["seed"] == 0].groupby("strategy")["real"].nunique()
    assert strategies.to_dict() == {
        "mixed": 14,
        "synthetic first": 14,
        "alternating": 14,
        "real only": 13,
        "union": 1,
    }
    assert set(cells.groupby(["strategy", "real"])["seed"].nunique()) == {3}
    assert set(pd.DataFrame(retraining.cells("cgan", "smoke"))["seed"]) == {0}


@pytest.mark.parametrize(
    "strategy, real, complaint",
    [
        ("shuffled", 5, "no strategy 'shuffled'. Known: mixed, synthetic first"),
        ("mixed", -1, "-1 real digits were asked for"),
        ("mixed", 513, "513 real digits were asked for, but there are 512"),
        ("real only", 0, "needs at least one"),
    ],
)
def test_impossible_arguments(strategy, real, complaint):
    with pytest.raises(ValueError, match=complaint):
        retrain("tiny-conditional", strategy, real, 0)


def test_validation_digits_are_not_trained_on(monkeypatch):
    kept = {}

    def keep(schedule, held_out, seed):
        kept["trained"], kept["held out"] = schedule[0], held_out
        return None, [], 0.0

    monkeypatch.setattr(retraining, "_train", keep)
    monkeypatch.setattr(retraining.metrics, "accuracy", lambda *_: 0.0)
    retrain("tiny-conditional", "mixed", 512, 0)
    digits = data.load("mnist")
    assert np.array_equal(kept["held out"][0], digits.x_train[55_000:55_512])
    trained = {image.tobytes() for image in kept["trained"][0]}
    assert not trained & {image.tobytes() for image in digits.x_train[55_000:]}
