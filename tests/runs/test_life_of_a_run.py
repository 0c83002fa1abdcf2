import dataclasses
import errno
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from functools import partial

import keras
import numpy as np
import pytest

from gan_tf import data, recipes, runs, training
from gan_tf.environment import hardware
from gan_tf.runs import life_of_a_run, run_folder
from gan_tf.storage import compression
from gan_tf.training import batches, callbacks, losses
from gan_tf.training.augmentation import Augmentation
from gan_tf.training.optimizers import cosine_adam
from tests import tiny
from tests.runs.helpers import epoch_kept, interrupted_at_partial, result, stop_after, train


def test_recorded_steps_survive_stops(home, monkeypatch):
    recipe = dataclasses.replace(tiny.RECIPE, records_steps=True)
    monkeypatch.setitem(recipes.RECIPES, "tiny", recipe)
    for epoch in (1, 2):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, epoch)
            train()
    run = train()
    # Eight batches of 64 among 512 images, in one execution an epoch.
    assert run.steps["epoch"].tolist() == [1, 2, 3] and run.steps["step"].tolist() == [8] * 3
    np.testing.assert_allclose(run.steps["d_loss"], run.history["d_loss"], rtol=1e-5)
    assert (run.steps["seconds"] > 0).all()


@pytest.mark.parametrize("precision", run_folder.PRECISIONS)
def test_resuming_after_any_epoch_gives_the_uninterrupted_run(home, monkeypatch, precision):
    uninterrupted = train(precision=precision)
    expected = result(uninterrupted)
    assert uninterrupted.info["precision"] == precision
    for epoch in (1, 2, 3):
        shutil.rmtree(uninterrupted.folder)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, epoch)
            train(precision=precision)
        assert not uninterrupted.folder.exists()
        assert result(train(precision=precision)) == expected
    assert keras.config.dtype_policy().name == "float32"


def test_resuming_with_a_moving_average_and_augmentation(home, monkeypatch):
    recipe = dataclasses.replace(
        tiny.RECIPE,
        objective=losses.RelativisticPairing(),
        optimizer=partial(cosine_adam, 1e-2, 0.0, 0.99, 30, ema_momentum=0.9),
        augmentation=Augmentation(),
        releases=("generator",),
    )
    monkeypatch.setitem(recipes.RECIPES, "tiny", recipe)
    uninterrupted = train()
    expected = result(uninterrupted)
    for epoch in (2, 3):
        shutil.rmtree(uninterrupted.folder)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, epoch)
            train()
        assert result(train()) == expected
    # What is released is what drew the samples: the average.
    drawn = uninterrupted.generator(training.fixed_latents(0, 100, 4)[::5])
    np.testing.assert_allclose(
        data.from_signed(drawn).astype(int), uninterrupted.samples[-1], atol=5
    )


class TestPrecisionOfABegunRun:
    @pytest.fixture(params=run_folder.PRECISIONS)
    def used(self, request, home, monkeypatch):
        monkeypatch.setattr(hardware, "fastest_precision", lambda: request.param)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, 1)
            train()
        return request.param

    def test_is_kept_where_the_machine_has_it(self, used, monkeypatch):
        monkeypatch.setattr(hardware, "fastest_precision", lambda: "mixed_bfloat16")
        assert train().info["precision"] == used

    def test_becomes_float32_where_the_machine_has_no_bfloat16(self, used, monkeypatch):
        monkeypatch.setattr(hardware, "fastest_precision", lambda: "float32")
        policies = []
        build = life_of_a_run.GanExperiment
        monkeypatch.setattr(
            life_of_a_run,
            "GanExperiment",
            lambda *args: policies.append(keras.config.dtype_policy().name) or build(*args),
        )
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, 2)
            train()
        # Stopped once more, it goes on in float32, and its record keeps what came before.
        monkeypatch.setattr(hardware, "fastest_precision", lambda: "mixed_bfloat16")
        changed = "mixed_bfloat16, from epoch 2 float32"
        assert train().info["precision"] == (changed if used == "mixed_bfloat16" else used)
        assert policies == ["float32", "float32"]


def test_record_says_which_device_trained_which_epochs(home, monkeypatch):
    for epoch, device in ((1, "a slow one"), (2, "a fast one, of 2 GHz")):
        monkeypatch.setattr(hardware, "device", lambda device=device: device)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, epoch)
            train()
    assert train().info["device"] == "a slow one, from epoch 2 a fast one, of 2 GHz"


def test_what_a_kill_after_finishing_left_over_is_not_gone_on_with(home, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(life_of_a_run.shutil, "rmtree", interrupted_at_partial)
        train()
    folder = runs.folder("tiny", 0, "smoke", 3)
    partial = folder.with_name("seed0-3epochs.partial")
    assert folder.is_dir() and partial.is_dir()
    before = train().folder.stat().st_mtime_ns
    train(retrain=True)
    assert folder.stat().st_mtime_ns > before and not partial.exists()


@pytest.mark.slow
def test_killing_five_times_gives_the_uninterrupted_run(home):
    epochs = 40
    expected = result(train(epochs=epochs))
    folder = runs.folder("tiny", 0, "smoke", epochs)
    shutil.rmtree(folder)
    # Forked from a process that has imported TensorFlow, which takes longer than the training.
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tests.tiny"])
    moments = random.Random(0)
    for _ in range(5):
        epoch = epoch_kept(folder) + moments.randint(1, 4)
        process = forks.Process(target=tiny.train, args=(home, epochs))
        process.start()
        while process.is_alive() and epoch_kept(folder) < epoch:
            time.sleep(0.005)
        time.sleep(moments.uniform(0, 0.1))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    assert not folder.is_dir()
    assert result(train(epochs=epochs)) == expected


def test_two_processes_train_one_run_once(home, capfd):
    command = [sys.executable, "-m", "tests.tiny", str(home), "40"]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert "training on" in first.stdout.readline()
    run = train(epochs=40)
    assert f"is being trained by process {first.pid}: waiting" in capfd.readouterr().out
    first.communicate()
    assert first.returncode == 0 and len(run.history) == 40


def test_frozen_convolutions_are_those_of_the_discriminator_and_do_not_move(home, monkeypatch):
    def classifier():
        return keras.Sequential(
            [
                keras.layers.Input((28, 28, 1)),
                keras.layers.Conv2D(2, 5, strides=4, padding="same", trainable=False),
                keras.layers.LeakyReLU(0.3),
                keras.layers.Flatten(),
                keras.layers.Dense(10, activation="softmax"),
            ]
        )

    recipe = dataclasses.replace(
        recipes.get("finetuned-discriminator"),
        name="tiny-finetuned",
        classifier=classifier,
        discriminator_of="tiny",
        validation=500,
    )
    monkeypatch.setitem(recipes.RECIPES, "tiny-finetuned", recipe)
    run = runs.train("tiny-finetuned", seed=1, profile="smoke")
    # The GAN that it needed is there now, in the same profile and with seed 0.
    discriminator = runs.load(runs.folder("tiny", 0, "smoke")).discriminator
    expected = compression.released(discriminator.layers[0].get_weights())
    for weight, unmoved in zip(
        run.classifier.layers[0].get_weights(), compression.restored(expected), strict=True
    ):
        assert np.array_equal(weight, unmoved)
    assert run.history["loss"].is_monotonic_decreasing


def test_nan_keeps_the_last_good_epoch(home, monkeypatch):
    class Poisoned(keras.optimizers.Adam):
        def update_step(self, gradient, variable, learning_rate):
            # float16 cannot hold it: a gradient that grows without bound from step 12 on.
            scale = keras.ops.where(self.iterations >= 12, np.inf, 1.0)
            super().update_step(gradient * scale, variable, learning_rate)

    recipe = dataclasses.replace(tiny.RECIPE, optimizer=lambda: Poisoned(1e-3))
    monkeypatch.setattr(recipes.GanRecipe, "describe", lambda self: {"name": "tiny"})
    monkeypatch.setitem(recipes.RECIPES, "tiny", recipe)
    with pytest.raises(callbacks.TrainingDiverged, match="NaN in epoch 2; the 1 epochs before"):
        train()
    partial = runs.folder("tiny", 0, "smoke", 3).with_name("seed0-3epochs.partial")
    assert [path.name for path in partial.glob("epoch-*")] == ["epoch-0001"]


def test_finished(home):
    assert runs.finished("smoke") == []
    for seed in (1, 0):
        train(seed=seed, epochs=None)
    (home / "build/smoke/data/runs/tiny/seed2.partial").mkdir()
    assert [(r.recipe.name, r.info["seed"]) for r in runs.finished("smoke")] == [
        ("tiny", 0),
        ("tiny", 1),
    ]


class TestBadInput:
    @pytest.mark.parametrize(
        "options, sentence",
        [
            ({"seed": -1}, "seed is -1, but must be a whole number from 0"),
            ({"epochs": 0}, "0 epochs were asked for, but there must be a whole number"),
            ({"epochs": -3}, "-3 epochs were asked for"),
            ({"precision": "float8"}, "no precision 'float8'. Known: float32, mixed_bfloat16"),
            ({"from_epoch": 0}, "no epoch 0 to go back to: epochs count from 1"),
            ({"profile": "huge"}, "no profile 'huge'"),
        ],
    )
    def test_impossible_options(self, home, options, sentence):
        with pytest.raises(ValueError, match=sentence):
            train(**options)
        assert not list(home.iterdir())

    def test_unknown_recipe(self, home):
        with pytest.raises(ValueError, match="no recipe 'gan'"):
            runs.train("gan")

    @pytest.mark.parametrize(
        "change, sentence",
        [
            ({"batch_size": 1000}, "batch of 1000 images .* only 512"),
            ({"dataset": "letters"}, "no data set 'letters'"),
        ],
    )
    def test_impossible_recipe(self, home, monkeypatch, change, sentence):
        monkeypatch.setitem(recipes.RECIPES, "tiny", dataclasses.replace(tiny.RECIPE, **change))
        with pytest.raises(ValueError, match=sentence):
            train()
        assert not list(home.rglob("*.partial"))

    def test_images_of_another_size(self, home, monkeypatch):
        path = home / "large.npz"
        np.savez(path, x_train=np.zeros((512, 32, 32), np.uint8))
        recipe = dataclasses.replace(tiny.RECIPE, dataset=str(path))
        monkeypatch.setitem(recipes.RECIPES, "tiny", recipe)
        sentence = r"take images of \(28, 28, 1\), but those of .* are \(32, 32, 1\)"
        with pytest.raises(ValueError, match=sentence):
            train()
        assert not list(home.rglob("*.partial"))

    def test_no_run(self, home):
        with pytest.raises(FileNotFoundError, match="no finished run at .*: train one"):
            runs.load(home / "nothing")

    @pytest.mark.parametrize(
        "name", ["run.json", "history.csv", "samples.npz", "generator.npz", "discriminator.npz"]
    )
    def test_missing_file(self, finished, name):
        (finished / name).unlink()
        with pytest.raises(FileNotFoundError, match=f"{name} is missing: restore the folder"):
            train()

    @pytest.mark.parametrize(
        "name, use",
        [
            ("run.json", lambda run: run.info),
            ("samples.npz", lambda run: run.samples),
            ("generator.npz", lambda run: run.generator),
            ("discriminator.npz", lambda run: run.discriminator),
        ],
    )
    def test_corrupt_file(self, finished, name, use):
        content = (finished / name).read_bytes()
        middle = len(content) // 2
        for damaged in (
            content[:middle],
            content[:middle] + b"\xff\x00\xff" + content[middle + 3 :],
            b"",
        ):
            (finished / name).write_bytes(damaged)
            with pytest.raises(ValueError, match=f"{name} is corrupt .*train anew"):
                use(train())

    def test_corrupt_history(self, finished):
        (finished / "history.csv").write_text("nonsense")
        with pytest.raises(ValueError, match="history.csv is corrupt"):
            _ = train().history

    def test_pickled_weights_are_refused(self, finished):
        np.savez(finished / "generator.npz", np.array([print], dtype=object))
        with pytest.raises(ValueError, match="generator.npz is corrupt"):
            _ = train().generator

    def test_weights_of_another_network(self, finished):
        shutil.copy(finished / "discriminator.npz", finished / "generator.npz")
        with pytest.raises(ValueError, match="do not fit the generator of recipe 'tiny'"):
            _ = train().generator

    def test_another_version_of_the_recipe(self, finished, monkeypatch):
        recipe = dataclasses.replace(tiny.RECIPE, batch_size=32)
        monkeypatch.setitem(recipes.RECIPES, "tiny", recipe)
        with pytest.raises(ValueError, match=r"another version .* \(different: batch_size\)"):
            train()
        assert finished.is_dir()

    def test_begun_with_another_version_of_the_recipe(self, begun, monkeypatch):
        recipe = dataclasses.replace(tiny.RECIPE, batch_size=32)
        monkeypatch.setitem(recipes.RECIPES, "tiny", recipe)
        with pytest.raises(ValueError, match=r"another version .* \(different: batch_size\)"):
            train()

    @pytest.mark.parametrize("name", ["training.weights.h5", "samples.npz", "history.csv"])
    def test_begun_with_a_corrupt_file(self, begun, name):
        (begun / "epoch-0001" / name).write_bytes(b"nonsense")
        with pytest.raises(ValueError, match=f"{name} is corrupt"):
            train()

    def test_full_disk_while_an_epoch_is_kept(self, begun, monkeypatch):
        def full(self, place):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch:
            patch.setattr(life_of_a_run._Checkpoint, "_write_progress", full)
            with pytest.raises(OSError, match="epoch-0002 .No space left on device.: make room"):
                train()
        assert sorted(path.name for path in begun.iterdir()) == ["epoch-0001", "run.json"]
        assert list(train().history.index) == [1, 2, 3]

    def test_full_disk_while_the_run_is_finished(self, home, monkeypatch):
        save = compression.save

        def full(path, *arrays, **named):
            if path.name == "discriminator.npz":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            save(path, *arrays, **named)

        folder = runs.folder("tiny", 0, "smoke", 3)
        with monkeypatch.context() as patch:
            patch.setattr(compression, "save", full)
            with pytest.raises(OSError, match="seed0-3epochs .No space left"):
                train()
        assert not folder.exists() and not list(folder.parent.glob(".*.new"))
        assert len(train().history) == 3


def test_training_takes_the_first_images_of_a_small_profile(home, monkeypatch):
    taken = []
    served = batches.batches
    monkeypatch.setattr(
        batches, "batches", lambda images, *rest: taken.append(images) or served(images, *rest)
    )
    train(epochs=1)
    assert np.array_equal(taken[0], data.load("mnist").x_train[:512])
