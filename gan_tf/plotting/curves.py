"""Curves: losses and other measures by epoch, by step, or by number of images."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gan_tf.plotting.style import BLUE, GREEN, GREY, ORANGE, SKY, axes_with, legend_below


def loss_curves(
    history: pd.DataFrame, title: str | None = None, signs: dict[str, pd.Series] | None = None
) -> Figure:
    """Losses of both networks by epoch, with what they are where neither can gain.

    There the discriminator says 1/2 everywhere: its loss is 2 ln 2, the generator's ln 2
    (Goodfellow et al. 2014, section 4).

    Args:
        history: DataFrame as `runs.Run.history`.
        signs: None, or a kind -> whether there is that sign of failure after each epoch (Series
            by epoch), as `monitor.watch` gives; a strip for each kind, above the curves, marks
            those epochs.
    """
    figure, axis = axes_with(title, "epoch", "loss (nats)")
    for column, name, equilibrium, formula, colour in (
        ("d_loss", "discriminator", 2 * math.log(2), "2 ln 2", BLUE),
        ("g_loss", "generator", math.log(2), "ln 2", ORANGE),
    ):
        axis.plot(history.index, history[column], color=colour, label=name)
        axis.axhline(
            equilibrium,
            color=colour,
            linestyle="--",
            linewidth=1,
            label=f"{name} at equilibrium, {formula} = {equilibrium:.3f}",
        )
    _mark(axis, signs or {})
    legend_below(figure, axis)
    return figure


def loss_comparison(
    named_histories: dict[str, pd.DataFrame],
    title: str | None = None,
    units: dict[str, str] | None = None,
    first_epoch: int = 1,
) -> Figure:
    """Losses of several trainings by epoch: a row each, both networks with their own scale.

    Losses in nats have the dashed line of the equilibrium, 2 ln 2 and ln 2, as `loss_curves`.

    Args:
        named_histories: a name -> DataFrame as `runs.Run.history`.
        units: a name -> the unit of its losses, where they are not in nats.
        first_epoch: the first that is drawn, where the first ones would dwarf the others.
    """
    figure = Figure(figsize=(8, 1.9 * len(named_histories) + 0.6), layout="constrained")
    rows = figure.subplots(len(named_histories), 2, squeeze=False, sharex="row")
    for axes, (name, history) in zip(rows, named_histories.items(), strict=True):
        unit, shown = (units or {}).get(name, "nats"), history.loc[first_epoch:]
        for axis, column, colour, equilibrium, formula in (
            (axes[0], "d_loss", BLUE, 2 * math.log(2), "2 ln 2"),
            (axes[1], "g_loss", ORANGE, math.log(2), "ln 2"),
        ):
            axis.plot(shown.index, shown[column], color=colour)
            if unit == "nats":
                axis.axhline(equilibrium, color=GREY, linestyle="--", linewidth=1)
                place = {"transform": axis.get_yaxis_transform(), "ha": "right", "va": "bottom"}
                axis.text(1, equilibrium, formula, fontsize=9, color=GREY, **place)
            axis.ticklabel_format(axis="y", scilimits=(-3, 4), useMathText=True)
            axis.grid(alpha=0.3)
        axes[0].set_ylabel(f"{name}\nloss ({unit})", fontsize=9)
    rows[0, 0].set_title("discriminator or critic", fontsize=10)
    rows[0, 1].set_title("generator", fontsize=10)
    for axis in rows[-1]:
        axis.set_xlabel("epoch")
    sns.despine(figure)
    figure.suptitle(title)
    return figure


def discriminator_outputs(history: pd.DataFrame, title: str | None = None) -> Figure:
    """Mean D(real) and D(fake) by epoch, as probabilities; 1/2 is no better than guessing."""
    figure, axis = axes_with(title, "epoch", "probability of being real")
    axis.plot(history.index, history["d_real"], color=BLUE, label="D(real)")
    axis.plot(history.index, history["d_fake"], color=ORANGE, linestyle="-.", label="D(fake)")
    axis.axhline(0.5, color=GREY, linestyle="--", linewidth=1, label="guessing")
    axis.set_ylim(0, 1)
    legend_below(figure, axis)
    return figure


def classifier_curves(history: pd.DataFrame, title: str | None = None) -> Figure:
    """Accuracy and loss of a classifier by epoch, on training and on validation images.

    `history` is a DataFrame as `runs.Run.history`.
    """
    figure = Figure(figsize=(10, 3.8))
    for axis, key, label in zip(
        figure.subplots(1, 2),
        ("accuracy", "loss"),
        ("accuracy", "cross-entropy (nats)"),
        strict=True,
    ):
        axis.plot(history.index, history[key], color=BLUE, label="training")
        axis.plot(
            history.index, history[f"val_{key}"], color=ORANGE, linestyle="-.", label="validation"
        )
        axis.set(xlabel="epoch", ylabel=label)
        axis.grid(alpha=0.3)
        axis.legend(frameon=False)
    sns.despine(figure)
    figure.suptitle(title)
    figure.tight_layout()
    return figure


def step_curves(
    steps: pd.DataFrame,
    columns: dict[str, str],
    y_label: str,
    title: str | None = None,
    every: int = 4,
) -> Figure:
    """Columns of a recorded training over its epochs, each point the mean of `every` rows.

    Args:
        steps: DataFrame as `runs.Run.steps`, a row every 25 steps.
        columns: a column of it -> its name in the figure.
    """
    figure, axis = axes_with(title, "epoch", y_label)
    epochs = steps["epoch"] - 1 + steps["step"] / steps["step"].max()
    parts = np.arange(len(steps)) // every
    for (column, name), colour, style in zip(
        columns.items(), (BLUE, ORANGE, GREEN), ("-", "-.", "--"), strict=False
    ):
        means = steps[column].groupby(parts).mean()
        axis.plot(epochs.groupby(parts).mean(), means, style, color=colour, label=name)
    if len(columns) > 1:
        legend_below(figure, axis)
    return figure


def strategies(table: pd.DataFrame, title: str | None = None) -> Figure:
    """Test accuracy by number of real digits, a curve a strategy: few of them, and many.

    The curves go through the means over the seeds; bands reach from the worst to the best. A tenth
    of the training images is in both panels. The few are on a scale that is logarithmic from 10 on,
    and each panel has its own scale of accuracies.

    Args:
        table: DataFrame of `sweeps.sweep` over `retraining.retrain`: strategy, real, accuracy.
    """
    figure = Figure(figsize=(9.5, 4.4), layout="constrained")
    share = table["real"] / table["real"].max()
    parts = {"few real digits": share <= 0.1, "many real digits": share >= 0.1}
    axes = figure.subplots(1, 2)
    for axis, (name, part) in zip(axes, parts.items(), strict=True):
        axis.set(xlabel="real digits among the training images", title=name)
        axis.grid(alpha=0.3)
        _curves(axis, table[part], "strategy", "real", "accuracy")
    few, many = (sorted(set(table["real"][part])) for part in parts.values())
    axes[0].set_xscale("symlog", linthresh=10)
    axes[0].set_xticks(few)
    # Every third, from the last one back: they have five digits each.
    axes[1].set_xticks(many[::-3])
    for axis in axes:
        axis.minorticks_off()
        axis.xaxis.set_major_formatter("{x:,.0f}")
        axis.yaxis.set_major_formatter("{x:.3f}")
    axes[0].set_ylabel("accuracy on 10,000 real test digits")
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names), frameon=False)
    sns.despine(figure)
    figure.suptitle(title)
    return figure


def errors_by_count(
    table: pd.DataFrame, count: tuple[str, str], kind: str, title: str | None = None
) -> Figure:
    """Share of test digits read wrongly by number of training images, a curve a kind.

    Both axes are logarithmic. The curves go through the means over the seeds; bands reach from
    the worst to the best.

    Args:
        table: DataFrame of `sweeps.sweep` with a column `accuracy`.
        count: the column of the numbers, and what they are called.
        kind: the column of the kinds, at most four.
    """
    column, x_label = count
    figure, axis = axes_with(title, x_label, "real test digits read wrongly (%)")
    table = table.assign(errors=100 * (1 - table["accuracy"]))
    _curves(axis, table, kind, column, "errors")
    axis.set(xscale="log", yscale="log")
    counts = sorted(set(table[column]))
    axis.set_xticks(counts)
    axis.tick_params(axis="x", labelsize="small" if len(counts) > 6 else "medium")
    axis.set_yticks([1, 2, 5, 10, 20, 50])
    axis.minorticks_off()
    axis.xaxis.set_major_formatter("{x:,.0f}")
    axis.yaxis.set_major_formatter("{x:g}")
    axis.set_ylim(table["errors"].min() / 1.2, table["errors"].max() * 1.2)
    legend_below(figure, axis)
    return figure


def epoch_curves(
    named_values: dict[str, Sequence[float]], y_label: str, title: str | None = None
) -> Figure:
    """One measure by epoch, a curve a training; each has its own colour and line.

    Args:
        named_values: a name -> values, one an epoch; at most ten.
    """
    figure, axis = axes_with(title, "epoch", y_label)
    for index, (name, values) in enumerate(named_values.items()):
        axis.plot(
            range(1, len(values) + 1),
            values,
            color=sns.color_palette("colorblind", 10)[index],
            linestyle=("-", "--", "-.", ":")[index % 4],
            label=name,
        )
    legend_below(figure, axis)
    return figure


def panels(
    named_curves: dict[str, pd.DataFrame],
    y_label: str,
    title: str | None = None,
    bound: tuple[str, float] | None = None,
    scale: str = "linear",
) -> Figure:
    """Measures of several trainings by epoch: a panel a training, up to three side by side.

    Args:
        named_curves: a name -> DataFrame by epoch with a column a curve, at most two; the columns
            are the same in all.
        y_label: what the columns are, with their unit.
        bound: None, or the name and the height of a level that is drawn in every panel.
        scale: of the y axis, "linear" or "log".
    """
    across = {1: 1, 2: 2, 4: 2}.get(len(named_curves), 3)
    down = math.ceil(len(named_curves) / across)
    figure = Figure(figsize=(8, 2.4 * down + 0.7), layout="constrained")
    axes = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True)
    for axis in axes.flat[len(named_curves) :]:
        axis.set_axis_off()
    for axis, (name, curves) in zip(axes.flat, named_curves.items(), strict=False):
        for column, colour, style in zip(curves, (BLUE, ORANGE), ("-", "--"), strict=False):
            axis.plot(curves.index, curves[column], style, color=colour, label=column)
        if bound:
            axis.axhline(bound[1], color=GREY, linestyle=":", label=bound[0])
        axis.set_title(name, fontsize=10)
        axis.set(xlabel="epoch", yscale=scale)
        axis.tick_params(labelbottom=True)
        axis.grid(alpha=0.3)
    figure.supylabel(y_label, fontsize=10)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    sns.despine(figure)
    figure.suptitle(title)
    return figure


def _mark(axis, signs):
    """A strip for each kind of sign, above what is drawn: there is a bar where there is a sign."""
    bottom, top = axis.get_ylim()
    strip = 0.09 * (top - bottom)
    for row, ((kind, present), colour, hatch) in enumerate(
        zip(signs.items(), (GREY, SKY), ("", "///"), strict=False)
    ):
        for number, epoch in enumerate(present.index[present]):
            axis.add_patch(
                Rectangle(
                    (epoch - 0.5, top + (len(signs) - 1 - row) * strip),
                    width=1,
                    height=0.7 * strip,
                    facecolor=colour,
                    edgecolor="white",
                    hatch=hatch,
                    linewidth=0,
                    label="" if number else f"sign of {kind}",
                )
            )
    axis.set_ylim(bottom, top + len(signs) * strip)


def _curves(axis, table, group, x, y):
    """Column `y` by column `x`, a curve for each value of column `group`, as means of the seeds."""
    kinds, colours, lines = (
        table.groupby(group, sort=False),
        (BLUE, ORANGE, GREEN, GREY),
        ("-", "--", "-.", ":"),
    )
    for (name, rows), colour, marker, line in zip(kinds, colours, "os^D", lines, strict=False):
        values = rows.groupby(x)[y]
        mean = values.mean()
        axis.plot(mean.index, mean, line, color=colour, marker=marker, markersize=4, label=name)
        axis.fill_between(
            mean.index, values.min(), values.max(), color=colour, alpha=0.2, linewidth=0
        )
