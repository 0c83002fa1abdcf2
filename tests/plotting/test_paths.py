import numpy as np

from gan_tf import plotting


def test_a_panel_a_path_on_one_scale():
    turns = np.linspace(0, 6, 50)
    circle = np.column_stack([np.cos(turns), np.sin(turns)])
    figure = plotting.paths({"round": circle, "in": circle * 0.1}, "x", "y", "two paths")
    left, right = figure.axes
    assert [axis.get_title() for axis in (left, right)] == ["round", "in"]
    assert left.get_xlim() == right.get_xlim() and left.get_aspect() == 1
    drawn, begins, ends, aim = left.get_lines()
    assert np.array_equal(np.column_stack(drawn.get_data()), circle)
    assert np.array_equal(np.ravel(begins.get_data()), circle[0])
    assert np.array_equal(np.ravel(ends.get_data()), circle[-1])
    assert not np.any(aim.get_data())
