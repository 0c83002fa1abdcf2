import numpy as np
import pandas as pd
import pytest
from keras import Sequential, layers

from gan_tf import data, runs
from gan_tf.measures import metrics
from gan_tf.training import monitor

SOUND = {"diversity": 0.95, "real_accuracy": 0.7, "fake_accuracy": 0.7}


def test_silent_on_a_sound_epoch():
    assert monitor.signs(10, SOUND) == {} and monitor.verdict(10, SOUND) == ""


def test_collapse():
    row = {**SOUND, "diversity": 0.21}
    assert monitor.verdict(10, row) == (
        "mode collapse: samples differ 21% as much as real images do"
    )


def test_collapse_of_classes():
    assert monitor.signs(10, {**SOUND, "class_entropy": 2.2}) == {}
    row = {**SOUND, "class_entropy": 0.693}
    assert monitor.verdict(10, row) == ("mode collapse: their classes have an entropy of 0.69 nats")
    assert monitor.verdict(10, {**row, "diversity": 0.5}).startswith(
        "mode collapse: samples differ 50% as much as real images do, their classes"
    )


@pytest.mark.parametrize("epoch, speaks", [(1, False), (2, False), (3, True)])
def test_first_epochs_draw_alike_and_mean_nothing(epoch, speaks):
    assert bool(monitor.signs(epoch, {**SOUND, "diversity": 0.1})) == speaks


def test_overconfidence():
    row = {**SOUND, "real_accuracy": 0.999, "fake_accuracy": 1.0}
    assert monitor.verdict(10, row) == (
        "over-confident discriminator: right about 99.9% of real and 100.0% of generated images"
    )
    assert monitor.verdict(10, {**row, "g_gradient": 0.00012}).endswith(
        "gradient to the generator 0.00012"
    )


def test_right_about_one_side_only_is_not_overconfident():
    assert monitor.signs(10, {**SOUND, "fake_accuracy": 1.0}) == {}


def test_both_at_once():
    row = {"diversity": 0.1, "real_accuracy": 1.0, "fake_accuracy": 1.0}
    assert list(monitor.signs(5, row)) == [monitor.COLLAPSE, monitor.OVERCONFIDENCE]
    assert monitor.verdict(5, row).count("; ") == 1


def test_advice_names_cause_and_remedy():
    for kind in (monitor.COLLAPSE, monitor.OVERCONFIDENCE):
        assert monitor.CAUSES[kind] in monitor.advice(kind)
        assert monitor.REMEDIES[kind] in monitor.advice(kind)


def test_short_epochs_are_passed_over_in_silence():
    assert [monitor.silent_epochs(steps) for steps in (600, 234, 25, 1)] == [2, 2, 16, 400]
    history = pd.DataFrame([{**SOUND, "diversity": 0.1}] * 18, index=range(1, 19))
    assert monitor.epochs_with_signs(history, 16) == {monitor.COLLAPSE: [17, 18]}
    assert "in 2 of 18 epochs, first in epoch 17" in monitor.diagnosis(history, 16)
    assert not monitor.verdict(16, history.loc[16], 16)
    assert "judged from epoch 19 on" in monitor.diagnosis(history, 18)
    assert "judged" not in monitor.diagnosis(pd.DataFrame([SOUND] * 4))


def test_diagnosis():
    rows = [SOUND, {**SOUND, "real_accuracy": 1.0, "fake_accuracy": 1.0}] * 2
    history = pd.DataFrame(rows, index=[1, 2, 3, 4])
    assert monitor.epochs_with_signs(history) == {monitor.OVERCONFIDENCE: [2, 4]}
    said = monitor.diagnosis(history)
    assert said.startswith("over-confident discriminator: in 2 of 4 epochs, first in epoch 2 (")
    assert "last in epoch 4. Its usual cause: " in said and "Try " in said
    assert "4 epochs without a sign" in monitor.diagnosis(pd.DataFrame([SOUND] * 4))


def test_histories_without_diversity_are_judged_by_the_rest():
    row = {"real_accuracy": 1.0, "fake_accuracy": 1.0}
    assert list(monitor.signs(5, row)) == [monitor.OVERCONFIDENCE]


def test_watches_a_finished_training():
    random = np.random.default_rng(0)
    varied = random.integers(0, 256, (20, 8, 8, 1), np.uint8)
    alike = np.repeat(varied[:1], 20, axis=0)
    history = pd.DataFrame([SOUND] * 4, index=[1, 2, 3, 4]).drop(columns="diversity")
    samples = np.stack([alike, alike, varied, varied, alike])
    watched = monitor.watch(history, samples, varied)
    assert watched[monitor.COLLAPSE].tolist() == [False, False, False, True]
    assert watched["verdict"].iloc[:3].tolist() == ["", "", ""]
    np.testing.assert_allclose(watched["diversity"], [0, 1, 1, 0])


def test_watches_the_classes_that_a_classifier_reads():
    classifier = Sequential([layers.Input((1, 2, 1)), layers.Flatten(), layers.Softmax()])
    # Each of two pixels is the brighter in half of the images, or the first in all of them.
    both, first = (
        np.array(i, np.uint8).reshape(4, 1, 2, 1) for i in ([[9, 0], [0, 9]] * 2, [[9, 0]] * 4)
    )
    history = pd.DataFrame([SOUND] * 3, index=[1, 2, 3]).drop(columns="diversity")
    watched = monitor.watch(history, np.stack([both, both, first, both]), both, classifier)
    np.testing.assert_allclose(watched["class_entropy"], [np.log(2), 0, np.log(2)])
    assert "an entropy of 0.69 nats" in watched["verdict"][3]


def test_takes_what_the_history_has():
    history = pd.DataFrame([{**SOUND, "class_entropy": 0.5}] * 3, index=[1, 2, 3])
    nothing = np.zeros((4, 1, 8, 8, 1), np.uint8)
    # One image has no diversity: no measure is taken again.
    watched = monitor.watch(history, nothing, nothing[0], classifier=None)
    assert watched["diversity"].tolist() == [0.95] * 3
    assert watched[monitor.COLLAPSE].tolist() == [False, False, True]


def test_a_training_writes_what_the_monitor_saw(home, capsys, monkeypatch):
    monkeypatch.setattr(monitor, "SILENT_STEPS", 16)  # Two epochs of 8.
    run = runs.train("tiny", profile="smoke", epochs=3)
    real = data.load("mnist").x_train[:100]
    watched = monitor.watch(run.history, run.samples, real)
    assert watched["diversity"].equals(run.history["diversity"])
    # It is of 100 images, here those that the compressed weights draw.
    again = metrics.diversity(run.generate(100)) / metrics.diversity(real)
    assert run.history["diversity"][3] == pytest.approx(again, rel=0.05)
    # Three epochs of 512 images leave the tiny generator drawing one grey.
    line = capsys.readouterr().out.splitlines()[3]
    assert ("! mode collapse: samples differ" in line) == watched[monitor.COLLAPSE][3]
    assert watched[monitor.COLLAPSE][3]


@pytest.mark.parametrize("name", ["dcgan", "dcgan-28", "cgan"])
def test_silent_on_the_sound_released_runs(name):
    folder = runs.folder(name, profile="paper")
    if not folder.is_dir():
        pytest.skip(f"{name} is not released")
    run = runs.load(folder)
    lenet = runs.load(runs.folder("lenet", profile="paper")).classifier
    watched = monitor.watch(run.history, run.samples, data.load("mnist").x_train[:100], lenet)
    assert set(watched["verdict"]) == {""}


def test_samples_that_are_not_those_of_the_history():
    history, real = pd.DataFrame([SOUND] * 4, index=[1, 2, 3, 4]), np.zeros((2, 8, 8, 1), np.uint8)
    for samples, sentence in (
        (np.zeros((4, 2, 8, 8, 1), np.uint8), "an epoch of samples is 4, but must be"),
        (np.zeros((5, 2, 8, 8, 1)), r"samples must be uint8 \(epochs \+ 1, n, height, width"),
        (real, r"are uint8 \(2, 8, 8, 1\)"),
    ):
        with pytest.raises(ValueError, match=sentence):
            monitor.watch(history, samples, real)
