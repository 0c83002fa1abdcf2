import math

import imageio.v3 as iio
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from gan_tf import plotting

IMAGES = np.random.default_rng(0).integers(0, 256, (11, 5, 6, 1), dtype=np.uint8)
HISTORY = pd.DataFrame(
    {"d_loss": [1.4, 1.3], "g_loss": [0.7, 0.9], "d_real": [0.5, 0.6], "d_fake": [0.5, 0.4]},
    index=[1, 2],
)


def test_tile_puts_images_row_by_row():
    sheet = plotting.tile(IMAGES, columns=4, gap=1)
    assert sheet.shape == (3 * 6 + 1, 4 * 7 + 1, 1)
    assert np.array_equal(sheet[1:6, 1:7], IMAGES[0])
    assert np.array_equal(sheet[7:12, 8:14], IMAGES[5])
    assert (sheet[13:, 22:] == 255).all()


def test_grids_show_the_pixels_under_their_names():
    figure = plotting.grids({"real": IMAGES, "generated": IMAGES[:4]})
    assert [axis.get_title() for axis in figure.axes] == ["real", "generated"]
    shown = figure.axes[0].images[0]
    assert np.array_equal(shown.get_array(), plotting.tile(IMAGES, 4).squeeze())
    assert shown.get_clim() == (0, 255)


def test_sample_epochs():
    samples = np.stack([IMAGES] * 4)
    figure = plotting.sample_epochs(samples, [1, 3], count=9)
    assert [axis.get_title() for axis in figure.axes] == ["epoch 1", "epoch 3"]


def test_colour_images():
    figure = plotting.sample_grid(IMAGES.repeat(3, axis=3))
    assert figure.axes[0].images[0].get_array().shape[-1] == 3


def test_loss_curves_have_the_equilibrium():
    axis = plotting.loss_curves(HISTORY).axes[0]
    levels = [line.get_ydata()[0] for line in axis.lines if len(set(line.get_ydata())) == 1]
    assert levels == pytest.approx([2 * math.log(2), math.log(2)])
    assert list(axis.lines[0].get_ydata()) == [1.4, 1.3]
    assert axis.get_xlabel() == "epoch" and "nats" in axis.get_ylabel()


def test_loss_curves_shade_the_epochs_that_went_wrong():
    signs = {"mode collapse": pd.Series([False, True], index=[1, 2])}
    axis = plotting.loss_curves(HISTORY, signs=signs).axes[0]
    (shade,) = axis.patches
    assert (shade.get_x(), shade.get_width()) == (1.5, 1)
    assert "sign of mode collapse" in [t.get_text() for t in axis.get_legend().get_texts()]


def test_loss_curves_show_both_signs_of_one_epoch():
    signs = {kind: pd.Series([True, False], index=[1, 2]) for kind in ("one", "other")}
    one, other = plotting.loss_curves(HISTORY, signs=signs).axes[0].patches
    assert one.get_x() == other.get_x() and one.get_hatch() != other.get_hatch()
    assert other.get_facecolor()[3] < 0.5


def test_loss_comparison_has_a_panel_for_each():
    first, second = plotting.loss_comparison({"DCGAN": HISTORY, "WGAN": HISTORY}).axes
    assert (first.get_title(), second.get_title()) == ("DCGAN", "WGAN")
    assert list(second.lines[1].get_ydata()) == list(HISTORY["g_loss"])


def test_discriminator_outputs():
    axis = plotting.discriminator_outputs(HISTORY, "title").axes[0]
    assert axis.get_ylim() == (0, 1) and axis.get_title() == "title"
    assert [line.get_label() for line in axis.lines] == ["D(real)", "D(fake)", "guessing"]


def test_output_histogram_shares_sum_to_one():
    axis = plotting.output_histogram({"real": [0.1, 0.9, 0.95], "fake": [0.2]}).axes[0]
    heights = [patch.get_height() for patch in axis.patches]
    assert sum(heights) == pytest.approx(2)
    assert [t.get_text() for t in axis.get_legend().get_texts()] == [
        "real, mean 0.65",
        "fake, mean 0.20",
    ]


def test_classifier_curves():
    history = pd.DataFrame(
        {"accuracy": [0.5, 0.9], "val_accuracy": [0.4, 0.8], "loss": [2, 1], "val_loss": [3, 2]},
        index=[1, 2],
    )
    accuracy, loss = plotting.classifier_curves(history).axes
    assert [list(line.get_ydata()) for line in accuracy.lines] == [[0.5, 0.9], [0.4, 0.8]]
    assert [list(line.get_ydata()) for line in loss.lines] == [[2, 1], [3, 2]]
    assert "nats" in loss.get_ylabel()


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


def test_focus_has_a_panel_for_each_kind_of_map():
    kinds = ["saliency", "saliency", "CAM"]
    table = pd.DataFrame({"map": kinds, "digit": [0, 1, 1]})
    table[["within", "within others", "across"]] = [[0.9, 0.8, 0.7]] * 3
    saliency, cam = plotting.focus(table).axes
    assert [line.get_label() for line in cam.lines] == ["within real", "within synthetic", "across"]
    assert list(saliency.lines[1].get_xdata()) == [0, 1]
    assert list(saliency.lines[1].get_ydata()) == [0.8, 0.8]
    assert (saliency.lines[0].get_xdata() < saliency.lines[1].get_xdata()).all()


def test_strategies_and_their_zooms():
    table = pd.DataFrame(
        {
            "strategy": ["mixed"] * 6 + ["alternating"] * 6,
            "real": [0, 0, 50, 50, 500, 500] * 2,
            "accuracy": [0.8, 0.9, 0.95, 0.95, 0.98, 0.99] + [0.7] * 6,
        }
    )
    whole, few, many = plotting.strategies(table).axes
    assert [line.get_label() for line in whole.lines] == ["mixed", "alternating"]
    assert list(whole.lines[0].get_ydata()) == pytest.approx([0.85, 0.95, 0.985])
    assert list(few.lines[0].get_xdata()) == [0, 50] and few.get_xscale() == "symlog"
    assert list(many.lines[0].get_xdata()) == [500]
    assert len(whole.collections) == 2


def test_errors_by_labels():
    table = pd.DataFrame(
        {
            "network": ["fine-tuned"] * 4 + ["from scratch"] * 2,
            "labelled": [100, 100, 1000, 1000, 100, 1000],
            "accuracy": [0.8, 0.9, 0.95, 0.97, 0.5, 0.6],
        }
    )
    axis = plotting.errors_by_labels(table).axes[0]
    assert [line.get_label() for line in axis.lines] == ["fine-tuned", "from scratch"]
    assert list(axis.lines[0].get_xdata()) == [100, 1000] and axis.get_xscale() == "log"
    assert list(axis.lines[0].get_ydata()) == pytest.approx([15, 4])
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["100", "1,000"]


def test_epoch_curves_tells_every_training_from_the_others():
    curves = {f"{share}% real": [0.9, 0.95, 0.97][: share // 10] for share in range(10, 80, 10)}
    axis = plotting.epoch_curves(curves, "accuracy").axes[0]
    assert list(axis.lines[1].get_xdata()) == [1, 2]
    assert [line.get_label() for line in axis.lines] == list(curves)
    assert len({(line.get_color(), line.get_linestyle()) for line in axis.lines}) == 7
    assert axis.get_ylabel() == "accuracy"


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


def test_save(tmp_path):
    figure = plotting.sample_grid(IMAGES)
    assert plotting.save(figure, tmp_path / "figures" / "grid.png") is figure
    assert iio.imread(tmp_path / "figures" / "grid.png").ndim == 3
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="Could not write"):
        plotting.save(figure, tmp_path / "file" / "grid.png")


def test_step_curves_are_means_of_rows_over_the_epochs():
    steps = pd.DataFrame({"epoch": [1, 1, 2, 2], "step": [25, 50, 25, 50]})
    steps["d_loss"], steps["g_loss"] = [1, 3, 2, 2], [0, 0, 1, 2]
    axis = plotting.step_curves(steps, {"d_loss": "D", "g_loss": "G"}, "loss", every=2).axes[0]
    assert [line.get_label() for line in axis.lines] == ["D", "G"]
    assert list(axis.lines[0].get_xdata()) == [0.75, 1.75]
    assert list(axis.lines[0].get_ydata()) == [2, 2]
    assert list(axis.lines[1].get_ydata()) == [0, 1.5]


def test_labelled_images():
    images = np.zeros((5, 4, 4, 1), np.uint8)
    axes = plotting.labelled_images(images, ["3", 4, "x", "y", "z"], columns=3).axes
    assert [axis.get_title() for axis in axes] == ["3", "4", "x", "y", "z", ""]
    assert [len(axis.images) for axis in axes] == [1] * 5 + [0]


def test_proportions_stand_side_by_side():
    axis = plotting.proportions({"all": np.full(10, 0.1), "certain": np.eye(10)[3]}).axes[0]
    first, second = axis.containers
    assert [bar.get_height() for bar in second] == list(np.eye(10)[3])
    assert first[3].get_x() + first[3].get_width() == pytest.approx(second[3].get_x())


def test_matrices():
    figure = plotting.matrices({"a": np.eye(10), "b": np.ones((10, 10))}, "CNN", "MDM")
    assert [axis.get_title() for axis in figure.axes] == ["a", "b"]
    assert [text.get_text() for text in figure.axes[0].texts[:2]] == ["1.00", "0.00"]
    assert figure.axes[1].get_xlabel() == "CNN" and figure.axes[1].get_ylabel() == "MDM"


def test_gif_loops_and_holds_its_last_frame(tmp_path):
    samples = np.stack([np.full((9, 8, 8, 1), value, np.uint8) for value in (0, 90, 200)])
    path = tmp_path / "training.gif"
    plotting.training_gif(samples, path, count=9, seconds=3, hold=2)
    with Image.open(path) as gif:
        assert gif.n_frames == 3 and gif.info["loop"] == 0
        durations, frames = [], []
        for index in range(3):
            gif.seek(index)
            durations.append(gif.info["duration"])
            frames.append(np.asarray(gif.convert("L")))
    assert durations == [1000, 1000, 2000]
    # The label above the images differs from frame to frame, and the images are those given.
    labels = [frame[:26] for frame in frames]
    assert not np.array_equal(labels[0], labels[1])
    assert [int(frame[40, 12]) for frame in frames] == pytest.approx([0, 90, 200], abs=5)


def test_a_picture_that_looks_the_same_is_left_alone(tmp_path):
    path = tmp_path / "samples.png"
    images = np.random.default_rng(0).integers(0, 250, (9, 28, 28, 1), np.uint8)
    plotting.save(plotting.sample_grid(images), path)
    before = path.stat().st_mtime_ns
    plotting.save(plotting.sample_grid(images + 1), path)
    assert path.stat().st_mtime_ns == before
    plotting.save(plotting.sample_grid(255 - images), path)
    assert path.stat().st_mtime_ns > before
    assert [file.name for file in tmp_path.iterdir()] == ["samples.png"]
    path.with_suffix(".pdf").write_text("no picture")
    plotting.save(plotting.sample_grid(images), path.with_suffix(".pdf"))
    assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def test_histogram_has_edges_of_one_colour_each():
    figure = plotting.output_histogram({"real": np.linspace(0.1, 0.9, 50)})
    edges = {patch.get_edgecolor() for patch in figure.axes[0].patches}
    assert len(edges) == 1 and next(iter(edges))[:3] == pytest.approx(show.BLUE, abs=0.01)
