"""Pictures: grids of samples, curves of a training and its GIF, what classifiers read and see.

Functions that draw return a matplotlib `Figure`; `save` writes it. Images are uint8
(n, height, width, channels). Colours are seaborn's colour-blind palette.
"""

import math

import imageio.v3 as iio
import numpy as np
import seaborn as sns
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from PIL import Image, ImageDraw, ImageFont
from sklearn.metrics import confusion_matrix

from gan_tf.storage import files, rounding

BLUE, ORANGE, GREEN = sns.color_palette("colorblind")[:3]
GREY = "0.45"


def save(figure, path):
    """Write `figure` at `path` in the format of its suffix, and return it to be shown.

    A picture that is there already and looks the same (`rounding.same_picture`) is left alone.
    """
    with files.written_whole(path, same=_same_picture) as new:
        figure.savefig(new, dpi=110, bbox_inches="tight")
    return figure


def _same_picture(one, other):
    return one.suffix in (".png", ".gif") and rounding.same_picture(one, other)


def tile(images, columns, gap=2):
    """One image of many, row by row: uint8 (rows * height + gaps, columns * width + gaps, c)."""
    count, height, width, channels = images.shape
    rows = math.ceil(count / columns)
    sheet = np.full(
        (rows * (height + gap) + gap, columns * (width + gap) + gap, channels), 255, np.uint8
    )
    for index, image in enumerate(images):
        row, column = divmod(index, columns)
        top, left = gap + row * (height + gap), gap + column * (width + gap)
        sheet[top : top + height, left : left + width] = image
    return sheet


def sample_grid(images, columns=None, title=None):
    """A grid of images, as square as it gets unless `columns` says otherwise."""
    return grids({title: images}, columns)


def grids(named_images, columns=None):
    """Grids of images side by side, each below its name."""
    count = max(len(images) for images in named_images.values())
    columns = columns or math.ceil(math.sqrt(count))
    side = 5 if len(named_images) == 1 else 4
    figure = Figure(figsize=(side * len(named_images), side * math.ceil(count / columns) / columns))
    axes = figure.subplots(1, len(named_images), squeeze=False)[0]
    for axis, (name, images) in zip(axes, named_images.items(), strict=True):
        axis.imshow(tile(images, columns).squeeze(), cmap="gray", vmin=0, vmax=255)
        axis.set_axis_off()
        axis.set_title(name or "")
    figure.tight_layout()
    return figure


def sample_epochs(samples, epochs, count=25, columns=None):
    """The same latents after each of `epochs`, side by side.

    Args:
        samples: uint8 (epochs + 1, n, height, width, channels), as `runs.Run.samples`.
        epochs: the epochs to show; 0 is the untrained generator.
        count: how many of the n images to show.
        columns: as in `grids`.
    """
    return grids({f"epoch {epoch}": samples[epoch][:count] for epoch in epochs}, columns)


def loss_curves(history, title=None, signs=None):
    """Losses of both networks by epoch, with what they are where neither can gain.

    There the discriminator says 1/2 everywhere: its loss is 2 ln 2, the generator's ln 2
    (Goodfellow et al. 2014, section 4).

    Args:
        history: DataFrame as `runs.Run.history`.
        signs: None, or a kind -> whether there is that sign of failure after each epoch (Series
            by epoch), as `monitor.watch` gives; those epochs are shaded.
    """
    figure, axis = _axis(title, "epoch", "loss (nats)")
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
    _legend(figure, axis)
    return figure


def loss_comparison(named_histories, title=None):
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


def discriminator_outputs(history, title=None):
    """Mean D(real) and D(fake) by epoch, as probabilities; 1/2 is no better than guessing."""
    figure, axis = _axis(title, "epoch", "probability of being real")
    axis.plot(history.index, history["d_real"], color=BLUE, label="D(real)")
    axis.plot(history.index, history["d_fake"], color=ORANGE, linestyle="-.", label="D(fake)")
    axis.axhline(0.5, color=GREY, linestyle="--", linewidth=1, label="guessing")
    axis.set_ylim(0, 1)
    _legend(figure, axis)
    return figure


def output_histogram(named_outputs, title=None):
    """Shares of images by what the discriminator says of them.

    Args:
        named_outputs: a name -> probabilities (n,) in [0, 1].
    """
    figure, axis = _axis(title, "D(image): probability of being real", "share of the images")
    bins = np.linspace(0, 1, 41)
    for (name, outputs), colour, hatch in zip(
        named_outputs.items(), (BLUE, ORANGE, GREEN), ("", "//", ".."), strict=False
    ):
        axis.hist(
            outputs,
            bins,
            weights=np.full(len(outputs), 1 / len(outputs)),
            color=(*colour, 0.45),
            # As a text: of a tuple, Matplotlib 3.10 takes each number for a bar's colour.
            edgecolor=to_hex(colour),
            hatch=hatch,
            label=f"{name}, mean {np.mean(outputs):.2f}",
        )
    _legend(figure, axis)
    return figure


def classifier_curves(history, title=None):
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


def step_curves(steps, columns, y_label, title=None, every=4):
    """Columns of a recorded training over its epochs, each point the mean of `every` rows.

    Args:
        steps: DataFrame as `runs.Run.steps`, a row every 25 steps.
        columns: a column of it -> its name in the figure.
    """
    figure, axis = _axis(title, "epoch", y_label)
    epochs = steps["epoch"] - 1 + steps["step"] / steps["step"].max()
    parts = np.arange(len(steps)) // every
    for (column, name), colour, style in zip(
        columns.items(), (BLUE, ORANGE, GREEN), ("-", "-.", "--"), strict=False
    ):
        means = steps[column].groupby(parts).mean()
        axis.plot(epochs.groupby(parts).mean(), means, style, color=colour, label=name)
    if len(columns) > 1:
        _legend(figure, axis)
    return figure


def labelled_images(images, labels, columns, title=None):
    """Images uint8 (n, height, width, channels), each under its label: a text or a number."""
    rows = math.ceil(len(images) / columns)
    figure = Figure(figsize=(1.1 * columns, 1.35 * rows), layout="constrained")
    for axis in (axes := figure.subplots(rows, columns, squeeze=False)).flat:
        axis.set_axis_off()
    for axis, image, label in zip(axes.flat, images, labels, strict=False):
        axis.imshow(image.squeeze(), cmap="gray", vmin=0, vmax=255)
        axis.set_title(label, fontsize=9)
    figure.suptitle(title)
    return figure


def proportions(named_shares, title=None):
    """Shares of the ten classes as bars, side by side for each name."""
    figure, axis = _axis(title, "digit", "share")
    width = 0.8 / len(named_shares)
    for index, ((name, shares), colour, hatch) in enumerate(
        zip(named_shares.items(), (BLUE, ORANGE, GREEN), ("", "//", ".."), strict=False)
    ):
        places = np.arange(10) + (index - (len(named_shares) - 1) / 2) * width
        axis.bar(places, shares, width, color=colour, hatch=hatch, edgecolor="white", label=name)
    axis.axhline(0.1, color=GREY, linestyle="--", linewidth=1, label="one in ten")
    axis.set_xticks(range(10))
    _legend(figure, axis)
    return figure


def matrices(named_matrices, x_label, y_label, form=".2f", title=None):
    """Square matrices (10, 10) side by side, each with its own colours and its values."""
    figure = Figure(figsize=(6 * len(named_matrices), 5.4))
    panels = figure.subplots(1, len(named_matrices), squeeze=False)[0]
    for axis, (name, matrix) in zip(panels, named_matrices.items(), strict=True):
        sns.heatmap(
            matrix,
            ax=axis,
            annot=True,
            fmt=form,
            cmap="Blues",
            cbar=False,
            square=True,
            annot_kws={"size": 8},
        )
        axis.set(xlabel=x_label, ylabel=y_label, title=name)
        axis.tick_params(rotation=0)
    figure.suptitle(title)
    figure.tight_layout()
    return figure


def confusions(labels, predicted, title=None):
    """Confusion matrix of ten classes: counts, and shares of each true class.

    Args:
        labels, predicted: (n,) integers 0 to 9.
    """
    figure = Figure(figsize=(12, 5.4))
    counts = confusion_matrix(labels, predicted, labels=range(10))
    of_each = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, of_each, out=np.zeros(counts.shape), where=of_each > 0)
    for axis, matrix, form, name in zip(
        figure.subplots(1, 2),
        (counts, shares),
        ("d", ".2f"),
        ("images", "share of the true class"),
        strict=True,
    ):
        # Coloured by the share in both, so that rare confusions are seen beside the diagonal.
        sns.heatmap(
            shares**0.5,
            ax=axis,
            annot=matrix,
            fmt=form,
            cmap="Blues",
            vmin=0,
            vmax=1,
            cbar=False,
            square=True,
            annot_kws={"size": 8},
        )
        axis.set(xlabel="predicted", ylabel="true", title=name)
        axis.tick_params(rotation=0)
    figure.suptitle(title)
    figure.tight_layout()
    return figure


def attention_maps(rows, title=None):
    """Images, each followed by its attention maps; a row of pictures for each digit.

    Args:
        rows: a row's name -> list of (name, picture), where a picture is an image uint8
            (height, width, channels) or a map float (height, width) in [0, 1].
    """
    columns = len(next(iter(rows.values())))
    figure = Figure(figsize=(1.15 * columns + 1, 1.15 * len(rows) + 0.8), layout="constrained")
    axes = figure.subplots(len(rows), columns, squeeze=False)
    for row_axes, (row_name, pictures) in zip(axes, rows.items(), strict=True):
        row_axes[0].set_ylabel(row_name, rotation=0, ha="right", va="center")
        for axis, (_, picture) in zip(row_axes, pictures, strict=True):
            is_image = picture.dtype == np.uint8
            shown = axis.imshow(
                picture,
                cmap="gray" if is_image else "viridis",
                vmin=0,
                vmax=255 if is_image else 1,
            )
            axis.set(xticks=[], yticks=[])
    for axis, (name, _) in zip(axes[0], next(iter(rows.values())), strict=True):
        axis.set_title(name, fontsize=9)
    figure.suptitle(title)
    figure.colorbar(shown, ax=axes, fraction=0.02, label="attention: share of the map's maximum")
    return figure


def focus(table, title=None):
    """Similarity of mean attention maps by digit, within two sources and across them.

    Args:
        table: DataFrame of the columns map, digit, within, within others and across, as
            `attention.focus` measures them; a panel a kind of map.
    """
    kinds = table.groupby("map", sort=False)
    figure = Figure(figsize=(3 * len(kinds), 3.8), layout="constrained")
    panels = figure.subplots(1, len(kinds), sharey=True, squeeze=False)[0]
    for axis, (kind, rows) in zip(panels, kinds, strict=True):
        # Beside each other, or those within hide one another.
        for shift, column, name, colour, marker in (
            (-0.2, "within", "within real", BLUE, "o"),
            (0, "within others", "within synthetic", ORANGE, "s"),
            (0.2, "across", "across", GREEN, "^"),
        ):
            axis.plot(rows["digit"] + shift, rows[column], marker, color=colour, label=name)
        axis.set(title=kind, xlabel="digit", xticks=range(10))
        axis.grid(alpha=0.3)
    panels[0].set_ylabel("cosine similarity of mean maps")
    panels[0].legend(frameon=False, loc="lower left")
    sns.despine(figure)
    figure.suptitle(title)
    return figure


def strategies(table, title=None):
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


def errors_by_labels(table, title=None):
    """Share of test digits read wrongly by number of labelled images, a curve a network.

    Both axes are logarithmic. The curves go through the means over the seeds; bands reach from
    the worst to the best.

    Args:
        table: DataFrame of `sweeps.sweep` over `finetuning.finetune`: network, labelled, accuracy.
    """
    figure, axis = _axis(title, "labelled training images", "real test digits read wrongly (%)")
    table = table.assign(errors=100 * (1 - table["accuracy"]))
    _curves(axis, table, "network", "labelled", "errors")
    axis.set(xscale="log", yscale="log")
    axis.set_xticks(sorted(set(table["labelled"])))
    axis.set_yticks([1, 2, 5, 10, 20, 50])
    axis.minorticks_off()
    axis.xaxis.set_major_formatter("{x:,.0f}")
    axis.yaxis.set_major_formatter("{x:g}")
    axis.set_ylim(table["errors"].min() / 1.2, table["errors"].max() * 1.2)
    _legend(figure, axis)
    return figure


def epoch_curves(named_values, y_label, title=None):
    """One measure by epoch, a curve a training; each has its own colour and line.

    Args:
        named_values: a name -> values, one an epoch; at most ten.
    """
    figure, axis = _axis(title, "epoch", y_label)
    for index, (name, values) in enumerate(named_values.items()):
        axis.plot(
            range(1, len(values) + 1),
            values,
            color=sns.color_palette("colorblind", 10)[index],
            linestyle=("-", "--", "-.", ":")[index % 4],
            label=name,
        )
    _legend(figure, axis)
    return figure


def latent_map(labels, certainties, half, points=None, title=None):
    """The digits of a plane of latents, paler where they are less certain.

    Args:
        labels, certainties: (quality, quality), as `latent.LatentSpace.map`.
        half: half of the side, in the latent space's unit.
        points: None, or a digit -> (x, y), marked in the map.
    """
    figure = Figure(figsize=(6.8, 6))
    axis = figure.subplots()
    colours = np.array(sns.color_palette("colorblind", 10))
    # A certainty of 1/10 is none: white.
    strength = np.clip((certainties - 0.1) / 0.9, 0, 1)[..., None]
    picture = strength * colours[labels] + (1 - strength)
    axis.imshow(picture, origin="lower", extent=(-half, half, -half, half))
    for digit, (x, y) in (points or {}).items():
        axis.plot(x, y, "o", color="black", markersize=4)
        axis.annotate(digit, (x, y), (4, 4), textcoords="offset points", weight="bold")
    axis.set(xlabel="distance in the plane", ylabel="distance in the plane", title=title or "")
    keys = [Patch(color=colour, label=str(digit)) for digit, colour in enumerate(colours)]
    axis.legend(handles=keys, title="read as", loc="center left", bbox_to_anchor=(1, 0.5))
    figure.tight_layout()
    return figure


def training_gif(samples, path, count=25, scale=2, seconds=10, hold=3):
    """Write the GIF of a training: one frame an epoch, each labelled with its epoch; it loops.

    Args:
        samples: uint8 (epochs + 1, n, height, width, channels), as `runs.Run.samples`.
        path: of the GIF.
        count: how many of the n images to show, in a square.
        scale: size of a pixel on the screen.
        seconds: the whole training lasts this long, then
        hold: the last frame stays for so many seconds.
    """
    columns = math.ceil(math.sqrt(count))
    frames = [_frame(images[:count], columns, scale, epoch) for epoch, images in enumerate(samples)]
    gif(np.stack(frames), path, seconds, hold)


def gif(frames, path, seconds, hold):
    """Write a GIF that loops.

    Args:
        frames: uint8 (n, height, width) or (n, height, width, channels).
        path: of the GIF.
        seconds: all frames but the last one take so long, then
        hold: the last one stays for so many seconds.
    """
    milliseconds = [max(20, 1000 * seconds / len(frames))] * (len(frames) - 1) + [1000 * hold]
    with files.written_whole(path, same=_same_picture) as new:
        iio.imwrite(new, frames, extension=".gif", duration=milliseconds, loop=0)


def _frame(images, columns, scale, epoch):
    """One frame of the GIF, in 32 levels of grey, which halves the file and shows no bands."""
    sheet = tile(images, columns).repeat(scale, axis=0).repeat(scale, axis=1)
    strip = Image.new("L", (sheet.shape[1], 26), 255)
    ImageDraw.Draw(strip).text(
        (strip.width / 2, 14), f"epoch {epoch}", 0, ImageFont.load_default(18), anchor="mm"
    )
    label = np.asarray(strip)[..., None].repeat(sheet.shape[2], axis=2)
    frame = np.concatenate([label, sheet])
    return (np.rint(frame / 255 * 31) * (255 / 31)).astype(np.uint8).squeeze()


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


def _axis(title, x_label, y_label):
    figure = Figure(figsize=(7.5, 4))
    axis = figure.subplots()
    axis.set(title=title or "", xlabel=x_label, ylabel=y_label)
    axis.grid(alpha=0.3)
    sns.despine(figure)
    return figure, axis


def _legend(figure, axis):
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False)
    figure.tight_layout()
