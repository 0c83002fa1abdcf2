"""A run taken out of this package: Keras files, SavedModels, ONNX, and a card on what it is."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import tensorflow as tf

from gan_tf import arguments, data
from gan_tf.networks.plain_layers import plain
from gan_tf.runs.tensorflow_errors import as_os_errors
from gan_tf.storage import files
from gan_tf.training import with_label_planes

if TYPE_CHECKING:
    from gan_tf.runs.finished_run import Run

# The version of ONNX's operators.
OPSET = 18

# What each kind of network takes and gives, in the SavedModel of its name.
SERVED = {
    "generator": "latents float32 (n, {inputs}) from N(0, 1){told} -> images uint8 {images}",
    "discriminator": "images uint8 {images}{labels} -> {output} float32 (n,)",
    "classifier": "images uint8 {images} -> probabilities float32 (n, {classes})",
}


def export(run: Run, folder: str | Path, best: bool = False) -> None:
    """Write the networks of a run into a new folder, for use where `gan_tf` is not installed.

    Of each network a `.keras` file with Keras's own layers only, which takes and gives what the
    network does; a SavedModel, which serves images as bytes; where tf2onnx is installed an `.onnx`
    file that does the same; and README.md, the model card.

    There are no files for TensorFlow.js: its converter, 4.22, needs TensorFlow 2.19.

    Args:
        folder: it must not exist.
        best: whether it is the generator of the best epoch alone, of a run that has one.

    Raises:
        ValueError: if the run keeps no such network, or the folder is there already.
        OSError: if it cannot be written.
    """
    folder = arguments.path(folder, "folder")
    if folder.exists():
        raise ValueError(f"{folder} is there already: choose another folder, or move that one.")
    if not run.networks:
        raise ValueError(f"The run in {run.folder} keeps no network: choose another run.")
    if best:
        networks = {"generator": plain(_best_generator(run))}
    else:
        networks = {kind: plain(getattr(run, kind)) for kind in run.networks}
    has_onnx = importlib.util.find_spec("tf2onnx") is not None
    if not has_onnx:
        print("No .onnx files are written: tf2onnx is not installed (pip install tf2onnx).")
    epoch = getattr(run, "best_epoch") if best else run.info["epochs"]  # noqa: B009
    text = card(run, networks, has_onnx, epoch)
    with files.new_folder(folder) as new:
        for kind, network in networks.items():
            network.save(new / f"{kind}.keras")
            served = _served(run, kind, network)
            with as_os_errors():
                tf.saved_model.save(served, str(new / kind), signatures=served.serve)
            if has_onnx:
                _write_onnx(served, new / f"{kind}.onnx")
        (new / "README.md").write_text(text, encoding="utf-8")


def _best_generator(run):
    if not hasattr(run, "best_generator"):
        raise ValueError(f"{run.folder} is a classifier, which has no best epoch: leave that out.")
    return run.best_generator


def card(run: Run, networks: dict[str, keras.Model], has_onnx: bool, epoch: int) -> str:
    """The model card of a run, in Markdown: what it is, of what data, how good, how to use it.

    Args:
        networks: those that are exported, by name.
        has_onnx: whether there are ONNX files, too.
        epoch: the one that they are of.
    """
    info, recipe = run.info, run.recipe
    measured = run.history.loc[epoch].drop("seconds", errors="ignore")
    lines = [
        f"# {run.folder.parent.name}, seed {info['seed']}",
        "",
        f"{recipe.name}: {recipe.summary}. Trained by gan_tf: "
        f"{info['epochs']} epochs of {info['images']:,} images of {recipe.dataset} in "
        f"{info['seconds'] / 60:.1f} minutes on {info['device']}, {info['precision']}.",
        "",
        "| file | what it takes and gives |",
        "|---|---|",
    ]
    for kind in networks:
        lines.append(f"| `{kind}.keras` | {_takes(run, kind)} |")
        lines.append(f"| `{kind}/` | a SavedModel: {_serves(run, kind)} |")
        if has_onnx:
            lines.append(f"| `{kind}.onnx` | ONNX, opset {OPSET}, that does the same |")
    if "data" in info:
        classes = ", ".join(info["data"]["class_names"]) or "not known"
        checksum = info["data"]["sha256"]
        lines += ["", f"Classes: {classes}. SHA-256 of the data: `{checksum}`."]
    which = "the last epoch" if epoch == info["epochs"] else f"epoch {epoch}, the best one"
    lines += ["", f"| after {which} | |", "|---|---|"]
    lines += [f"| {name} | {value:.4g} |" for name, value in measured.items()]
    versions = ", ".join(f"{name} {version}" for name, version in info["versions"].items())
    lines += [
        "",
        f"Versions: {versions}. The licence of the images that it was trained on holds for what it "
        "has learnt of them; that of MNIST is CC BY-SA 3.0, SVHN is for non-commercial use only.",
        "",
        "```python",
        "import keras",
        "",
        *(f'{kind} = keras.saving.load_model("{kind}.keras")' for kind in networks),
        "```",
        "",
    ]
    return "\n".join(lines)


def _write_onnx(served, path):
    import tf2onnx  # Half a second to import, and not part of every installation.

    signature = list(served.serve.input_signature)
    tf2onnx.convert.from_function(
        served.serve, input_signature=signature, opset=OPSET, output_path=str(path)
    )


def _takes(run, kind):
    network = getattr(run, kind)
    shape = ", ".join(map(str, network.input_shape[1:]))
    classes = getattr(run.recipe, "classes", 0)
    if kind == "generator":
        told = f", the last {classes} a one-hot label" if classes else ""
        return f"(n, {shape}){told} -> images in [-1, 1]"
    if kind == "classifier":
        return f"images in [0, 1] (n, {shape}) -> probabilities"
    told = f", the last {classes} channels planes of the label" if classes else ""
    return f"images in [-1, 1] (n, {shape}){told} -> logits, or what the loss takes"


def _serves(run, kind):
    classes = getattr(run.recipe, "classes", 0)
    network = getattr(run, kind)
    shape = network.output_shape if kind == "generator" else network.input_shape
    images = f"(n, {shape[1]}, {shape[2]}, {_channels(run, kind)})"
    fields = {
        "inputs": network.input_shape[1],
        "told": f", the last {classes} a one-hot label" if classes else "",
        "images": images,
        "labels": " and labels int32 (n,)" if classes else "",
        "output": "the discriminator's output, the probability of being real or a critic's value,",
        "classes": keras.tree.flatten(network.output_shape)[-1],
    }
    return SERVED[kind].format(**fields)


def _channels(run, kind):
    network = getattr(run, kind)
    if kind == "generator":
        return network.output_shape[3]
    return network.input_shape[3] - getattr(run.recipe, "classes", 0)


def _served(run, kind, network):
    """A module whose `serve` has images as bytes."""
    module = tf.Module()
    module.network = network
    classes = getattr(run.recipe, "classes", 0)
    if kind == "generator":
        inputs = tf.TensorSpec((None, network.input_shape[1]), tf.float32, "latents")

        @tf.function(input_signature=[inputs])
        def serve(latents):
            drawn = (network(latents, training=False) + 1) * 127.5
            return {"images": tf.cast(tf.clip_by_value(tf.round(drawn), 0, 255), tf.uint8)}
    else:
        size = *network.input_shape[1:3], _channels(run, kind)
        images = tf.TensorSpec((None, *size), tf.uint8, "images")
        labels = tf.TensorSpec((None,), tf.int32, "labels")

        def said(pixels, told=None):
            if kind == "classifier":
                return {"probabilities": network(data.to_unit(pixels), training=False)}
            pixels = data.to_signed(pixels)
            if classes:
                pixels = with_label_planes(pixels, told, classes)
            outputs = run.recipe.objective.output(network(pixels, training=False))
            return {"output": tf.reshape(outputs, (-1,))}

        serve = tf.function(said, input_signature=[images, labels] if classes else [images])
    module.serve = serve
    return module
