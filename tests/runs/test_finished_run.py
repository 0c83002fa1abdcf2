import dataclasses
import shutil

import numpy as np
import pandas as pd
import pytest

from gan_tf import data, recipes, runs, training
from gan_tf.environment import hardware, profiles
from gan_tf.measures import metrics
from gan_tf.runs import gan_experiment, life_of_a_run, run_record
from tests import tiny
from tests.runs.helpers import result, stop_after, train


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
        tiny.registered(monkeypatch, recipe)
        assert np.array_equal(train().samples, all_20[:, ::4])

    def test_released_runs_keep_what_their_recipes_say(self):
        gans = [run for run in runs.finished("paper") if isinstance(run, runs.GanRun)]
        assert gans
        for run in gans:
            kept = run.info["epochs"] + 1, run.recipe.kept_samples
            assert run.samples.shape[:2] == kept, run.folder
            released = {path.stem for path in run.folder.glob("*.npz")} - {"samples"}
            assert released == set(run.networks), run.folder

    def test_run_that_keeps_no_network(self):
        run = runs.load(profiles.get("paper").home / "data/runs/semi-supervised-200/seed0")
        assert run.networks == () and run.history["test_accuracy"].iloc[-1] > 0.99
        with pytest.raises(ValueError, match="keeps no discriminator, no network: train it anew"):
            _ = run.discriminator

    def test_keeps_the_networks_that_its_recipe_releases(self, home, monkeypatch):
        recipe = dataclasses.replace(tiny.RECIPE, releases=("generator",))
        tiny.registered(monkeypatch, recipe)
        run = train(epochs=1)
        assert run.generate(2).shape == (2, 28, 28, 1)
        assert not (run.folder / "discriminator.npz").exists()
        with pytest.raises(ValueError, match="keeps no discriminator, only the generator: train"):
            _ = run.discriminator

    def test_is_loaded_not_repeated(self, finished, monkeypatch):
        monkeypatch.setattr(life_of_a_run, "_train", None)
        assert train().folder == finished

    def test_generate_belongs_to_the_seed(self, finished):
        run = runs.load(finished)
        images = run.generate(5, seed=7)
        assert images.shape == (5, 28, 28, 1) and images.dtype == np.uint8
        assert np.array_equal(images, run.generate(5, seed=7))
        assert not np.array_equal(images, run.generate(5, seed=8))

    def test_what_was_not_measured_or_recorded_is_said(self, finished):
        run = runs.load(finished)
        for ask in (lambda: run.generate(4, best=True), lambda: run.best_epoch):
            with pytest.raises(ValueError, match="no epoch, so none is the best: train one with"):
                ask()
        with pytest.raises(ValueError, match="has recorded no single steps: use its history"):
            _ = run.steps
        assert finished.is_dir()

    def test_discriminate_gives_probabilities(self, finished):
        run, digits = train(), data.load("mnist").x_test[:50]
        outputs = run.discriminate(digits)
        assert outputs.shape == (50,) and 0 < outputs.min() < outputs.max() < 1
        with pytest.raises(ValueError, match="is told no labels: leave them out"):
            run.discriminate(digits, np.zeros(50, int))
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


class TestConditionalRun:
    @pytest.fixture(scope="class")
    @classmethod
    def run(cls, tmp_path_factory):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(profiles, "ROOT", tmp_path_factory.mktemp("conditional"))
            tiny.registered(patch, tiny.CONDITIONAL)
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

    @pytest.mark.parametrize(
        "labels, sentence",
        [
            (10, "labels is 10, but must be a whole number from 0 to 9"),
            (-1, "labels is -1"),
            ([1, 2], r"labels must have the shape \(3,\)"),
            ([1, 2, 11], "labels must be from 0 to 9, but are from 1 to 11"),
            ([0.5, 1, 2], "labels must be whole numbers, one an image, but are float64"),
            ((n for n in range(3)), "but are object"),
        ],
    )
    def test_impossible_labels(self, run, labels, sentence):
        with pytest.raises(ValueError, match=sentence):
            run.generate(3, labels=labels)
        if not isinstance(labels, int):
            with pytest.raises(ValueError, match="labels must"):
                run.discriminate(data.load("mnist").x_test[:3], labels)

    def test_discriminating_without_labels_or_of_other_images(self, run):
        images = data.load("mnist").x_test[:3]
        with pytest.raises(ValueError, match="is conditional: give the labels"):
            run.discriminate(images)
        with pytest.raises(ValueError, match="images must be uint8, pixels from 0 to 255, but the"):
            run.discriminate(images / 255, [0, 1, 2])
        with pytest.raises(ValueError, match="are of 27×28×1, but must be of 28×28×1"):
            run.discriminate(images[:, 1:], [0, 1, 2])

    def test_unconditional_generator_takes_no_labels(self, finished):
        with pytest.raises(ValueError, match="told no labels, so it cannot draw a chosen digit"):
            runs.load(finished).generate(3, labels=1)

    def test_data_without_labels(self, home, monkeypatch):
        path = home / "unlabelled.npz"
        np.savez(path, x_train=np.zeros((512, 28, 28), np.uint8))
        recipe = dataclasses.replace(tiny.CONDITIONAL, dataset=str(path))
        tiny.registered(monkeypatch, recipe)
        with pytest.raises(ValueError, match="needs labels, but .* has no y_train"):
            runs.train("tiny-conditional", profile="smoke")


class TestSemiSupervisedRun:
    @pytest.fixture(scope="class")
    @classmethod
    def run(cls, tmp_path_factory):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(profiles, "ROOT", tmp_path_factory.mktemp("semi-supervised"))
            return runs.train("semi-supervised-100", profile="smoke", epochs=1)

    def test_history_has_the_accuracy_of_the_released_weights(self, run):
        digits = data.load("mnist")
        # As many as the small profile has.
        images, labels = digits.x_test[:512], digits.y_test[:512]
        _, logits = run.discriminator.predict(data.to_signed(images), verbose=0)
        accuracy = np.mean(logits.argmax(axis=1) == labels)
        assert run.history["test_accuracy"].iloc[-1] == pytest.approx(accuracy, abs=0.01)
        assert accuracy > 0.15

    def test_resuming_gives_the_uninterrupted_run(self, home, monkeypatch):
        def train():
            return runs.train("tiny-semi-supervised", profile="smoke", epochs=2)

        uninterrupted = train()
        expected = result(uninterrupted)
        shutil.rmtree(uninterrupted.folder)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, 1)
            train()
        assert result(train()) == expected

    def test_discriminates_and_shows_what_was_drawn(self, run):
        assert run.samples.shape[1:] == (5, 28, 28, 1)
        outputs = run.discriminate(data.load("mnist").x_test[:7])
        assert outputs.shape == (7,) and 0 < outputs.min() < outputs.max() < 1


class TestClassifierRun:
    RECIPE = dataclasses.replace(
        recipes.get("softmax"),
        name="tiny-classifier",
        classifier=tiny.classifier,
        batch_size=64,
        epochs=3,
        readings=(1, 2),
        validation=500,
    )

    @staticmethod
    def train(epochs=3):
        return runs.train("tiny-classifier", profile="smoke", epochs=epochs)

    @pytest.fixture(scope="class")
    @classmethod
    def run(cls, elsewhere):
        with pytest.MonkeyPatch.context() as patch:
            elsewhere(patch)
            tiny.registered(patch, cls.RECIPE)
            return cls.train()

    @pytest.fixture
    def another_home(self, home, monkeypatch):
        tiny.registered(monkeypatch, self.RECIPE)

    def test_history_and_readings(self, run):
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

    def test_reading_is_that_of_a_training_to_there(self, run, another_home):
        shorter = self.train(epochs=2)
        for name, count in (("test", 512), ("synthetic", 1000)):
            read = run.read_after(2, name)
            assert read.shape == (count,) and read.dtype == np.uint8
            # The weights of the shorter one were compressed, and it is certain of little.
            assert np.mean(read == shorter.read_after(2, name)) > 0.97
            assert not np.array_equal(read, run.read_after(3, name))

    def test_resuming_gives_the_uninterrupted_run(self, run, another_home, monkeypatch):
        def result(run):
            kept = [*run.classifier.get_weights(), *(run.read_after(e, "test") for e in (1, 2))]
            return [array.tobytes() for array in kept], run.history.drop(columns="seconds")

        weights, history = result(run)
        for epoch in (1, 2):
            with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
                stop_after(patch, epoch)
                self.train()
        resumed_weights, resumed_history = result(self.train())
        assert resumed_weights == weights
        pd.testing.assert_frame_equal(resumed_history, history, check_exact=True)


class TestRunWithFeatureExtractor:
    """A run that keeps its best epoch, here by distances that the test decides."""

    @pytest.fixture(autouse=True)
    def measured(self, lenet, monkeypatch):
        for recipe in (tiny.RECIPE, tiny.CONDITIONAL):
            recipe = dataclasses.replace(recipe, feature_extractor="lenet")
            tiny.registered(monkeypatch, recipe)

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
        # Where the best epoch is the last one, its generator is kept once.
        assert np.array_equal(shorter.generate(3, 5, best=True), shorter.generate(3, 5))
        kept = [each.read("samples.npz", run_record.read_arrays) for each in (run, shorter)]
        assert ["best_generator_arr_0" in arrays for arrays in kept] == [True, False]
        assert [arrays["best_epoch"] for arrays in kept] == [2, 2]

    def test_the_untrained_generator_is_never_the_best(self, distances):
        distances += [1.0, 5.0, 4.0, 6.0]
        assert train().best_epoch == 2

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
