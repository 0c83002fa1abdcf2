"""Runs taken out of the package, used where it is not installed."""

import importlib.util
import subprocess
import sys

import keras
import numpy as np
import pytest

from gan_tf import data, runs
from gan_tf.__main__ import main
from gan_tf.runs.gan_experiment import GanExperiment
from gan_tf.training import fixed_latents, with_labels

# Without the package, in a folder of its own: what each file gives of saved inputs.
PROGRAM = """
import sys
sys.modules["gan_tf"] = None  # So that importing it fails.
import keras, numpy as np, tensorflow as tf
given = dict(np.load("given.npz"))
network = keras.saving.load_model("out/{kind}.keras")
served = tf.saved_model.load("out/{kind}").signatures["serving_default"]
by_keras = network.predict(given.pop("keras"), verbose=0)
by_tensorflow = served(**{{name: tf.constant(array) for name, array in given.items()}})
onnx = {{}}
try:
    import onnxruntime
    (onnx["by_onnx"],) = onnxruntime.InferenceSession("out/{kind}.onnx").run(None, given)
except ImportError:
    pass  # As under Colab's versions.
np.savez("got.npz", by_keras=by_keras, **by_tensorflow, **onnx)
"""


def used_elsewhere(folder, kind, **given):
    """What the exported network of a kind gives, in another process."""
    np.savez(folder / "given.npz", **given)
    program = PROGRAM.format(kind=kind)
    subprocess.run([sys.executable, "-c", program], check=True, cwd=folder, capture_output=True)
    with np.load(folder / "got.npz") as got:
        return dict(got)


def test_a_conditional_gan(home):
    run = runs.train("tiny-conditional", profile="smoke", epochs=1)
    run.export(home / "out")
    latents = with_labels(fixed_latents(3, 5, 4), np.arange(5), 10).numpy()
    got = used_elsewhere(home, "generator", keras=latents, latents=latents)
    expected = run.generate(5, seed=3, labels=np.arange(5))
    np.testing.assert_array_equal(got["images"], expected)
    np.testing.assert_array_equal(got.get("by_onnx", expected), expected)
    np.testing.assert_array_equal(data.from_signed(got["by_keras"]), expected)
    images, labels = run.generate(6), np.arange(6, dtype=np.int32)
    planes = np.zeros((6, 28, 28, 11), np.float32)
    got = used_elsewhere(home, "discriminator", keras=planes, images=images, labels=labels)
    for name in {"output", "by_onnx"} & set(got):
        np.testing.assert_allclose(got[name], run.discriminate(images, labels), atol=1e-5)
    card = (home / "out" / "README.md").read_text()
    assert "# tiny-conditional, seed 0" in card and "512 images of mnist" in card
    assert "latents float32 (n, 14) from N(0, 1), the last 10 a one-hot label" in card
    assert "images uint8 (n, 28, 28, 1) and labels int32 (n,)" in card
    assert "| g_loss |" in card


def test_a_classifier(home):
    run = runs.train("softmax", profile="smoke", epochs=1)
    run.export(home / "out")
    images = data.load("mnist").x_test[:4]
    got = used_elsewhere(home, "classifier", keras=images / np.float32(255), images=images)
    for name in {"by_keras", "probabilities", "by_onnx"} & set(got):
        np.testing.assert_allclose(got[name], run.probabilities(images), atol=1e-5)


def test_what_cannot_be_exported(home, finished, capsys):
    run = runs.load(finished)
    (home / "taken").mkdir()
    with pytest.raises(ValueError, match="is there already"):
        run.export(home / "taken")
    run.info["kept"] = []
    with pytest.raises(ValueError, match="keeps no network"):
        run.export(home / "out")
    assert not (home / "out").exists()
    command = ["export", "tiny", "--profile", "smoke", "--epochs", "3"]
    assert main([*command, str(home / "taken")]) == 2
    assert "is there already" in capsys.readouterr().err


def test_from_the_command_line(home, finished, capsys):
    command = ["export", "tiny", str(home / "out"), "--profile", "smoke", "--epochs", "3"]
    assert main(command) == 0
    assert "generator.keras" in capsys.readouterr().out
    names = sorted(path.name for path in (home / "out").iterdir())
    onnx = [".onnx"] if importlib.util.find_spec("tf2onnx") else []
    files = [kind + end for kind in ("discriminator", "generator") for end in ("", ".keras", *onnx)]
    assert names == ["README.md", *files]


def test_without_onnx(home, finished, capsys, monkeypatch):
    run = runs.load(finished)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    run.export(home / "out")
    assert "tf2onnx is not installed" in capsys.readouterr().out
    assert not list((home / "out").glob("*.onnx"))
    assert "ONNX" not in (home / "out" / "README.md").read_text()


@pytest.mark.slow
def test_the_best_epoch(home, monkeypatch, capsys):
    distances = iter((3.0, 1.0, 2.0))
    monkeypatch.setattr(
        GanExperiment, "_distance", lambda *_: {"frechet": next(distances), "class_entropy": 2.0}
    )
    run = runs.train("tiny", profile="smoke", keep_best=True)
    out = home / "best"
    assert main(["export", str(run.folder), str(out), "--best"]) == 0
    assert not (out / "discriminator.keras").exists()
    latents = fixed_latents(3, 5, 4).numpy()
    images = keras.saving.load_model(out / "generator.keras").predict(latents, verbose=0)
    np.testing.assert_array_equal(data.from_signed(images), run.generate(5, seed=3, best=True))
    card = (out / "README.md").read_text()
    assert "# tiny-best, seed 0" in card and "| after epoch 1, the best one |" in card
