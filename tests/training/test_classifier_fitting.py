import keras
import numpy as np
import pytest
from keras import Sequential, layers
from keras.optimizers import SGD

from gan_tf import data
from gan_tf.training import classifier_fitting
from tests import tiny


class TestFitEpoch:
    def trained(self, epoch, count=100, seed=0):
        keras.utils.set_random_seed(0)
        classifier = tiny.classifier()
        classifier_fitting.compile_classifier(classifier, SGD(0.1), 3)
        mnist = data.load("mnist")
        arrays = mnist.x_train[:count], mnist.y_train[:count]
        classifier_fitting.fit_epoch(classifier, arrays, 32, seed, epoch)
        return classifier.get_weights()[0], int(classifier.optimizer.iterations)

    def test_order_and_dropout_belong_to_seed_and_epoch(self):
        weights, _ = self.trained(epoch=1)
        assert np.array_equal(weights, self.trained(epoch=1)[0])
        assert not np.array_equal(weights, self.trained(epoch=2)[0])
        assert not np.array_equal(weights, self.trained(epoch=1, seed=1)[0])

    def test_augmentation_belongs_to_seed_and_epoch(self, monkeypatch):
        def augmented():
            images = layers.Input((28, 28, 1))
            middle = [layers.RandomRotation(0.1), layers.RandomShear(0.1), layers.RandomZoom(0.1)]
            return Sequential([images, *middle, *plain_classifier().layers])

        plain_classifier = tiny.classifier
        plain, _ = self.trained(epoch=1)
        monkeypatch.setattr(tiny, "classifier", augmented)
        weights, _ = self.trained(epoch=1)
        assert not np.array_equal(weights, plain)
        assert np.array_equal(weights, self.trained(epoch=1)[0])

    def test_epochs_of_a_schedule(self):
        mnist = data.load("mnist")
        schedule = [(mnist.x_train[a:b], mnist.y_train[a:b]) for a, b in ((0, 64), (64, 160))]
        seen = []

        def trained(train):
            keras.utils.set_random_seed(0)
            classifier = tiny.classifier()
            classifier_fitting.compile_classifier(classifier, SGD(0.1), 1)
            train(classifier)
            return classifier.get_weights()[0]

        def one_by_one(classifier):
            for epoch, arrays in enumerate(schedule):
                classifier_fitting.fit_epoch(classifier, arrays, 32, 0, epoch)

        def together(classifier):
            after = lambda: seen.append(int(classifier.optimizer.iterations))  # noqa: E731
            assert classifier_fitting.fit_epochs(classifier, schedule, 32, 0, after) > 0

        assert np.array_equal(trained(one_by_one), trained(together))
        assert seen == [2, 5]

    def test_epochs_at_once_are_those_one_by_one_without_dropout(self):
        mnist = data.load("mnist")
        arrays = mnist.x_train[:100], mnist.y_train[:100]
        weights = []
        for calls in ([(0, 1), (1, 1), (2, 1)], [(0, 3)], [(0, 2)]):
            keras.utils.set_random_seed(0)
            classifier = Sequential([layers.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)])
            classifier_fitting.compile_classifier(classifier, SGD(0.1), 3)
            for first, epochs in calls:
                classifier_fitting.fit_epoch(classifier, arrays, 32, 0, first, epochs)
            weights.append(classifier.get_weights()[0])
        assert np.array_equal(weights[0], weights[1])
        assert not np.array_equal(weights[0], weights[2])

    @pytest.mark.parametrize("count, steps", [(100, 3), (96, 3), (20, 1)])
    def test_steps_of_whole_batches(self, count, steps):
        assert self.trained(epoch=0, count=count)[1] == steps
