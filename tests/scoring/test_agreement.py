import numpy as np
import pandas as pd
import pytest

from gan_tf.scoring import agreement
from gan_tf.scoring.measuring import Value
from gan_tf.scoring.scorecard import BLURRED, FLOOR, NOISE, Scorecard


def test_places_by_hand():
    card = Scorecard.__new__(Scorecard)
    ends = {FLOOR: (0.9, 10), BLURRED: (0.5, 40), NOISE: (0.1, 1000)}
    beside = {
        each: {"recall": Value(recall), "frechet": Value(distance)}
        for each, (recall, distance) in ends.items()
    }
    object.__setattr__(card, "values", beside)
    values = pd.DataFrame(
        {"recall": [0.9, 0.5, 0.0], "frechet": [5, 100, 1000], "gan_test": [0.5, np.nan, 1]},
        index=["a", "b", "c"],
    )
    found = agreement.places(values, card)
    assert found["recall"].tolist() == pytest.approx([0, 0.5, 1])
    # A hundred is half-way from 10 to 1,000 by factors.
    assert found["Fréchet distance"].tolist() == pytest.approx([0, 0.5, 1])
    assert found["read as labelled"].isna().all()  # The scorecard does not have it.


def test_rank_correlations_are_of_how_much_worse_than_real():
    values = pd.DataFrame(
        {
            "recall": [0.9, 0.8, 0.7, 0.6],  # From the best to the worst,
            "frechet": [1, 2, 3, 4],  # likewise,
            "precision": [0.1, 0.2, 0.3, 0.4],  # the other way round,
            "fine_detail": [0.5, 0.4, 0.7, np.nan],  # and by its distance from that of real ones.
        }
    )
    real = pd.Series({"recall": 1, "frechet": 0, "precision": 0.5, "fine_detail": 0.5})
    found = agreement.rank_correlations(values, real)
    assert found.loc["recall", "Fréchet distance"] == pytest.approx(1)
    assert found.loc["precision", "recall"] == pytest.approx(-1)
    assert found.loc["fine detail", "recall"] == pytest.approx(1)
