"""Many sets of images side by side: where each measure puts them, and which measures agree."""

import pandas as pd

from gan_tf.scoring.measure_names import MEASURES
from gan_tf.scoring.scorecard import BLURRED, FLOOR, NOISE, Scorecard
from gan_tf.scoring.tables import position


def places(values: pd.DataFrame, card: Scorecard) -> pd.DataFrame:
    """Where each set of images lies between real (0) and spoilt ones (1).

    Args:
        values: a row a set of images, a column a key of `measure_names.MEASURES`.
        card: a scorecard of as many images, whose real and spoilt ones are the ends.

    Returns:
        DataFrame, a row a set, a column a measure by its name; NaN where there is no value.
    """
    found = pd.DataFrame(index=values.index)
    for key in values.columns:
        floor = card.values[FLOOR].get(key)
        spoilt = [card.values[each][key].value for each in (BLURRED, NOISE) if floor]
        found[MEASURES[key].name] = [
            position(MEASURES[key], value, floor.value, spoilt) if floor else float("nan")
            for value in values[key]
        ]
    return found


def rank_correlations(values: pd.DataFrame, real: pd.Series) -> pd.DataFrame:
    """Spearman's correlation of how much worse than real images each measure calls each set.

    Args:
        values: as in `places`; of two measures only the sets are taken that both have values of.
        real: the same keys, of real images.

    Returns:
        DataFrame, symmetric: 1 where two measures put all sets in the same order, -1 where they
        put them in the opposite one.
    """
    worse_by = {
        MEASURES[key].name: [MEASURES[key].worse_by(value, real[key]) for value in values[key]]
        for key in values.columns
    }
    return pd.DataFrame(worse_by).corr("spearman")
