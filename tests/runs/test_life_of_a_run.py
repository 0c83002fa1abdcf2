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

import keras
import numpy as np
import pandas as pd
import pytest

from gan_tf import data, recipes, runs, training
from gan_tf.environment import hardware, profiles
from gan_tf.measures import metrics
from gan_tf.runs import gan_experiment, life_of_a_run, run_folder
from gan_tf.storage import compression, files
from gan_tf.training import batches, callbacks
from tests import tiny


def train(**options):
    return runs.train("tiny", **{"profile": "smoke", "epochs": 3, **options})


def result(run):
    """All that must be the same to the bit: weights, history but for its seconds, samples."""
    weights = [w for kind in run.recipe.releases for w in getattr(run, kind).get_weights()]
    return (
        [w.tobytes() for w in weights],
        run.history.drop(columns="seconds").to_dict(),
        run.samples.tobytes(),
    )


def stop_after(monkeypatch, epoch):
    """Make the next training end, as a killed one would, once it has kept `epoch`."""
    keep = life_of_a_run._Checkpoint.on_epoch_end

    def keep_and_stop(self, index, logs=None):
        keep(self, index, logs)
        if index + 1 == epoch:
            raise KeyboardInterrupt

    monkeypatch.setattr(life_of_a_run._Checkpoint, "on_epoch_end", keep_and_stop)


def interrupted_at_partial(folder, remove=shutil.rmtree):
    """`shutil.rmtree`, but killed before it removes what a finished training leaves."""
    if folder.name.endswith(".partial"):
        raise KeyboardInterrupt
    remove(folder)


def epoch_kept(folder):
    """The last epoch that the unfinished training of a run at `folder` has kept, 0 if none."""
    partial = folder.with_name(f"{folder.name}.partial")
    return max(
        (int(path.name.removeprefix("epoch-")) for path in partial.glob("epoch-????")), default=0
    )


@pytest.fixture
def begun(home, monkeypatch):
    """The folder of a training that was stopped after its first epoch."""
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 1)
        train()
    return runs.folder("tiny", 0, "smoke", 3).with_name("seed0-3epochs.partial")


@pytest.fixture(scope="module")
def finished_once(tmp_path_factory):
    """A finished run, trained once for all the tests that only read it."""
    home = tmp_path_factory.mktemp("finished")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profiles, "ROOT", home)
        patch.setitem(recipes.RECIPES, "tiny", tiny.RECIPE)
        return train().folder


@pytest.fixture
def finished(home, finished_once):
    """A copy of a finished run, where `train()` looks for it."""
    folder = runs.folder("tiny", 0, "smoke", 3)
    shutil.copytree(finished_once, folder)
    return folder


class TestFinishedRun:
    def test_files_and_record(self, finished):
        run = train()
        assert sorted(path.name for path in finished.iterdir()) == [
            "discriminator.npz",
            "generator.npz",
            "history.csv",
            "run.json",
            "samples.npz",
        ]
        assert run.info["recipe"]["name"] == "tiny"
        assert (run.info["seed"], run.info["profile"], run.info["epochs"]) == (0, "smoke", 3)
        assert run.info["images"] == 512
        assert run.info["versions"] == hardware.versions()
        assert run.info["device"] == hardware.device()
        assert run.info["seconds"] == pytest.approx(run.history["seconds"].sum(), abs=0.1)

    def test_history_and_samples(self, finished):
        run = train()
        assert list(run.history.index) == [1, 2, 3]
        assert run.history.notna().all(axis=None)
        assert run.samples.shape == (4, 20, 28, 28, 1) and run.samples.dtype == np.uint8
        assert not np.array_equal(run.samples[0], run.samples[3])

    def test_compressed_weights_draw_the_last_samples(self, finished):
        run = train()
        difference = run.generate(100, seed=0)[::5].astype(int) - run.samples[-1]
        # The samples were drawn with the weights of training, these with compressed ones.
        assert np.abs(difference).mean() < 2

    def test_keeps_as_many_samples_as_its_recipe_says(self, home, finished_once, monkeypatch):
        all_20 = runs.load(finished_once).samples
        recipe = dataclasses.replace(tiny.RECIPE, kept_samples=5)
        monkeypatch.setitem(recipes.RECIPES, "tiny", recipe)
        assert np.array_equal(train().samples, all_20[:, ::4])

    def test_released_runs_keep_what_their_recipes_say(self):
        gans = [run for run in runs.finished("paper") if isinstance(run, runs.GanRun)]
        assert gans
        for run in gans:
            kept = run.info["epochs"] + 1, run.recipe.kept_samples
            assert run.samples.shape[:2] == kept, run.folder
            released = {path.stem for path in run.folder.glob("*.npz")} - {"samples"}
            assert released == set(run.recipe.releases), run.folder

    def test_keeps_the_networks_that_its_recipe_releases(self, home, monkeypatch):
        recipe = dataclasses.replace(tiny.RECIPE, releases=("generator",))
        monkeypatch.setitem(recipes.RECIPES, "tiny", recipe)
        run = train(epochs=1)
        assert run.generate(2).shape == (2, 28, 28, 1)
        assert not (run.folder / "discriminator.npz").exists()
        with pytest.raises(ValueError, match="'tiny' keep no discriminator, only the generator"):
            _ = run.discriminator

    def test_is_loaded_not_repeated(self, finished, monkeypatch):
        monkeypatch.setattr(runs, "_train", None)
        assert train().folder == finished

    def test_generate_belongs_to_the_seed(self, finished):
        run = runs.load(finished)
        images = run.generate(5, seed=7)
        assert images.shape == (5, 28, 28, 1) and images.dtype == np.uint8
        assert np.array_equal(images, run.generate(5, seed=7))
        assert not np.array_equal(images, run.generate(5, seed=8))

    def test_discriminate_gives_probabilities(self, finished):
        run, digits = train(), data.load("mnist").x_test[:50]
        outputs = run.discriminate(digits)
        assert outputs.shape == (50,) and 0 < outputs.min() < outputs.max() < 1
        logits = run.discriminator(data.to_signed(digits)).numpy()[:, 0]
        assert np.array_equal(outputs > 0.5, logits > 0)

    def test_retraining_replaces_it_at_the_end(self, finished, monkeypatch):
        before = (finished / "run.json").stat().st_mtime_ns
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, 2)
            train(retrain=True)
        assert (finished / "run.json").stat().st_mtime_ns == before
        monkeypatch.setenv("GAN_TF_RETRAIN", "1")
        train()
        assert (finished / "run.json").stat().st_mtime_ns > before
        assert [path.name for path in finished.parent.glob("[!.]*")] == ["seed0-3epochs"]


def test_folders(home):
    assert runs.folder("tiny", 2, "paper") == home / "data/runs/tiny/seed2"
    assert runs.folder("tiny", 2, "paper", 3) == home / "data/runs/tiny/seed2"
    assert runs.folder("tiny", 2, "smoke") == home / "build/smoke/data/runs/tiny/seed2"
    # Another run than the report's is never released.
    build = home / "build/paper/data/runs/tiny"
    assert runs.folder("tiny", 2, "paper", 1) == build / "seed2-1epochs"
    assert runs.folder("tiny", 2, "paper", precision="float32") == build / "seed2-float32"


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


@pytest.mark.parametrize("precision", life_of_a_run.PRECISIONS)
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


class TestPrecisionOfABegunRun:
    @pytest.fixture(params=life_of_a_run.PRECISIONS)
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
def test_killing_ten_times_gives_the_uninterrupted_run(home):
    epochs = 80
    expected = result(train(epochs=epochs))
    folder = runs.folder("tiny", 0, "smoke", epochs)
    shutil.rmtree(folder)
    # Forked from a process that has imported TensorFlow, which takes longer than the training.
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tests.tiny"])
    moments = random.Random(0)
    for _ in range(10):
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


class TestConditionalRun:
    @pytest.fixture(scope="class")
    @classmethod
    def run(cls, tmp_path_factory):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(profiles, "ROOT", tmp_path_factory.mktemp("conditional"))
            patch.setitem(recipes.RECIPES, "tiny-conditional", tiny.CONDITIONAL)
            return runs.train("tiny-conditional", profile="smoke", epochs=1)

    def test_draws_the_digit_that_is_asked_for(self, run):
        inputs = training.with_labels(training.fixed_latents(5, 3, 4), [7, 7, 7], 10)
        expected = data.from_signed(run.generator(inputs))
        assert np.array_equal(run.generate(3, 5, labels=7), expected)
        assert np.array_equal(run.generate(3, 5, labels=[7, 7, 7]), expected)
        assert not np.array_equal(run.generate(3, 5, labels=[1, 7, 7]), expected)

    def test_draws_all_classes_in_turn(self, run):
        assert np.array_equal(run.generate(12, 5), run.generate(12, 5, [*range(10), 0, 1]))

    def test_discriminates_with_labels(self, run):
        images = data.load("mnist").x_test[:4]
        one, other = (run.discriminate(images, np.full(4, label)) for label in (1, 2))
        assert one.shape == (4,) and not np.array_equal(one, other)

    @pytest.mark.parametrize("labels", [10, -1, [1, 2], [1, 2, 11], [0.5, 1, 2]])
    def test_impossible_labels(self, run, labels):
        with pytest.raises(ValueError, match="one number from 0 to 9, or one for each of the 3"):
            run.generate(3, labels=labels)

    def test_unconditional_generator_takes_no_labels(self, finished):
        with pytest.raises(ValueError, match="told no labels, so it cannot draw a chosen digit"):
            runs.load(finished).generate(3, labels=1)

    def test_data_without_labels(self, home, monkeypatch):
        path = home / "unlabelled.npz"
        np.savez(path, x_train=np.zeros((512, 28, 28), np.uint8))
        recipe = dataclasses.replace(tiny.CONDITIONAL, dataset=str(path))
        monkeypatch.setitem(recipes.RECIPES, "tiny-conditional", recipe)
        with pytest.raises(ValueError, match="needs labels, but .* has no y_train"):
            runs.train("tiny-conditional", profile="smoke")


class TestSemiSupervisedRun:
    @pytest.fixture(scope="class")
    @classmethod
    def run(cls, tmp_path_factory):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(profiles, "ROOT", tmp_path_factory.mktemp("semi-supervised"))
            return runs.train("semi-supervised-100", profile="smoke")

    def test_history_has_the_accuracy_of_the_released_weights(self, run):
        digits = data.load("mnist")
        _, logits = run.discriminator.predict(data.to_signed(digits.x_test), verbose=0)
        accuracy = np.mean(logits.argmax(axis=1) == digits.y_test)
        assert run.history["test_accuracy"].iloc[-1] == pytest.approx(accuracy, abs=0.005)
        assert accuracy > 0.15

    def test_resuming_gives_the_uninterrupted_run(self, run, home, monkeypatch):
        def train(epochs):
            return runs.train("semi-supervised-100", profile="smoke", epochs=epochs)

        uninterrupted = train(2)
        expected = result(uninterrupted)
        shutil.rmtree(uninterrupted.folder)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, 1)
            train(2)
        assert result(train(2)) == expected

    def test_discriminates_and_shows_what_was_drawn(self, run):
        assert run.samples.shape[1:] == (5, 28, 28, 1)
        outputs = run.discriminate(data.load("mnist").x_test[:7])
        assert outputs.shape == (7,) and 0 < outputs.min() < outputs.max() < 1


class TestClassifierRun:
    @pytest.fixture
    def recipe(self, home, monkeypatch):
        recipe = dataclasses.replace(
            recipes.get("softmax"),
            name="tiny-classifier",
            classifier=tiny.classifier,
            batch_size=64,
            epochs=3,
            readings=(1, 2),
            validation=500,
        )
        monkeypatch.setitem(recipes.RECIPES, "tiny-classifier", recipe)
        return recipe

    def train(self):
        return runs.train("tiny-classifier", profile="smoke", epochs=3)

    def test_history_and_readings(self, recipe):
        run = self.train()
        assert list(run.history.columns) == [
            "loss",
            "accuracy",
            "val_loss",
            "val_accuracy",
            "seconds",
        ]
        assert run.history["loss"].is_monotonic_decreasing
        digits = data.load("mnist")
        images, labels = digits.x_train[59_500:], digits.y_train[59_500:]
        predicted = run.probabilities(images).argmax(axis=1)
        accuracy = run.history["val_accuracy"][3]
        assert np.mean(predicted == labels) == pytest.approx(accuracy, abs=0.01)
        with pytest.raises(ValueError, match="no reading of epoch 4. Known: 1, 2, 3"):
            run.read_after(4, "test")
        with pytest.raises(ValueError, match="no images 'training'. Known: test, synthetic"):
            run.read_after(3, "training")

    def test_reading_is_that_of_a_training_to_there(self, recipe):
        run, shorter = self.train(), runs.train("tiny-classifier", profile="smoke", epochs=2)
        for name, count in (("test", 10_000), ("synthetic", 1000)):
            read = run.read_after(2, name)
            assert read.shape == (count,) and read.dtype == np.uint8
            # The weights of the shorter one were compressed, and it is certain of little.
            assert np.mean(read == shorter.read_after(2, name)) > 0.97
            assert not np.array_equal(read, run.read_after(3, name))

    def test_resuming_gives_the_uninterrupted_run(self, recipe, monkeypatch):
        def result(run):
            kept = [*run.classifier.get_weights(), *(run.read_after(e, "test") for e in (1, 2))]
            return [array.tobytes() for array in kept], run.history.drop(columns="seconds")

        weights, history = result(self.train())
        shutil.rmtree(self.train().folder)
        for epoch in (1, 2):
            with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
                stop_after(patch, epoch)
                self.train()
        resumed_weights, resumed_history = result(self.train())
        assert resumed_weights == weights
        pd.testing.assert_frame_equal(resumed_history, history, check_exact=True)


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


class TestJudgedRun:
    """A run that keeps its best epoch, here by distances that the test decides."""

    @pytest.fixture(autouse=True)
    def measured(self, home, monkeypatch):
        for recipe in (tiny.RECIPE, tiny.CONDITIONAL):
            recipe = dataclasses.replace(recipe, feature_extractor="lenet")
            monkeypatch.setitem(recipes.RECIPES, recipe.name, recipe)

    @pytest.fixture
    def distances(self, monkeypatch):
        monkeypatch.setattr(gan_experiment, "MEASURED", 20)
        left = []
        monkeypatch.setattr(metrics, "frechet_distance", lambda *_: left.pop(0))
        return left

    def test_best_epoch_is_kept_and_draws(self, distances):
        distances += [9.0, 5.0, 1.0, 2.0]
        run = train()
        assert list(run.history["frechet"]) == [5, 1, 2] and run.best_epoch == 2
        distances += [9.0, 5.0, 1.0]
        shorter = train(epochs=2)
        best, last = run.best_generator.get_weights(), run.generator.get_weights()
        assert all(map(np.array_equal, best, shorter.generator.get_weights()))
        assert not all(map(np.array_equal, best, last))
        assert np.array_equal(run.generate(3, 5, best=True), shorter.generate(3, 5))

    def test_survives_a_stop(self, distances, monkeypatch):
        distances += [9.0, 1.0, 5.0, 2.0]
        whole = train()
        best = whole.best_generator.get_weights()
        shutil.rmtree(whole.folder)
        distances += [9.0, 1.0, 5.0]
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, 2)
            train()
        distances += [2.0]
        resumed = train()
        assert result(resumed) == result(whole) and resumed.best_epoch == 1
        assert all(map(np.array_equal, best, resumed.best_generator.get_weights()))

    def test_distance_is_that_of_the_features(self, monkeypatch):
        monkeypatch.setattr(gan_experiment, "MEASURED", 200)
        run = runs.train("tiny-conditional", profile="smoke", epochs=1)
        lenet = runs.train("lenet", profile="smoke").classifier
        # Class by class, as in the samples.
        labels = np.arange(200) * 10 // 200
        features, _ = metrics.read(lenet, run.generate(200, seed=1, labels=labels))
        real, _ = metrics.read(lenet, data.load("mnist").x_test[:200])
        expected = metrics.frechet_distance(features, real)
        # The released weights were compressed.
        assert run.history["frechet"][1] == pytest.approx(expected, rel=0.05)


class TestBadInput:
    @pytest.mark.parametrize(
        "options, sentence",
        [
            ({"seed": -1}, "seed is -1, but must be 0 or more"),
            ({"epochs": 0}, "0 epochs were asked for, but there must be at least 1"),
            ({"epochs": -3}, "-3 epochs were asked for"),
            ({"precision": "float8"}, "no precision 'float8'. Known: float32, mixed_bfloat16"),
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


def test_history_is_read_back_to_the_bit(tmp_path):
    values = np.random.default_rng(0).normal(size=1000)
    path = tmp_path / "history.csv"
    pd.DataFrame({"epoch": range(1000), "d_loss": values}).to_csv(path, index=False)
    assert (files.read(path, run_folder.read_history)["d_loss"].to_numpy() == values).all()


def test_training_takes_the_first_images_of_a_small_profile(home, monkeypatch):
    taken = []
    served = batches.batches
    monkeypatch.setattr(
        batches, "batches", lambda images, *rest: taken.append(images) or served(images, *rest)
    )
    train(epochs=1)
    assert np.array_equal(taken[0], data.load("mnist").x_train[:512])
