import math

import numpy as np
import pandas as pd
import pytest

from gan_tf import plotting

IMAGES = np.random.default_rng(0).integers(0, 256, (11, 5, 6, 1), dtype=np.uint8)


HISTORY = pd.DataFrame(
    {"d_loss": [1.4, 1.3], "g_loss": [0.7, 0.9], "d_real": [0.5, 0.6], "d_fake": [0.5, 0.4]},
    index=[1, 2],
)


def test_loss_curves_have_the_equilibrium():
    axis = plotting.loss_curves(HISTORY).axes[0]
    levels = [line.get_ydata()[0] for line in axis.lines if len(set(line.get_ydata())) == 1]
    assert levels == pytest.approx([2 * math.log(2), math.log(2)])
    assert list(axis.lines[0].get_ydata()) == [1.4, 1.3]
    assert axis.get_xlabel() == "epoch" and "nats" in axis.get_ylabel()


def test_loss_curves_mark_the_epochs_that_went_wrong():
    signs = {"mode collapse": pd.Series([False, True], index=[1, 2])}
    axis = plotting.loss_curves(HISTORY, signs=signs).axes[0]
    (bar,) = axis.patches
    assert (bar.get_x(), bar.get_width()) == (1.5, 1)
    assert "sign of mode collapse" in [t.get_text() for t in axis.get_legend().get_texts()]
    # It covers no curve, and is seen.
    assert bar.get_y() > HISTORY.to_numpy().max()
    assert bar.get_y() + bar.get_height() < axis.get_ylim()[1]


def test_loss_curves_show_both_signs_of_one_epoch():
    signs = {kind: pd.Series([True, False], index=[1, 2]) for kind in ("one", "other")}
    one, other = plotting.loss_curves(HISTORY, signs=signs).axes[0].patches
    assert one.get_x() == other.get_x() and one.get_hatch() != other.get_hatch()
    assert other.get_y() + other.get_height() < one.get_y()


def test_loss_comparison_has_a_row_for_each():
    named = {"DCGAN": HISTORY, "WGAN": HISTORY}
    figure = plotting.loss_comparison(named, units={"WGAN": "critic's units"}, first_epoch=2)
    (gan, generator), (critic, _) = np.reshape(figure.axes, (2, 2))
    assert [axis.get_ylabel() for axis in (gan, critic)] == [
        "DCGAN\nloss (nats)",
        "WGAN\nloss (critic's units)",
    ]
    assert list(generator.lines[0].get_xdata()) == [2]
    assert list(generator.lines[0].get_ydata()) == [0.9]
    assert gan.lines[1].get_ydata()[0] == pytest.approx(2 * math.log(2))
    assert len(critic.lines) == 1, "a critic's losses have no equilibrium in nats"


def test_discriminator_outputs():
    axis = plotting.discriminator_outputs(HISTORY, "title").axes[0]
    assert axis.get_ylim() == (0, 1) and axis.get_title() == "title"
    assert [line.get_label() for line in axis.lines] == ["D(real)", "D(fake)", "guessing"]


def test_classifier_curves():
    history = pd.DataFrame(
        {"accuracy": [0.5, 0.9], "val_accuracy": [0.4, 0.8], "loss": [2, 1], "val_loss": [3, 2]},
        index=[1, 2],
    )
    accuracy, loss = plotting.classifier_curves(history).axes
    assert [list(line.get_ydata()) for line in accuracy.lines] == [[0.5, 0.9], [0.4, 0.8]]
    assert [list(line.get_ydata()) for line in loss.lines] == [[2, 1], [3, 2]]
    assert "nats" in loss.get_ylabel()


def test_strategies_of_few_and_of_many_real_digits():
    reals = [0, 0, 50, 50, 550, 550, 5500, 5500, 27_500, 55_000]
    table = pd.DataFrame(
        {
            "strategy": ["mixed"] * 10 + ["alternating"] * 10,
            "real": reals * 2,
            "accuracy": [0.8, 0.9, 0.95, 0.95, 0.96, 0.97, 0.98, 0.99, 0.99, 1] + [0.7] * 10,
        }
    )
    figure = plotting.strategies(table)
    few, many = figure.axes
    assert [line.get_label() for line in few.lines] == ["mixed", "alternating"]
    assert list(few.lines[0].get_xdata()) == [0, 50, 550, 5500] and few.get_xscale() == "symlog"
    assert list(few.lines[0].get_ydata()) == pytest.approx([0.85, 0.95, 0.965, 0.985])
    assert list(many.lines[0].get_xdata()) == [5500, 27_500, 55_000]
    assert [tick.get_text() for tick in few.get_xticklabels()] == ["0", "50", "550", "5,500"]
    assert [tick.get_text() for tick in many.get_xticklabels()] == ["55,000"]
    assert len({line.get_linestyle() for line in few.lines}) == 2 and len(few.collections) == 2
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["mixed", "alternating"]


def test_errors_by_count():
    table = pd.DataFrame(
        {
            "network": ["fine-tuned"] * 4 + ["from scratch"] * 2,
            "labelled": [100, 100, 1000, 1000, 100, 1000],
            "accuracy": [0.8, 0.9, 0.95, 0.97, 0.5, 0.6],
        }
    )
    axis = plotting.errors_by_count(table, ("labelled", "labelled digits"), "network").axes[0]
    assert axis.get_xlabel() == "labelled digits"
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


def test_step_curves_are_means_of_rows_over_the_epochs():
    steps = pd.DataFrame({"epoch": [1, 1, 2, 2], "step": [25, 50, 25, 50]})
    steps["d_loss"], steps["g_loss"] = [1, 3, 2, 2], [0, 0, 1, 2]
    axis = plotting.step_curves(steps, {"d_loss": "D", "g_loss": "G"}, "loss", every=2).axes[0]
    assert [line.get_label() for line in axis.lines] == ["D", "G"]
    assert list(axis.lines[0].get_xdata()) == [0.75, 1.75]
    assert list(axis.lines[0].get_ydata()) == [2, 2]
    assert list(axis.lines[1].get_ydata()) == [0, 1.5]


@pytest.mark.parametrize("count, rows", [(1, 1), (3, 1), (4, 2), (5, 2)])
def test_panels_are_one_a_training_on_one_scale(count, rows):
    curves = pd.DataFrame({"real": [0.5, 0.6], "generated": [0.7, 0.8]}, index=[1, 2])
    named = {f"run {number}": curves * (number + 1) for number in range(count)}
    figure = plotting.panels(named, "share right", "title", bound=("bound", 0.98))
    used = figure.axes[:count]
    assert [axis.get_title() for axis in used] == list(named)
    assert list(used[-1].lines[1].get_ydata()) == [0.7 * count, 0.8 * count]
    assert all(axis.lines[2].get_ydata()[0] == 0.98 for axis in used)
    assert len({axis.get_ylim() for axis in used}) == 1
    assert not any(axis.axison for axis in figure.axes[count:])
    assert used[0].get_subplotspec().get_gridspec().nrows == rows
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == ["real", "generated", "bound"]


def test_panels_on_a_logarithmic_scale():
    figure = plotting.panels({"run": pd.DataFrame({"distance": [9, 99]})}, "distance", scale="log")
    assert figure.axes[0].get_yscale() == "log" and len(figure.axes[0].lines) == 1
