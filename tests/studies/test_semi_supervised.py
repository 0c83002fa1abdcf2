import numpy as np
import pytest

from gan_tf import data
from gan_tf.environment import profiles
from gan_tf.measures import metrics
from gan_tf.networks import discriminators
from gan_tf.studies import semi_supervised
from gan_tf.studies.semi_supervised import train_on_labels, train_two_headed


@pytest.fixture
def small(home, monkeypatch):
    monkeypatch.setenv("GAN_TF_PROFILE", "smoke")
    monkeypatch.setitem(profiles.PROFILES, "smoke", profiles.Profile("smoke", 320, 2))


class TestTwoHeaded:
    def test_readings(self, small):
        result = train_two_headed("none", 0)
        assert list(result) == ["test_2", "train_2", "ten_classes_2", "seconds"]
        assert 0.2 < result["test_2"] < 1 and 0.2 < result["train_2"] < 1
        assert result["test_2"] <= result["ten_classes_2"] < 1
        again = train_two_headed("none", 0)
        assert {**again, "seconds": 0} == {**result, "seconds": 0}

    def test_synthetic_digits_are_the_eleventh_class(self, small, monkeypatch):
        trained = []
        batches = semi_supervised.batches.batches
        monkeypatch.setattr(
            semi_supervised.batches,
            "batches",
            lambda arrays, *rest: trained.append(arrays) or batches(arrays, *rest),
        )
        train_two_headed("tiny", 0)
        images, labels = trained[-1]
        assert images.shape == (640, 28, 28, 1) and images.dtype == np.uint8
        assert (labels[:320] < 10).all() and (labels[320:] == 10).all()

    def test_targets(self):
        images = data.load("mnist").x_test[:3]
        pixels, targets = semi_supervised._targets(images, np.uint8([3, 10, 0]))
        assert np.array_equal(pixels, data.to_unit(images))
        assert targets["real"].tolist() == [True, False, True]
        assert targets["digit"].tolist() == [3, 10, 0]

    def test_the_eleventh_class_can_be_left_out_of_a_reading(self):
        class Reader:
            def predict(self, images, **_):
                return {"digit": np.eye(11)[[3, 10, 10]] + np.eye(11)[[0, 4, 5]] / 2}

        images, labels = np.zeros((3, 28, 28, 1), np.uint8), np.array([3, 4, 4])
        assert semi_supervised._accuracy(Reader(), images, labels) == pytest.approx(1 / 3)
        assert semi_supervised._accuracy(Reader(), images, labels, 10) == pytest.approx(2 / 3)


class TestLabelsAlone:
    def test_more_labels_read_better(self, home, monkeypatch):
        monkeypatch.setitem(profiles.PROFILES, "smoke", profiles.Profile("smoke", 3000, 2))
        few, many = (train_on_labels(labelled, 0, "smoke")["accuracy"] for labelled in (10, 2000))
        assert 0.1 < few < many - 0.1 < 1

    @pytest.mark.parametrize("labelled", [0, 9, 60_001])
    def test_impossible_numbers(self, labelled):
        with pytest.raises(ValueError, match=f"labelled is {labelled}, but must be"):
            train_on_labels(labelled, 0)


def test_discriminator_as_classifier():
    discriminator = discriminators.semi_supervised()
    images = data.load("mnist").x_test[:50]
    _, logits = discriminator.predict(data.to_signed(images), verbose=0)
    classifier = semi_supervised.as_classifier(discriminator)
    probabilities = classifier.predict(data.to_unit(images), verbose=0)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert np.array_equal(metrics.predicted(classifier, images), logits.argmax(axis=1))
