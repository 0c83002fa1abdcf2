from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from gan_tf import data, recipes
from gan_tf.runs.classifier_experiment import ClassifierExperiment
from gan_tf.runs.gan_experiment import GanExperiment
from tests import tiny


@pytest.fixture(scope="module")
def digits():
    return data.load("mnist")


class TestClassifierExperiment:
    def test_validates_on_the_last_images(self, digits):
        recipe = recipes.get("softmax")
        whole = ClassifierExperiment(recipe, digits, None, 0)
        assert len(whole.images) == len(whole.labels) == 54_000
        assert whole.validation_data[0].shape == (6000, 28, 28, 1)
        assert np.array_equal(whole.validation_data[1], digits.y_train[54_000:])
        small = ClassifierExperiment(recipe, digits, 512, 0)
        assert len(small.images) == len(small.labels) == 512
        assert np.array_equal(small.validation_data[1], digits.y_train[54_000:54_512])

    def test_no_validation(self, digits):
        experiment = ClassifierExperiment(recipes.get("baseline-cnn"), digits, 512, 0)
        assert experiment.validation_data is None

    def test_batches_are_scaled_and_labelled(self, digits):
        experiment = ClassifierExperiment(recipes.get("softmax"), digits, 64, 0)
        images, labels = next(iter(experiment.batches(1, 0)))
        assert images.shape == (32, 28, 28, 1) and float(images.numpy().max()) == 1
        wanted = {image.tobytes(): label for image, label in zip(*digits[:2], strict=True)}
        pixels = np.rint(images.numpy() * 255).astype(np.uint8)
        assert [wanted[image.tobytes()] for image in pixels] == list(labels)

    def test_keeps_its_readings(self, digits):
        experiment = ClassifierExperiment(recipes.get("softmax"), digits, 64, 0)
        for epoch in range(0, 60):
            experiment.measure(epoch)
        arrays = experiment.state()
        assert arrays["test_5"].shape == (64,)
        for name in ("synthetic", "conditional"):
            assert arrays.pop(f"{name}_5").shape == arrays.pop(f"{name}_50").shape == (1000,)
        assert sorted(arrays) == ["test_5", "test_50"]
        expected = experiment.model(data.to_unit(digits.x_test[:64])).numpy().argmax(axis=1)
        assert np.array_equal(arrays["test_5"], expected)
        other = ClassifierExperiment(recipes.get("softmax"), digits, 64, 0)
        other.restore(arrays)
        assert other.state().keys() == arrays.keys()


class TestGanExperiment:
    def test_keeps_the_images_of_fixed_latents(self, digits):
        experiment = GanExperiment(tiny.RECIPE, digits, 128, 0)
        for epoch in range(3):
            experiment.measure(epoch)
        samples = experiment.state()["samples"]
        assert samples.shape == (3, 20, 28, 28, 1)
        assert np.array_equal(samples[0], samples[2])


class TestSemiSupervised:
    def experiment(self, seed=0):
        digits = data.load("mnist")
        return GanExperiment(recipes.get("semi-supervised-20"), digits, 512, seed)

    def test_a_third_of_the_images_is_labelled(self):
        seen, unlabelled = Counter(), Counter()
        for (some, others), labels in self.experiment().batches(1, 0):
            assert some.shape == (100, 28, 28, 1) and some.dtype == np.uint8
            assert others.shape == (200, 28, 28, 1) and others.dtype == np.uint8
            pairs = zip(some.numpy(), labels.numpy(), strict=True)
            seen.update((image.tobytes(), int(label)) for image, label in pairs)
            # As in the paper's code, all labelled images come before one comes again.
            assert len(set(seen.values())) == 1
            unlabelled.update(image.tobytes() for image in others.numpy())
        assert len(seen) == 20
        assert sorted(label for _, label in seen) == sorted(list(range(10)) * 2)
        # 5 steps of 200 images: nearly all of the 512 come twice, for one network and the other.
        assert len(unlabelled) > 480 and set(unlabelled.values()) == {1, 2}

    def test_real_images_are_shifted_late(self):
        recipe = replace(recipes.get("semi-supervised-20"), shifted_after=1)
        digits = data.load("mnist")
        originals = {image.tobytes() for image in digits.x_train[:512]}

        def kept_in_place(initial_epoch):
            """The share of each batch's labelled and unlabelled images that is as it was."""
            experiment = GanExperiment(recipe, digits, 512, 0)
            return [
                tuple(
                    np.mean([image.tobytes() in originals for image in part.numpy()])
                    for part in images
                )
                for images, _ in experiment.batches(2, initial_epoch)
            ]

        shares = kept_in_place(0)
        assert shares[:5] == [(1, 1)] * 5
        # Of nine shifts, one is none.
        np.testing.assert_allclose(np.mean(shares[5:], axis=0), 1 / 9, atol=0.05)
        assert kept_in_place(1) == shares[5:]

    def test_labelled_set_belongs_to_the_seed(self):
        one, same, other = (self.experiment(seed)._labelled()[0] for seed in (0, 0, 1))
        assert len(one) == 20
        assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_few_images_are_passed_through_several_times_an_epoch():
    few = data.Dataset(np.zeros((30, 32, 32, 1), np.uint8), None, None, None)
    recipe = recipes.get("svhn-dcgan-sample")
    experiment = GanExperiment(recipe, few, None, 0)
    assert len(experiment.images) == 30
    assert experiment.steps == 30 * recipe.repeats // 256 == 2
    assert len(list(experiment.batches(1, 0))) == experiment.steps
    # In a small profile through no more than it has, but a step's.
    small = GanExperiment(recipe, few, 16, 0)
    assert len(small.images) == 16 and small.steps == 1


def test_the_last_images_are_held_out(digits):
    recipe = replace(tiny.CONDITIONAL, validation=5000)
    whole = GanExperiment(recipe, digits, None, 0)
    assert len(whole.images) == len(whole.labels) == 55_000
    assert np.array_equal(whole.images[-1], digits.x_train[54_999])
    assert len(GanExperiment(recipe, digits, 512, 0).images) == 512


def test_a_few_images_of_each_class(digits):
    recipe = replace(tiny.CONDITIONAL, few=30, repeats=10)
    experiment = GanExperiment(recipe, digits, None, 1)
    assert list(np.bincount(experiment.labels)) == [3] * 10
    images, labels = zip(*experiment.batches(1, 0), strict=True)
    assert experiment.steps == len(images) == 30 * 10 // 64
    wanted = {image.tobytes(): label for image, label in zip(*digits[:2], strict=True)}
    for image, label in zip(np.concatenate(images), np.concatenate(labels), strict=True):
        assert wanted[image.tobytes()] == label
    small = GanExperiment(recipe, digits, 128, 1)
    assert small.steps == len(list(small.batches(1, 0))) == 2
    other = GanExperiment(recipe, digits, None, 2)
    assert not np.array_equal(experiment.images, other.images)
    unlabelled = GanExperiment(replace(tiny.RECIPE, few=30, repeats=10), digits, None, 1)
    assert np.array_equal(unlabelled.images, experiment.images)
