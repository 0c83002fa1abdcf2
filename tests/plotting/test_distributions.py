import numpy as np
import pandas as pd
import pytest

from gan_tf import plotting
from gan_tf.plotting import style


def test_output_histogram_shares_sum_to_one():
    axis = plotting.output_histogram({"real": [0.1, 0.9, 0.95], "fake": [0.2]}).axes[0]
    heights = [patch.get_height() for patch in axis.patches]
    assert sum(heights) == pytest.approx(2)
    assert [t.get_text() for t in axis.get_legend().get_texts()] == [
        "real, mean 0.65",
        "fake, mean 0.20",
    ]


def test_focus_shows_each_digit_at_its_value_and_the_mean():
    lost = pd.DataFrame({"saliency": [0.01, 0.03], "CAM": [0.2, 0.0]}, index=[4, 7])
    axis = plotting.focus(lost).axes[0]
    assert [bar.get_height() for bar in axis.patches] == [pytest.approx(0.02), pytest.approx(0.1)]
    places = {(text.get_text(), text.get_position()[1]) for text in axis.texts}
    assert places == {("4", 0.01), ("7", 0.03), ("4", 0.2), ("7", 0.0)}


def test_proportions_stand_side_by_side():
    axis = plotting.proportions({"all": np.full(10, 0.1), "certain": np.eye(10)[3]}).axes[0]
    first, second = axis.containers
    assert [bar.get_height() for bar in second] == list(np.eye(10)[3])
    assert first[3].get_x() + first[3].get_width() == pytest.approx(second[3].get_x())


def test_histogram_has_edges_of_one_colour_each():
    figure = plotting.output_histogram({"real": np.linspace(0.1, 0.9, 50)})
    edges = {patch.get_edgecolor() for patch in figure.axes[0].patches}
    assert len(edges) == 1 and next(iter(edges))[:3] == pytest.approx(style.BLUE, abs=0.01)
