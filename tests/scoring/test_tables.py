import numpy as np
import pytest

from gan_tf.scoring import tables
from gan_tf.scoring.measure_names import MEASURES
from gan_tf.scoring.measuring import Value


def test_positions_by_hand():
    recall, frechet, detail = (MEASURES[key] for key in ("recall", "frechet", "fine_detail"))
    assert tables.position(recall, 0.5, 0.9, [0.1, 0.3]) == pytest.approx(0.5)
    assert tables.position(recall, 0.95, 0.9, [0.1]) == 0  # Better than real images.
    assert tables.position(recall, 0.0, 0.9, [0.1]) == 1
    # From 1 to 100, 10 is half of the way.
    assert tables.position(frechet, 10, 1, [100]) == pytest.approx(0.5)
    assert tables.position(frechet, -3, 1, [100]) == 0
    # Too little and too much are alike.
    assert tables.position(detail, 0.05, 0.1, [0.0, 0.3]) == pytest.approx(0.25)
    assert tables.position(detail, 0.15, 0.1, [0.0, 0.3]) == pytest.approx(0.25)
    # Neither blur nor noise repeats images.
    assert tables.position(MEASURES["duplicates"], 0.505, 0.01, [0, 0]) == pytest.approx(0.5)
    assert np.isnan(tables.position(recall, 0.5, 0.9, [0.95]))


def test_verdicts():
    recall = MEASURES["recall"]

    def said(value, error=0.01, place=0.5):
        return tables.verdict(recall, Value(value, error), Value(0.9, 0.01), place)

    assert said(0.89) == "no different from real images beyond chance"
    assert said(0.99) == "better than real images"
    assert said(0.8, place=0.1) == "near real images"
    assert said(0.6, place=0.5) == "half-way to spoilt images"
    assert said(0.1, place=0.9) == "near spoilt images"
    assert said(0.1, place=np.nan) == "different from real images"


@pytest.mark.parametrize(
    "value, error, p, words",
    [
        (0.5, 0.1, np.nan, "0.304 to 0.696"),
        (0.5, 0.1, 0.0001, "p < .001"),
        (0.5, 0.1, 0.0416, "p = .042"),
        (0.5, np.nan, np.nan, ""),
        (0.9, 0.1, np.nan, "0.704 to 1"),  # A share is no more than 1.
    ],
)
def test_intervals(value, error, p, words):
    values = {each: {"recall": Value(value, error, p)} for each in ("these", "real", "noise")}
    values["blurred"] = {}
    table = tables.frame(values)
    assert tables.interval(table.iloc[0]) == words
    assert tables.short(table.loc["recall", "blurred"]) == ""
