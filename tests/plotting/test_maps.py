import numpy as np
import pandas as pd
import pytest

from gan_tf import plotting

IMAGES = np.random.default_rng(0).integers(0, 256, (11, 5, 6, 1), dtype=np.uint8)


def test_confusions_in_counts_and_in_percent():
    counts, shares, bar = plotting.confusions([3, 3, 3, 3, 5, 8], [3, 3, 3, 5, 5, 8]).axes
    assert (counts.get_xlabel(), counts.get_ylabel()) == ("read as", "true digit")

    def cell(axis, true, predicted):
        return axis.texts[10 * true + predicted].get_text()

    assert (cell(counts, 3, 3), cell(counts, 3, 5), cell(counts, 5, 3)) == ("3", "1", "")
    assert (cell(shares, 3, 3), cell(shares, 3, 5), cell(shares, 7, 7)) == ("75.0", "25.0", "")
    assert bar.get_xlabel() == "errors: % of the true class"


def test_the_greatest_error_has_the_darkest_colour():
    labels = np.repeat([3, 5], 1000)
    predicted = labels.copy()
    predicted[:2], predicted[1000] = 5, 3
    for axis in plotting.confusions(labels, predicted).axes[:2]:
        colours = axis.images[0]
        np.testing.assert_allclose(colours.get_clim(), (0, 0.2))
        assert colours.get_array().mask[3, 3] and not colours.get_array().mask[3, 5]
        darks = [text.get_text() for text in axis.texts if text.get_color() == "white"]
        assert darks in (["2"], ["0.2"])


def test_confusions_without_an_error():
    colours = plotting.confusions([3, 5], [3, 5]).axes[0].images[0]
    assert colours.get_array().max() == 0


def test_attention_maps_beside_their_images():
    image, attention = IMAGES[0], np.linspace(0, 1, 30).reshape(5, 6)
    rows = {"4": [("real", image), ("map", attention)], "9": [("real", image), ("map", attention)]}
    axes = plotting.attention_maps(rows).axes
    assert [axis.get_title() for axis in axes[:4]] == ["real", "map", "", ""]
    assert [axis.get_ylabel() for axis in axes[:4]] == ["4", "", "9", ""]
    assert (axes[0].images[0].get_clim(), axes[1].images[0].get_clim()) == ((0, 255), (0, 1))
    assert "attention" in axes[4].get_xlabel()  # Below, for there are few rows.
    many = plotting.attention_maps({str(row): rows["4"] for row in range(4)}).axes
    assert "attention" in many[-1].get_ylabel()


def test_maps_against_the_class_have_colours_of_their_own():
    attention = np.linspace(0, 1, 30).reshape(5, 6)
    rows = {"4": [("real", IMAGES[0]), ("map", attention), ("negated", attention)]}
    _, drawn, against, *bars = plotting.attention_maps(rows, against=["negated"]).axes
    assert drawn.images[0].cmap.name == "viridis" and against.images[0].cmap.name == "gist_heat"
    assert [bar.get_xlabel().split(":")[0] for bar in bars] == ["attention", "against the class"]


def test_latent_map_is_dark_where_nothing_is_certain():
    labels = np.array([[3, 3], [7, 7]])
    certainties = np.array([[1.0, 0.1], [1.0, 0.55]])
    axis = plotting.latent_map(labels, certainties, 2.5, {3: (0, 1)}).axes[0]
    picture = axis.images[0].get_array()
    assert axis.images[0].get_extent() == [-2.5, 2.5, -2.5, 2.5]
    np.testing.assert_allclose(picture[0, 1], 0)
    np.testing.assert_allclose(picture[1, 1], picture[1, 0] / 2)
    assert not np.allclose(picture[0, 0], picture[1, 0])


def test_latent_map_names_regions_inside_of_them_but_not_specks():
    labels = np.zeros((30, 30), int)
    labels[:, 20:], labels[:10, :10], labels[25, 5] = 4, 9, 6
    axis = plotting.latent_map(labels, np.ones((30, 30)), 3, {8: (0, 1)}).axes[0]
    written = {text.get_text(): text.get_position() for text in axis.texts}
    assert written.keys() == {"0", "4", "9", "mean of 8"}
    for name, (x, y) in written.items():
        if name != "mean of 8":
            column, row = (int((value / 3 + 1) * 15) for value in (x, y))
            assert labels[row, column] == int(name)
            assert 2 < column < 27 and 2 < row < 27


def test_matrices():
    figure = plotting.matrices({"a": np.eye(10), "b": np.ones((10, 10))}, "CNN", "MDM")
    assert [axis.get_title() for axis in figure.axes] == ["a", "b"]
    assert [text.get_text() for text in figure.axes[0].texts[:2]] == ["1.00", "0.00"]
    assert figure.axes[1].get_xlabel() == "CNN" and figure.axes[1].get_ylabel() == "MDM"


def test_heatmap():
    table = pd.DataFrame({"one": [0.5, -2], "two": [np.nan, 9]}, index=["recall", "detail"])
    figure = plotting.heatmap(table, 3, "seen", label="errors")
    axis, scale = figure.axes
    assert [text.get_text() for text in axis.texts] == ["0.5", "-2", "9"]
    colours = axis.collections[0]
    assert colours.get_clim() == (-3, 3) and scale.get_ylabel() == "errors"
    assert [label.get_text() for label in axis.get_yticklabels()] == ["recall", "detail"]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["one", "two"]
    texts = pd.DataFrame({"one": ["a", "b"], "two": ["", "c"]}, index=table.index)
    figure = plotting.heatmap(table, 3, texts=texts)
    assert len(figure.axes) == 1
    assert {text.get_text() for text in figure.axes[0].texts} >= {"a", "b", "c"}


class TestBadInput:
    @pytest.mark.parametrize(
        "labels, read, message",
        [
            ([-1, 1], [0, 1], "labels must be from 0 to 9"),
            ([1, 2], [1, 12], "what was read must be from 0 to 9"),
            ([[1], [2]], [1, 2], r"must have the shape \(n,\)"),
            (["1", "2"], [1, 2], "must be whole numbers"),
            ([1, 2], [1], r"what was read must have the shape \(2,\)"),
        ],
    )
    def test_of_confusions(self, labels, read, message):
        with pytest.raises(ValueError, match=message):
            plotting.confusions(labels, read)

    @pytest.mark.parametrize(
        "rows, message",
        [
            ({}, "the same number of pictures, one at least"),
            ({"a": []}, "the same number of pictures, one at least"),
            ({"a": [("x", IMAGES[0])], "b": [("x", IMAGES[0])] * 2}, "the same number"),
            ({"a": [("x", IMAGES[0] / 255)]}, "'x' is float64 .*, but must be an image"),
        ],
    )
    def test_of_attention_maps(self, rows, message):
        with pytest.raises(ValueError, match=message):
            plotting.attention_maps(rows)

    def test_of_a_latent_map(self):
        with pytest.raises(ValueError, match="labels must be from 0 to 9"):
            plotting.latent_map(np.full((3, 3), 12), np.ones((3, 3)), 1)
