import numpy as np

from gan_tf import plotting


def test_balls():
    real = np.array([[0, 0], [1, 0]]), np.array([1, 0.5]), np.array([True, False])
    generated = np.array([[0.2, 0], [3, 3], [4, 4]]), np.ones(3), np.array([True, False, False])
    left, right = plotting.balls(real, generated).axes
    counts = [[len(line.get_xdata()) for line in axis.lines] for axis in (left, right)]
    assert counts == [[2, 1, 2], [3, 1, 1]]  # Centres, those in a ball, those in none.
    circles = left.collections[0].get_paths()
    widths = [np.ptp(path.get_extents().intervalx) for path in circles]
    assert np.allclose(widths, [2, 1])
    names = [text.get_text() for text in right.get_legend().get_texts()]
    assert names == ["generated, and their balls", "real, in a ball", "real, in none"]
