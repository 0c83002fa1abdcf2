"""The scorecard as people meet it: in one call."""

import importlib
import json

import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers

from gan_tf import data, runs, scorecard
from gan_tf.scoring import measured_before, measuring
from gan_tf.scoring.measure_names import MEASURES
from tests import tiny
from tests.scoring.conftest import blobs

WITHOUT_CLASSIFIER = {
    "frechet": "needs",
    "frechet_at_infinity": "needs",
    "kernel": "needs 500 images, and there are 400",
    "inception": "needs 1,000 images",
    "balance": "needs a classifier",
    "gan_test": "needs a classifier",
    "gan_train": "needs 1,000 images",
}


def test_colour_images_without_a_classifier(card):
    values = card.values["these"]
    assert set(values) | set(card.left_out) == set(MEASURES)
    for key, why in WITHOUT_CLASSIFIER.items():
        assert (key in values) or card.left_out[key].startswith(why)
    assert {"precision", "recall", "density", "coverage", "memorisation"} <= set(values)
    assert "64 principal components of the pixels" in card.conditions["features"]
    table = card.to_frame()
    assert list(table.columns[:4]) == ["value", "low", "high", "p_value"]
    # They are drawn as the real ones are.
    assert table["position"].max() < 0.25


def test_what_differs_is_farther_from_real(card, wide):
    for name in ("recall", "coverage", "precision"):
        assert wide.to_frame().loc[name, "position"] >= card.to_frame().loc[name, "position"]
    assert wide.to_frame().loc["told from real", "p_value"] < 0.001


def test_against(card, wide):
    difference = card.against(wide)
    assert difference.frame.loc["precision", "better"] == f"{card.name} (1)"
    assert difference.verdict.startswith("the images (1) is better")
    same = card.against(card)
    assert not same.frame["better"].any()
    assert "None of the" in same.verdict and "None of the" in repr(same)
    assert "<table" in same._repr_html_()


def test_against_another_comparison(card, real):
    other = scorecard(blobs(300, 2), real, name="two blobs")
    assert other.name == "two blobs" and repr(other).startswith("two blobs: 300 images")
    with pytest.raises(ValueError, match="cannot be compared: images is 400 and 300"):
        card.against(other)


def test_the_same_again(card, real):
    assert scorecard(blobs(400, 2), real).values == card.values


def test_as_text_html_json_and_figure(card):
    assert "precision" in repr(card) and "left out, for it needs a classifier." in repr(card)
    assert card._repr_html_().count("<tr>") == len(card.values["these"]) + 1
    content = json.loads(card.to_json())
    assert content["measures"]["precision"]["these"]["value"] == pytest.approx(
        card.values["these"]["precision"].value
    )
    assert content["measures"]["precision"]["these"]["p_value"] is None
    assert content["conditions"]["images"] == 400
    labels = [text.get_text() for text in card.figure().axes[0].get_yticklabels()]
    assert "precision" in labels


def test_a_classifier_of_ones_own(real):
    labelled = real._replace(
        y_train=np.arange(600) % 2,
        y_test=np.arange(400) % 2,
        class_names=("even", "odd"),
    )
    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [
            layers.Input((12, 12, 3)),
            layers.Flatten(),
            layers.Dense(5, activation="relu"),
            layers.Dense(2, activation="softmax"),
        ]
    )
    found = scorecard(blobs(400, 2), labelled, labels=np.arange(400) % 2, classifier=network)
    assert {"balance", "gan_test"} <= set(found.values["these"])
    assert found.scored.features.shape == (400, 5)
    assert 0.3 < found.values["real"]["gan_test"].value < 0.7


def test_features_of_ones_own(real):
    network = keras.Sequential(
        [layers.Input((12, 12, 3)), layers.AveragePooling2D(4), layers.Flatten()]
    )
    found = scorecard(blobs(400, 2), real, classifier=network)
    assert found.scored.features.shape == (400, 27) and found.scored.probabilities is None
    assert "frechet" in found.values["these"] and "balance" in found.left_out


def test_no_set_teaches_what_it_is_tested_on(real, monkeypatch, tmp_path):
    comparisons = {}

    def kept(key, comparison):
        comparisons[id(comparison.images.images)] = comparison
        return measuring.Value(0.5)

    module = importlib.import_module("gan_tf.scoring.scorecard")
    monkeypatch.setattr(module, "measure", kept)
    monkeypatch.setattr(measured_before, "FOLDER", str(tmp_path))
    found = scorecard(blobs(400, 2), real)
    assert len(comparisons) == 4
    for comparison in comparisons.values():
        of_these = comparison.images.images is found.scored.images
        expected = found.held_out if of_these else found.real
        assert np.array_equal(comparison.unseen.images, expected.images)


def test_the_same_real_images_are_measured_once(card, real, monkeypatch):
    module = importlib.import_module("gan_tf.scoring.scorecard")
    asked = []
    plain = module.measure

    def counted(key, comparison):
        asked.append(comparison.images.images)
        return plain(key, comparison)

    monkeypatch.setattr(module, "measure", counted)
    again = scorecard(blobs(400, 5), real)
    of_these = [images for images in asked if images is again.scored.images]
    assert set(again.values["these"]) == set(card.values["these"])
    assert again.values["noise"] == card.values["noise"]
    # What could not be measured is tried again: only that.
    assert len(asked) < 2 * len(of_these)
    asked.clear()
    scorecard(blobs(400, 5), real, seed=1)
    assert len(asked) >= 4 * len(card.values["these"])


@pytest.mark.slow
def test_digits_with_labels(monkeypatch):
    monkeypatch.setattr(measuring, "TEACHING_EPOCHS", 3)
    digits = data.load("mnist")
    few = digits._replace(x_train=digits.x_train[:5000], y_train=digits.y_train[:5000])
    images, labels = digits.x_train[:1000], digits.y_train[:1000]
    found = scorecard(images, few, labels, classifier="lenet")
    values = found.values["these"]
    assert set(values) == set(MEASURES)
    assert values["gan_test"].value > 0.98
    # They are training images, and the measure of that says so.
    assert values["memorisation"].value > 0.99 and values["memorisation"].p_value < 1e-9
    assert 9 < values["inception"].value < 10
    # How much networks differ that are taught anew is more than what the test images show.
    assert values["gan_train"].error > measuring.TEACHING_SPREAD / np.sqrt(1000)
    assert 0.5 < values["gan_train"].value <= found.values["real"]["gan_train"].value + 0.1
    assert values["frechet"].value < found.values["blurred"]["frechet"].value / 10


@pytest.mark.slow
def test_runs_by_themselves_and_by_name(home):
    run = runs.train("tiny-conditional", profile="smoke", epochs=1)
    real = data.load("mnist")
    some = real._replace(
        x_train=real.x_train[:300],
        y_train=real.y_train[:300],
        x_test=real.x_test[:300],
        y_test=real.y_test[:300],
    )
    options = {"real": some, "classifier": tiny.classifier()}
    by_run = scorecard(run, **options)
    assert scorecard(str(run.folder), **options).values == by_run.values
    assert by_run.name == "tiny-conditional seed 0" and "gan_test" in by_run.values["these"]
    assert by_run.conditions["of"] == 10_000 and by_run.conditions["images"] == 300


@pytest.mark.parametrize(
    "images, options, sentence",
    [
        (blobs(400, 2)[:, :10], {}, r"images are \(10, 12, 3\), but those of .* \(12, 12, 3\)"),
        (blobs(99, 2), {}, "only 99 images"),
        (blobs(200, 2), {"count": 20}, "only 20 images to be taken"),
        (blobs(200, 2), {"seed": -1}, "seed is -1, but must be a whole number"),
        (np.zeros((150, 12, 12, 3), np.uint8), {}, "All images are the same"),
        (
            blobs(150, 2),
            {"labels": np.zeros(149, int)},
            r"labels have shape \(149,\), but there are",
        ),
        (np.zeros((50, 12, 12, 2)), {}, "2 channels on its last axis"),
        (blobs(150, 2), {"classifier": tiny.classifier}, "is no classifier"),
        (blobs(150, 2), {"classifier": tiny.classifier()}, r"takes images of \(28, 28, 1\)"),
        (blobs(150, 2), {"classifier": tiny.generator()}, "gives .* one vector|takes images of"),
    ],
)
def test_what_cannot_be_scored(images, options, sentence, real):
    with pytest.raises(ValueError, match=sentence):
        scorecard(images, real, **options)


def test_too_few_real_images():
    with pytest.raises(ValueError, match="only 50 real images that are held out"):
        scorecard(blobs(150, 2), data.Dataset(blobs(150, 0), None, None, None))


def test_real_images_themselves_are_named(real):
    found = scorecard(np.concatenate([blobs(300, 2), real.x_test[:100]]), real)
    assert found.conditions["identical"] == 100
    assert "100 of them are real images themselves, to the pixel." in repr(found)


def test_against_what_is_no_scorecard(card):
    with pytest.raises(ValueError, match="'other' is no scorecard"):
        card.against("other")


def test_a_frame_of_numbers(card):
    numbers = card.to_frame().drop(columns="meaning")
    assert all(pd.api.types.is_float_dtype(kind) for kind in numbers.dtypes)
