"""Trainings that devices share, and processes: `tf.distribute`, here on parts of one CPU."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import Sequential, layers

from gan_tf import runs
from gan_tf.environment import profiles
from gan_tf.networks import discriminators, generators
from gan_tf.training import losses
from gan_tf.training.augmentation import Augmentation
from gan_tf.training.optimizers import cosine_adam
from tests import tiny
from tests.runs.helpers import result, stop_after, train
from tests.training.helpers import two_replicas


def with_sigmoid():
    return Sequential([tiny.discriminator(), layers.Activation("sigmoid", dtype="float32")])


def with_classes():
    image = layers.Input((28, 28, 1))
    features = layers.Dense(8, "tanh", dtype="float32")(layers.Flatten()(image))
    return keras.Model(image, [features, layers.Dense(10, dtype="float32")(features)])


RECIPES = [
    replace(tiny.RECIPE, name="plain"),
    replace(tiny.CONDITIONAL, name="conditional"),
    replace(tiny.RECIPE, name="clipped", objective=losses.Wasserstein(critic_steps=2)),
    replace(tiny.RECIPE, name="penalised", objective=losses.WassersteinPenalty(critic_steps=2)),
    replace(
        tiny.RECIPE,
        name="on probabilities",
        objective=losses.OnProbabilities(),
        discriminator=with_sigmoid,
    ),
    replace(
        tiny.RECIPE,
        name="certain",
        objective=losses.CertaintyRewarding(),
        auxiliary_classifier="softmax",
    ),
    replace(
        tiny.RECIPE,
        name="semi-supervised",
        objective=losses.SemiSupervised(),
        discriminator=with_classes,
        labelled=64,
    ),
    replace(
        tiny.CONDITIONAL,
        name="relativistic",
        generator=partial(generators.residual, width=2),
        discriminator=partial(discriminators.residual, width=2),
        objective=losses.RelativisticPairing(),
        optimizer=partial(cosine_adam, 1e-3, 0.0, 0.99, 100, ema_momentum=0.9),
        augmentation=Augmentation(),
    ),
    replace(
        tiny.CONDITIONAL,
        name="projection",
        discriminator=partial(discriminators.projection, width=2),
        objective=losses.Hinge(),
    ),
]


# Under Colab's versions the first, and that with the most parts.
@pytest.mark.parametrize(
    "recipe",
    [
        pytest.param(
            recipe,
            id=recipe.name,
            marks=() if recipe.name in ("plain", "relativistic") else pytest.mark.slow,
        )
        for recipe in RECIPES
    ],
)
def test_every_objective_on_two_devices(recipe, home):
    with two_replicas().scope():
        run = runs.train(recipe, profile="smoke", epochs=1)
    assert np.isfinite(run.history.to_numpy()).all()
    assert run.info["device"].endswith(" as 2 replicas")
    assert run.generate(3).shape == (3, 28, 28, 1)


def test_a_classifier_on_two_devices(home):
    with two_replicas().scope():
        run = runs.train("softmax", profile="smoke", epochs=1)
    assert run.history["loss"][1] < np.log(10)


def test_a_stopped_training_on_two_devices_goes_on(home, monkeypatch):
    with two_replicas().scope():
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, 1)
            train()
        resumed = result(train())
        assert resumed == result(train(retrain=True))


def test_a_batch_that_devices_cannot_share(home):
    recipe = replace(tiny.RECIPE, name="odd", batch_size=63)
    with (
        two_replicas().scope(),
        pytest.raises(ValueError, match="batches of 63 images, which 2 devices cannot share"),
    ):
        runs.train(recipe, profile="smoke")


@pytest.mark.slow
def test_two_processes_train_one_run_that_the_first_writes(home):
    ports = [socket.create_server(("localhost", 0)) for _ in range(2)]
    cluster = {"worker": [f"localhost:{port.getsockname()[1]}" for port in ports]}
    for port in ports:
        port.close()
    processes = []
    for index in range(2):
        task = {"cluster": cluster, "task": {"type": "worker", "index": index}}
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.runs.test_several_devices", home],
                env=os.environ | {"TF_CONFIG": json.dumps(task)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    said = [process.communicate(timeout=240) for process in processes]
    for process, (_, noise) in zip(processes, said, strict=True):
        assert process.returncode == 0, noise[-3000:]
    for out, _ in said:
        assert "going on after epoch 1" in out and "softmax' is a classifier, which Keras" in out
    run = runs.load(runs.folder("tiny", 0, "smoke", 3))
    assert len(run.history) == 3 and run.info["device"].endswith(" as 2 replicas")
    left = {path.name for path in run.folder.parent.iterdir()} - {f".{run.folder.name}.lock"}
    assert left == {run.folder.name}


def _one_of_two_processes(home):
    """Train, stop after an epoch, go on, and compare with an uninterrupted training."""
    profiles.ROOT = home
    tiny.registered(pytest.MonkeyPatch(), tiny.RECIPE)
    with tf.distribute.MultiWorkerMirroredStrategy().scope():
        with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, 1)
            train()
        resumed = result(train())
        assert resumed == result(train(retrain=True))
        try:
            runs.train("softmax", profile="smoke")
        except ValueError as error:
            print(error)


if __name__ == "__main__":
    _one_of_two_processes(Path(sys.argv[1]))


DEFAULT_STRATEGY = """
import sys
from pathlib import Path
import pytest
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from gan_tf import runs
from gan_tf.environment import profiles
from tests import tiny
profiles.ROOT = Path(sys.argv[1])
tiny.registered(pytest.MonkeyPatch(), tiny.RECIPE)
with tf.distribute.MirroredStrategy().scope():
    print(runs.train("tiny", profile="smoke"))
"""


@pytest.mark.slow
def test_the_default_strategy_on_devices_that_are_no_gpus(tmp_path):
    """In a process of its own, for collective operations would mix up the models of two tests."""
    program = [sys.executable, "-c", DEFAULT_STRATEGY, str(tmp_path)]
    done = subprocess.run(program, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "as 2 replicas" in done.stdout
