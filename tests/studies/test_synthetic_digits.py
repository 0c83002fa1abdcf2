import numpy as np
import pytest

from gan_tf import data, runs
from gan_tf.environment import profiles
from gan_tf.studies import synthetic_digits
from gan_tf.studies.synthetic_digits import REAL, teach

SIZE = 100


@pytest.fixture(autouse=True)
def small(home, monkeypatch):
    monkeypatch.setitem(profiles.PROFILES, "smoke", profiles.Profile("smoke", SIZE, 4))


@pytest.fixture
def taught(monkeypatch):
    """The images and labels of each epoch that LeNet would be taught by."""
    epochs = []

    def keep(model, optimizer, schedule, batch_size, seed):
        epochs.extend(schedule)

    monkeypatch.setattr(synthetic_digits, "fit_epochs", keep)
    return epochs


def keys(epoch):
    return [image.tobytes() for image in epoch[0]]


@pytest.mark.parametrize("count, different", [(25, 25), (100, 100), (200, 200), (400, 400)])
def test_as_many_different_digits_as_asked_for(taught, count, different):
    teach("tiny-conditional", "all", count, 0, "smoke")
    assert [len(images) for images, _ in taught] == [SIZE] * 4
    assert len({key for epoch in taught for key in keys(epoch)}) == different
    for _, labels in taught:
        assert np.ptp(np.bincount(labels, minlength=10)) <= 8
    # After the last different ones the first come again.
    again = max(1, count // SIZE)
    assert all(keys(taught[n]) == keys(taught[n % again]) for n in range(4))


def test_other_seeds_have_other_digits(taught):
    for seed in (0, 0, 1):
        teach("tiny-conditional", "all", 100, seed, "smoke")
    first, same, other = (set(keys(taught[n])) for n in (0, 4, 8))
    assert first == same and not first & other


def test_real_digits_are_training_digits_that_are_not_held_out(taught):
    teach(REAL, "all", 100, 0, "smoke")
    digits = data.load("mnist")
    known = {image.tobytes(): label for image, label in zip(*digits[:2], strict=True)}
    held_out = {image.tobytes() for image in digits.x_train[-5000:]}
    assert list(taught[0][1]) == [known[key] for key in keys(taught[0])]
    assert len(set(keys(taught[0]))) == 100 and not held_out & set(keys(taught[0]))


class TestWays:
    def test_those_that_lenet_reads_as_labelled(self, taught, monkeypatch):
        """A LeNet that reads every image as 3, but half of the images as they are labelled."""
        labels_of = {}
        draw = runs.finished_run.GanRun.generate

        def generate(self, count, seed=0, labels=None, best=False):
            images = draw(self, count, seed, labels, best)
            labels_of.update(zip([image.tobytes() for image in images], labels, strict=True))
            return images

        def read(network, images):
            right = images.sum(axis=(1, 2, 3)) % 2 == 0
            known = np.array([labels_of[image.tobytes()] for image in images])
            return np.where(right, known, 10)

        monkeypatch.setattr(runs.finished_run.GanRun, "generate", generate)
        monkeypatch.setattr(synthetic_digits.metrics, "predicted", read)
        monkeypatch.setattr(synthetic_digits.metrics, "accuracy", lambda *_: 0.5)
        found = teach("tiny-conditional", "agreed", 100, 0, "smoke")
        assert 0.3 < found["taken"] < 0.7
        images, labels = taught[0]
        assert (images.sum(axis=(1, 2, 3)) % 2 == 0).all()
        assert list(np.bincount(labels, minlength=10)) == [10] * 10

    def test_a_class_that_is_never_read_does_not_go_on_for_ever(self, taught, monkeypatch):
        monkeypatch.setattr(
            synthetic_digits.metrics, "predicted", lambda _, images: np.zeros(len(images))
        )
        found = teach("tiny-conditional", "agreed", 100, 0, "smoke")
        assert list(np.bincount(taught[0][1], minlength=10)) == [10] * 10
        assert found["taken"] == pytest.approx(100 / (100 + 20 * 90))

    def test_rejection_by_the_discriminator(self, taught, monkeypatch):
        """An image's logit is one of its pixels: those of low ones are rarer among the taken."""
        seen = {}

        def logits(self, images, labels):
            pixels = images[:, 14, 14, 0].astype(float) / 4
            seen.setdefault("drawn", []).extend(pixels)
            return pixels

        monkeypatch.setattr(runs.finished_run.GanRun, "discriminate", logits)
        found = teach("tiny-conditional", "accepted", 100, 0, "smoke")
        assert 0.2 < found["taken"] < 1
        taken = taught[0][0][:, 14, 14, 0] / 4
        assert taken.mean() > np.mean(seen["drawn"]) + 0.05
        assert list(np.bincount(taught[0][1], minlength=10)) == [10] * 10


def test_cells_of_both_sizes():
    paper = synthetic_digits.cells("modern", "paper")
    assert len(paper) == 3 * (8 + 2 + 5)
    assert max(cell["count"] for cell in paper) == 1_650_000
    assert max(cell["count"] for cell in paper if cell["recipe"] == REAL) == 55_000
    small = synthetic_digits.cells("modern", "smoke")
    assert {cell["count"] for cell in small} == {12, 100, 400} and len(small) == 7


def test_it_learns(monkeypatch):
    found = teach(REAL, "all", 100, 0, "smoke")
    assert set(found) == {"accuracy", "validation_accuracy", "taken"} and found["taken"] == 1
    assert found["accuracy"] > 0.1


@pytest.mark.parametrize(
    "options, sentence",
    [
        (("tiny-conditional", "some", 10), "There is no way 'some'. Known: all, agreed"),
        (("tiny-conditional", "all", 0), "count is 0, but must be a whole number"),
        (("tiny-conditional", "all", 150), "150 digits .* a multiple of 100"),
        ((REAL, "all", 200), "200 digits were asked for"),
    ],
)
def test_what_cannot_be(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        teach(*options, 0, "smoke")
