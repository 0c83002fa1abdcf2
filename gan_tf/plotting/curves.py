"""Curves: losses and other measures by epoch, by step, or by number of images."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from gan_tf.plotting.style import BLUE, GREEN, GREY, ORANGE, axes_with, legend_below


def loss_curves(
    history: pd.DataFrame, title: str | None = None, signs: dict[str, pd.Series] | None = None
) -> Figure:
    """Losses of both networks by epoch, with what they are where neither can gain.

    There the discriminator says 1/2 everywhere: its loss is 2 ln 2, the generator's ln 2
    (Goodfellow et al. 2014, section 4).

    Args:
        history: DataFrame as `runs.Run.history`.
        signs: None, or a kind -> whether there is that sign of failure after each epoch (Series
            by epoch), as `monitor.watch` gives; those epochs are shaded.
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
    for (kind, present), hatch in zip((signs or {}).items(), ("//", ".."), strict=False):
        for number, epoch in enumerate(present.index[present]):
            axis.axvspan(
                epoch - 0.5,
                epoch + 0.5,
                # Transparent, so that an epoch with both signs shows both.
                facecolor=(0, 0, 0, 0.08),
                edgecolor="0.6",
                linewidth=0,
                hatch=hatch,
                zorder=0,
                label="" if number else f"sign of {kind}",
            )
    legend_below(figure, axis)
    return figure


def loss_comparison(named_histories: dict[str, pd.DataFrame], title: str | None = None) -> Figure:
    """Losses of several trainings by epoch, a panel each with its own scale.

    Args:
        named_histories: a name -> DataFrame as `runs.Run.history`.
    """
    figure = Figure(figsize=(3.6 * len(named_histories), 3.4), layout="constrained")
    panels = figure.subplots(1, len(named_histories), squeeze=False)[0]
    for axis, (name, history) in zip(panels, named_histories.items(), strict=True):
        axis.plot(history.index, history["d_loss"], color=BLUE, label="discriminator")
        axis.plot(history.index, history["g_loss"], "-.", color=ORANGE, label="generator")
        axis.set(title=name, xlabel="epoch")
        axis.grid(alpha=0.3)
    panels[0].set_ylabel("loss")
    panels[0].legend(frameon=False)
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
    """Test accuracy by number of real digits, a curve a strategy, and two zooms into it.

    The curves go through the means over the seeds; bands reach from the worst to the best.

    Args:
        table: DataFrame of `sweeps.sweep` over `retraining.retrain`: strategy, real, accuracy.
    """
    figure = Figure(figsize=(15, 4.2))
    zooms = figure.subplots(1, 3)
    share = table["real"] / table["real"].max()
    parts = {"all": share >= 0, "few real digits": share <= 0.1, "many real digits": share >= 0.2}
    for axis, (name, part) in zip(zooms, parts.items(), strict=True):
        axis.set(xlabel="real digits among the training images", title=name)
        axis.grid(alpha=0.3)
        _curves(axis, table[part], "strategy", "real", "accuracy")
    zooms[0].set_ylabel("accuracy on 10,000 real test digits")
    zooms[1].set_xscale("symlog", linthresh=10)
    zooms[0].legend(frameon=False)
    sns.despine(figure)
    figure.suptitle(title)
    figure.tight_layout()
    return figure


def errors_by_labels(table: pd.DataFrame, title: str | None = None) -> Figure:
    """Share of test digits read wrongly by number of labelled images, a curve a network.

    Both axes are logarithmic. The curves go through the means over the seeds; bands reach from
    the worst to the best.

    Args:
        table: DataFrame of `sweeps.sweep` over `finetuning.finetune`: network, labelled, accuracy.
    """
    figure, axis = axes_with(title, "labelled training images", "real test digits read wrongly (%)")
    table = table.assign(errors=100 * (1 - table["accuracy"]))
    _curves(axis, table, "network", "labelled", "errors")
    axis.set(xscale="log", yscale="log")
    axis.set_xticks(sorted(set(table["labelled"])))
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


def _curves(axis, table, group, x, y):
    """Column `y` by column `x`, a curve for each value of column `group`, as means of the seeds."""
    for (name, rows), colour, marker in zip(
        table.groupby(group, sort=False), (BLUE, ORANGE, GREEN, GREY), "os^D", strict=False
    ):
        values = rows.groupby(x)[y]
        mean = values.mean()
        axis.plot(mean.index, mean, color=colour, marker=marker, markersize=4, label=name)
        axis.fill_between(
            mean.index, values.min(), values.max(), color=colour, alpha=0.2, linewidth=0
        )
