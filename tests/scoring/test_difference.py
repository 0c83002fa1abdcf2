import numpy as np
import pandas as pd

from gan_tf.scoring import difference


def test_holm_by_hand():
    # Four measures: the levels are .0125, .0167, .025 and .05, in the order of the p-values.
    p_values = pd.Series([0.001, 0.02, 0.016, np.nan, 0.9], index=list("abcde"))
    assert difference._beyond_chance(p_values).tolist() == [True, True, True, False, False]
    # The first that is not below its level ends it.
    p_values = pd.Series([0.02, 0.001, 0.019, 0.04], index=list("abcd"))
    assert difference._beyond_chance(p_values).tolist() == [False, True, False, False]


def test_verdict_where_measures_disagree():
    frame = pd.DataFrame({"better": ["a", "b", ""]})
    said = difference.Difference(("a", "b"), frame).verdict
    assert said.startswith("a is better by 1 of 3 measures and b by 1, beyond chance: which")
    said = difference.Difference(("a", "b"), frame[1:]).verdict
    assert said == "b is better, beyond chance by 1 of 2 measures, worse by none."
