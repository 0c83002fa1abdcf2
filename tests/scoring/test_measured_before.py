import numpy as np
import pytest
from keras import Sequential, layers

from gan_tf import data, runs, scorecard
from gan_tf.data import Dataset
from gan_tf.environment import profiles
from gan_tf.scoring import measured_before
from gan_tf.scoring.image_sets import ImageSet, Reader, real_images
from gan_tf.scoring.measure_names import MEASURES
from gan_tf.scoring.measured_before import MeasuredBefore, place
from gan_tf.scoring.measuring import Value
from tests.scoring.conftest import blobs

SETS = "real", "blurred", "noise"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where nothing was measured yet."""
    monkeypatch.setattr(measured_before, "FOLDER", str(tmp_path / "scorecards"))
    return tmp_path / "scorecards"


def of(dataset, reader, seed=0, count=300):
    """The place for such images."""
    real = real_images(dataset, "spots", 0)
    return place(real, real.training.first(count), real.held_out.first(count), reader, seed)


def network(width=4, activation="relu"):
    return Sequential(
        [layers.Input((12, 12, 3)), layers.Flatten(), layers.Dense(width, activation)]
    )


def test_what_was_kept_is_known(tmp_path):
    known = MeasuredBefore(tmp_path / "a.npz", SETS)
    assert known.values == {each: {} for each in SETS} and known.near is None
    known.near = np.arange(3.0), np.arange(4.0)
    known.values["noise"] = {"frechet": Value(1.5, 0.1), "balance": Value(0.25, 0.5, 1e-9)}
    known.keep()
    again = MeasuredBefore(tmp_path / "a.npz", SETS)
    assert again.values["real"] == {} and set(again.values["noise"]) == {"frechet", "balance"}
    assert again.values["noise"]["balance"] == (0.25, 0.5, 1e-9)
    assert again.values["noise"]["frechet"][:2] == (1.5, 0.1)
    assert [len(each) for each in again.near] == [3, 4]


@pytest.mark.parametrize("content", [b"", b"PK", "half"])
def test_what_cannot_be_read_is_measured_anew(content, folder, card, real):
    scorecard(blobs(400, 2), real)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if content == "half" else content)
    assert scorecard(blobs(400, 2), real).values == card.values
    assert MeasuredBefore(file, SETS).values["noise"] == card.values["noise"]


def test_where_nothing_can_be_written_it_is_measured_all_the_same(folder, card, real):
    folder.write_text("a file in the place of the folder")
    assert scorecard(blobs(400, 2), real).values == card.values


def test_the_place_stands_for_all_that_it_depends_on(real):
    same, reader = of(real, Reader(None, real.x_train)), Reader(None, real.x_train)
    assert of(real, reader) == same
    other = Dataset(blobs(600, 9), None, real.x_test, None)
    labelled = Dataset(real.x_train, np.arange(600) % 2, real.x_test, np.arange(400) % 2)
    model = network()
    twin = network()
    twin.set_weights(model.get_weights())
    linear = network(activation="linear")
    linear.set_weights(model.get_weights())
    places = [
        same,
        of(real, reader, seed=1),
        of(real, reader, count=200),
        of(other, reader),
        of(labelled, reader),
        of(real, Reader(model, real.x_train)),
        of(real, Reader(linear, real.x_train)),
        of(real, Reader(network(), real.x_train)),
    ]
    assert len(set(places)) == len(places)
    assert of(real, Reader(twin, real.x_train)) == places[5]


def test_other_code_has_another_place(real, monkeypatch):
    before = of(real, Reader(None, real.x_train))
    monkeypatch.setattr(measured_before, "CODE", measured_before.CODE[1:])
    assert of(real, Reader(None, real.x_train)) != before


def test_what_is_released_is_of_this_code():
    digits = data.load("mnist")
    real = real_images(digits, "mnist", 0)
    reader = Reader(runs.train("lenet", profile="paper").classifier, digits.x_train)
    parts: list[ImageSet] = [part.first(10_000) for part in (real.training, real.held_out)]
    name = place(real, *parts, reader, 0).name
    known = MeasuredBefore(profiles.ROOT / "data" / "scorecards" / name, SETS)
    assert known.near and all(set(known.values[each]) == set(MEASURES) for each in SETS), (
        "The measures have changed: execute chapter 12 and commit what it wrote in data/scorecards."
    )
