import dataclasses

import pytest
import tensorflow as tf
from keras.optimizers import Adam

from gan_tf import data, recipes
from gan_tf.environment import hardware
from gan_tf.runs.classifier_experiment import ClassifierExperiment
from gan_tf.training import gan, losses
from tests import tiny


def test_device_and_versions():
    assert "cores of" in hardware.device() or "x" in hardware.device()
    assert hardware.versions()["tensorflow"] == tf.__version__


def test_precision_follows_the_processor(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    for flags, precision in (("avx2 avx512_bf16", "mixed_bfloat16"), ("avx2", "float32")):
        monkeypatch.setattr(hardware, "_cpu_info", lambda flags=flags: flags)
        assert hardware.fastest_precision() == precision


def test_precision_follows_the_gpu(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU:0"])
    for capability, precision in (((7, 5), "float32"), ((9, 0), "mixed_bfloat16")):
        monkeypatch.setattr(
            tf.config.experimental,
            "get_device_details",
            lambda gpu, capability=capability: {"compute_capability": capability},
        )
        assert hardware.fastest_precision() == precision


GPUS = {
    (7, 5): ("Tesla T4", "1 x Tesla T4, float32 with XLA, for it has no bfloat16"),
    (8, 0): ("A100", "1 x A100, bfloat16 with XLA"),
}


@pytest.mark.parametrize("capability, names", GPUS.items())
def test_what_is_said_of_a_gpu(monkeypatch, capability, names):
    name, words = names
    details = {"compute_capability": capability, "device_name": name}
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU:0"])
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda gpu: details)
    assert hardware.settings() == words
    assert hardware.uses_xla()


def test_what_is_said_of_a_cpu(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    monkeypatch.setattr(hardware, "_cpu_info", lambda: "model name : Z80\nflags : avx2")
    assert hardware.settings().endswith("cores of Z80, float32")
    assert not hardware.uses_xla()


@pytest.mark.parametrize("gpus", [[], ["GPU:0"]])
def test_models_are_compiled_for_it(monkeypatch, gpus):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: gpus)
    recipe = dataclasses.replace(recipes.get("softmax"), classifier=tiny.classifier)
    classifier = ClassifierExperiment(
        recipe, data.load("mnist"), recipe.batch_size * 12, seed=0
    ).model
    adversarial = gan.GAN(tiny.generator(), tiny.discriminator(), losses.NonSaturating())
    adversarial.compile(Adam(), Adam(), steps_per_execution=4)
    for model, steps in ((classifier, 12), (adversarial, 4)):
        assert model.jit_compile == bool(gpus) and model.steps_per_execution == steps
