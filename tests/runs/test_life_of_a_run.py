import dataclasses
import multiprocessing
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
from gan_tf.runs import life_of_a_run, run_folder, run_record
from gan_tf.storage import compression
from gan_tf.training import batches, callbacks, losses
from gan_tf.training.augmentation import Augmentation
from gan_tf.training.optimizers import cosine_adam
from tests import tiny
from tests.runs.helpers import epoch_kept, result, stop_after, train


def test_recorded_steps_survive_stops(home, monkeypatch):
    recipe = dataclasses.replace(tiny.RECIPE, records_steps=True)
    tiny.registered(monkeypatch, recipe)
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
    shutil.rmtree(uninterrupted.folder)
    for epoch in (1, 2, 3):
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
    tiny.registered(monkeypatch, recipe)
    uninterrupted = train()
    expected = result(uninterrupted)
    shutil.rmtree(uninterrupted.folder)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 2)
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


@pytest.mark.slow
def test_killing_five_times_gives_the_uninterrupted_run(home):
    epochs = 25
    expected = result(train(epochs=epochs))
    folder = runs.folder("tiny", 0, "smoke", epochs)
    shutil.rmtree(folder)
    # Forked from a process that has imported TensorFlow, which takes longer than the training.
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tests.tiny", "gan_tf.book.preloaded"])
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
    assert f"is being trained by process {first.pid} on " in capfd.readouterr().out
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
    tiny.registered(monkeypatch, recipe)
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
    tiny.registered(monkeypatch, recipe)
    with pytest.raises(callbacks.TrainingDiverged, match="NaN in epoch 2; the 1 epochs before"):
        train()
    partial = runs.folder("tiny", 0, "smoke", 3).with_name("seed0-3epochs.partial")
    assert [path.name for path in partial.glob("epoch-*")] == ["epoch-0001.npz"]


def test_finished(home, capsys):
    assert runs.finished("smoke") == []
    for seed in (1, 0):
        train(seed=seed, epochs=None)
    (home / "build/smoke/data/runs/tiny/seed2.partial").mkdir()
    # A damaged one, and one of a recipe that there is not, are left out and said.
    shutil.copytree(runs.folder("tiny", 1, "smoke"), damaged := runs.folder("tiny", 3, "smoke"))
    (damaged / "run.json").write_text("{")
    info = run_record.read_finished((runs.folder("tiny", 0, "smoke") / "run.json").read_bytes())
    shutil.copytree(
        runs.folder("tiny", 0, "smoke"), unknown := damaged.parents[1] / "new" / "seed0"
    )
    info["recipe"]["name"] = "new"
    (unknown / "run.json").write_text(run_record.written(info))
    assert [(r.recipe.name, r.info["seed"]) for r in runs.finished("smoke")] == [
        ("tiny", 0),
        ("tiny", 1),
    ]
    said = capsys.readouterr().out
    assert "tiny/seed3 is left out: " in said and "new/seed0 is left out: There is no rec" in said


class TestBadInput:
    @pytest.mark.parametrize(
        "options, sentence",
        [
            ({"seed": -1}, "seed is -1, but must be a whole number from 0"),
            ({"seed": True}, "seed is True, but must be a whole number"),
            ({"epochs": 0}, "epochs is 0, but must be a whole number from 1 to 1,000,000"),
            ({"epochs": -3}, "epochs is -3"),
            ({"precision": "float8"}, "no precision 'float8'. Known: float32, mixed_bfloat16"),
            ({"from_epoch": 0}, "from_epoch is 0, but must be a whole number of at least 1"),
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
        tiny.registered(monkeypatch, dataclasses.replace(tiny.RECIPE, **change))
        with pytest.raises(ValueError, match=sentence):
            train()
        assert not list(home.rglob("*.partial"))

    def test_images_of_another_size(self, home, monkeypatch):
        path = home / "large.npz"
        np.savez(path, x_train=np.zeros((512, 32, 32), np.uint8))
        recipe = dataclasses.replace(tiny.RECIPE, dataset=str(path))
        tiny.registered(monkeypatch, recipe)
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
        with pytest.raises(FileNotFoundError, match=rf"{name} is missing: restore it \(git has"):
            train()
        assert result(train(retrain=True))

    @pytest.mark.parametrize(
        "name", ["run.json", "history.csv", "samples.npz", "generator.npz", "discriminator.npz"]
    )
    def test_damaged_file(self, finished, name):
        """A file that is cut, empty, or has another bit anywhere is never taken for the run's."""
        content = (finished / name).read_bytes()
        places = random.Random(0).sample(range(len(content)), 30)
        flipped = [bytearray(content) for _ in places]
        for array, place in zip(flipped, places, strict=True):
            array[place] ^= 1 << place % 8
        for damaged in (content[: len(content) // 2], content[:-2], b"", *flipped):
            (finished / name).write_bytes(damaged)
            with pytest.raises(ValueError, match=f"{name} is damaged .*: restore it .*--retrain"):
                train()

    def test_damaged_checkpoint_of_a_retraining_holds_nothing_up(self, finished, monkeypatch):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, 1)
            train(retrain=True)
        checkpoint = finished.with_name("seed0-3epochs.partial") / "epoch-0001.npz"
        for content in (b"damaged", compression.packed({"history": np.zeros(3)})):
            checkpoint.write_bytes(content)
            assert train().folder == finished and runs.load(finished).generate(2).shape[0] == 2
        with pytest.raises(ValueError, match="epoch-0001.npz is damaged .*or move the folder"):
            train(retrain=True)

    def test_file_of_another_run(self, finished):
        shutil.copy(finished / "discriminator.npz", finished / "generator.npz")
        with pytest.raises(ValueError, match="generator.npz is damaged .it is not the file that"):
            train()

    def with_generator(self, finished, arrays):
        """The run as if it had been finished with these arrays for its generator."""
        info = run_record.read_finished((finished / "run.json").read_bytes())
        content = compression.packed(arrays)
        (finished / "generator.npz").write_bytes(content)
        info["files"] |= run_record.described({"generator.npz": content})
        (finished / "run.json").write_text(run_record.written(info))
        return train()

    def test_replaced_by_another_process_meanwhile(self, finished):
        run = train()
        self.with_generator(finished, compression.released(tiny.generator().get_weights()))
        with pytest.raises(ValueError, match="was replaced meanwhile: load it again"):
            _ = run.generator

    def test_weights_of_another_network(self, finished):
        weights = compression.released(tiny.discriminator().get_weights())
        with pytest.raises(ValueError, match="do not fit the generator of recipe 'tiny'"):
            _ = self.with_generator(finished, weights).generator

    def test_weights_that_are_not_finite(self, finished):
        weights = compression.released([w * np.nan for w in tiny.generator().get_weights()])
        with pytest.raises(
            ValueError, match="generator.npz are not all finite: train the run anew"
        ):
            _ = self.with_generator(finished, weights).generator

    @pytest.mark.parametrize("content", ["[]", "null", "{}", '"text"', "{", "", '{"seed": 0}'])
    def test_record_that_is_none(self, finished, content):
        (finished / "run.json").write_text(content)
        for use in (train, lambda: runs.load(finished)):
            with pytest.raises(ValueError, match=r"run.json is damaged \(.*\): restore it"):
                use()

    @pytest.mark.parametrize(
        "key, value",
        [
            ("recipe", None),
            ("recipe", {}),
            ("seed", "0"),
            ("epochs", 0),
            ("precision", 3),
            ("files", []),
            ("files", {"a": {}}),
            ("versions", {"a": 1}),
            ("seconds", -1),
            ("what", 1),
        ],
    )
    def test_record_with_what_cannot_be(self, finished, key, value):
        info = run_record.read_finished((finished / "run.json").read_bytes())
        (finished / "run.json").write_text(run_record.written({**info, key: value}))
        with pytest.raises(ValueError, match=r"run.json is damaged \(.*\): restore it"):
            train()

    def test_record_that_lacks_a_file(self, finished):
        info = run_record.read_finished((finished / "run.json").read_bytes())
        del info["files"]["generator.npz"]
        (finished / "run.json").write_text(run_record.written(info))
        with pytest.raises(ValueError, match="does not name generator.npz"):
            train()

    def test_run_of_another_name_seed_or_size_is_not_returned(self, finished):
        was = runs.load(finished).info["precision"]
        other = "mixed_bfloat16" if was == "float32" else "float32"
        for options in ({"seed": 5}, {"epochs": 2}, {"precision": other}):
            asked = {"profile": "smoke", "epochs": 3, **options}
            shutil.copytree(finished, runs.find("tiny", **asked))
            sentence = (
                r"holds another run, that of tiny with seed 0 and 3 epochs in the profile smoke"
            )
            with pytest.raises(ValueError, match=f"{sentence}: move it to {finished}, or replace"):
                train(**options)
        shutil.copytree(finished, runs.folder("tiny-conditional", 0, "smoke"))
        with pytest.raises(ValueError, match="holds another run, that of tiny"):
            runs.train("tiny-conditional", profile="smoke")
        # Elsewhere it may be called anything.
        shutil.copytree(finished, elsewhere := finished.parents[5] / "mine")
        assert runs.load(elsewhere).info == runs.load(finished).info

    @pytest.mark.parametrize(
        "named, sentence",
        [
            (".", "is no run, it has no run.json: give a recipe's name"),
            ("tiny", "is no run, it holds the runs seed0-3epochs: name one of them"),
            ("tiny/seed0-3epochs/run.json", "is a file, but a run is a folder"),
            ("tiny/seed7", "no finished run at .*seed7, only seed0-3epochs beside it"),
        ],
    )
    def test_folders_that_are_no_run(self, finished, named, sentence):
        before = sorted(finished.parents[1].rglob("*"))
        with pytest.raises((FileNotFoundError, ValueError), match=sentence):
            runs.load(finished.parents[1] / named)
        assert sorted(finished.parents[1].rglob("*")) == before

    def test_another_version_of_the_recipe(self, finished, monkeypatch):
        recipe = dataclasses.replace(tiny.RECIPE, batch_size=32)
        tiny.registered(monkeypatch, recipe)
        with pytest.raises(ValueError, match=r"another version .* \(different: batch_size\)"):
            train()
        assert finished.is_dir()

    def test_begun_with_another_version_of_the_recipe(self, begun, monkeypatch):
        recipe = dataclasses.replace(tiny.RECIPE, batch_size=32)
        tiny.registered(monkeypatch, recipe)
        with pytest.raises(ValueError, match=r"another version .* \(different: batch_size\)"):
            train()

    @pytest.mark.parametrize("name", ["epoch-0001.npz", "run.json"])
    def test_begun_with_a_damaged_file(self, begun, name):
        content = bytearray((begun / name).read_bytes())
        for place in random.Random(0).sample(range(len(content)), 20):
            damaged = content.copy()
            damaged[place] ^= 1 << place % 8
            (begun / name).write_bytes(damaged)
            with pytest.raises(ValueError, match=f"{name} is damaged .*: restore it, or move the"):
                train()
        begun.rename(begun.with_name("away"))
        assert len(train().history) == 3


def test_training_takes_the_first_images_of_a_small_profile(home, monkeypatch):
    taken = []
    served = batches.batches
    monkeypatch.setattr(
        batches, "batches", lambda images, *rest: taken.append(images) or served(images, *rest)
    )
    train(epochs=1)
    assert np.array_equal(taken[0], data.load("mnist").x_train[:512])
