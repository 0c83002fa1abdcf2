import numpy as np

from gan_tf import data


def test_balanced_order():
    labels = np.array([0] * 6 + [1] * 3 + [2] * 3)
    order = data.balanced_order(labels, seed=0)
    assert sorted(order) == list(range(12))
    for turn in range(3):
        assert sorted(labels[order[3 * turn : 3 * turn + 3]]) == [0, 1, 2]
    assert set(labels[order[9:]]) == {0}
    assert np.array_equal(order, data.balanced_order(labels, seed=0))
    assert not np.array_equal(order, data.balanced_order(labels, seed=1))
