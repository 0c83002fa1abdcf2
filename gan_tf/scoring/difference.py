"""Which of two scorecards is the better one, and whether by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import norm

from gan_tf.scoring.measure_names import MEASURES

if TYPE_CHECKING:
    from gan_tf.scoring.scorecard import Scorecard

# The chance of calling any of the measures different though none is, by Holm's method.
LEVEL = 0.05


@dataclass(frozen=True)
class Difference:
    """Two sets of images, measure by measure.

    Attributes:
        names: of the two.
        frame: a row a measure: both values, the `p_value` of so large a difference by chance, and
            which is `better`: the name of one, or "" where it may be chance.
    """

    names: tuple[str, str]
    frame: pd.DataFrame

    @classmethod
    def of(cls, one: Scorecard, other: Scorecard) -> Difference:
        """Compare two scorecards; what only one has is left out.

        The values are taken for normal and independent. That both are compared with the same real
        images makes the difference a little more certain than is said here.
        """
        names = one.name, other.name
        if names[0] == names[1]:
            names = f"{names[0]} (1)", f"{names[1]} (2)"
        rows = {}
        for key, measure in MEASURES.items():
            pair = [card.values["these"].get(key) for card in (one, other)]
            if None in pair:
                continue
            error = np.hypot(pair[0].error, pair[1].error)
            z = (pair[0].value - pair[1].value) / error if error > 0 else np.nan
            floor = one.values["real"][key].value
            worse_by = [measure.worse_by(each.value, floor) for each in pair]
            rows[measure.name] = {
                names[0]: pair[0].value,
                names[1]: pair[1].value,
                "p_value": 2 * norm.sf(abs(z)),
                "better": names[0] if worse_by[0] < worse_by[1] else names[1],
            }
        frame = pd.DataFrame.from_dict(rows, orient="index")
        frame.loc[~_beyond_chance(frame["p_value"]), "better"] = ""
        return cls(names, frame)

    @property
    def verdict(self) -> str:
        """In a sentence."""
        first, second = (int((self.frame["better"] == name).sum()) for name in self.names)
        total = len(self.frame)
        if not first and not second:
            return f"None of the {total} measures tells the two apart beyond chance."
        if first and second:
            return (
                f"{self.names[0]} is better by {first} of {total} measures and {self.names[1]} by "
                f"{second}, beyond chance: which is better depends on what is asked."
            )
        better, count = (self.names[0], first) if first else (self.names[1], second)
        return f"{better} is better, beyond chance by {count} of {total} measures, worse by none."

    def __repr__(self):
        return f"{self.frame.to_string(float_format='%.4g')}\n{self.verdict}"

    def _repr_html_(self):
        return f"{self.frame.to_html(float_format='%.4g')}<p>{self.verdict}</p>"


def _beyond_chance(p_values):
    """Whether each is below its level by the method of Holm 1979; none is where it is not known."""
    order = p_values.sort_values().dropna()
    levels = LEVEL / np.arange(len(order), 0, -1)
    rejected = (order <= levels).cummin()
    return rejected.reindex(p_values.index, fill_value=False).to_numpy(bool)
