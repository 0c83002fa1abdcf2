import numpy as np

from gan_tf import plotting

IMAGES = np.random.default_rng(0).integers(0, 256, (11, 5, 6, 1), dtype=np.uint8)


def test_confusions_in_counts_and_in_shares():
    counts, shares = plotting.confusions([3, 3, 3, 3, 5], [3, 3, 3, 5, 5]).axes
    assert (counts.get_xlabel(), counts.get_ylabel()) == ("predicted", "true")

    def cell(axis, true, predicted):
        return axis.texts[10 * true + predicted].get_text()

    assert (cell(counts, 3, 3), cell(counts, 3, 5), cell(counts, 5, 3)) == ("3", "1", "0")
    assert (cell(shares, 3, 3), cell(shares, 3, 5), cell(shares, 7, 7)) == ("0.75", "0.25", "0.00")


def test_attention_maps_beside_their_images():
    image, attention = IMAGES[0], np.linspace(0, 1, 30).reshape(5, 6)
    rows = {"4": [("real", image), ("map", attention)], "9": [("real", image), ("map", attention)]}
    axes = plotting.attention_maps(rows).axes
    assert [axis.get_title() for axis in axes[:4]] == ["real", "map", "", ""]
    assert [axis.get_ylabel() for axis in axes[:4]] == ["4", "", "9", ""]
    assert (axes[0].images[0].get_clim(), axes[1].images[0].get_clim()) == ((0, 255), (0, 1))
    assert "attention" in axes[4].get_ylabel()


def test_latent_map_is_white_where_nothing_is_certain():
    labels = np.array([[3, 3], [7, 7]])
    certainties = np.array([[1.0, 0.1], [1.0, 0.55]])
    axis = plotting.latent_map(labels, certainties, 2.5, {3: (0, 1)}).axes[0]
    picture = axis.images[0].get_array()
    assert axis.images[0].get_extent() == [-2.5, 2.5, -2.5, 2.5]
    np.testing.assert_allclose(picture[0, 1], 1)
    np.testing.assert_allclose(picture[1, 1], (picture[1, 0] + 1) / 2)
    assert not np.allclose(picture[0, 0], picture[1, 0])
    assert [text.get_text() for text in axis.texts] == ["3"]
    assert len(axis.get_legend().get_texts()) == 10


def test_matrices():
    figure = plotting.matrices({"a": np.eye(10), "b": np.ones((10, 10))}, "CNN", "MDM")
    assert [axis.get_title() for axis in figure.axes] == ["a", "b"]
    assert [text.get_text() for text in figure.axes[0].texts[:2]] == ["1.00", "0.00"]
    assert figure.axes[1].get_xlabel() == "CNN" and figure.axes[1].get_ylabel() == "MDM"
