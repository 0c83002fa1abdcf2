import keras
import numpy as np
import pytest
from keras import Sequential, layers
from keras.optimizers import SGD, Adam

from gan_tf import data
from gan_tf.training import batches, classifier_fitting
from gan_tf.training.classifier_fitting import fit_epochs
from tests import tiny


def digits(start, end):
    mnist = data.load("mnist")
    return mnist.x_train[start:end], mnist.y_train[start:end]


def trained(schedule, seed=0, build=tiny.classifier, **options):
    """The first weights after training, and the number of steps."""
    keras.utils.set_random_seed(0)
    classifier, optimizer = build(), SGD(0.1)
    assert fit_epochs(classifier, optimizer, schedule, 32, seed, **options) > 0
    return classifier.get_weights()[0], int(optimizer.iterations)


def linear():
    return Sequential(
        [layers.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10, activation="softmax")]
    )


def augmented():
    middle = [layers.RandomRotation(0.1), layers.RandomShear(0.1), layers.RandomZoom(0.1)]
    return Sequential([layers.Input((28, 28, 1)), *middle, *tiny.classifier().layers])


def test_steps_are_those_of_keras():
    keras.utils.set_random_seed(0)
    ours, theirs = linear(), linear()
    theirs.set_weights(ours.get_weights())
    theirs.compile(Adam(1e-2), "sparse_categorical_crossentropy")
    schedule = [digits(0, 100), digits(100, 300)]
    for epoch, (images, labels) in enumerate(schedule):
        order = batches.order(len(images), 7, epoch).numpy()
        for first in range(0, len(images) - 31, 32):
            chosen = order[first : first + 32]
            theirs.train_on_batch(data.to_unit(images[chosen]), labels[chosen])
    fit_epochs(ours, Adam(1e-2), schedule, 32, seed=7)
    for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("build", [linear, tiny.classifier, augmented])
def test_order_dropout_and_augmentation_belong_to_the_seed(build):
    schedule = [digits(0, 100)] * 2
    weights, _ = trained(schedule, build=build)
    assert np.array_equal(weights, trained(schedule, build=build)[0])
    assert not np.array_equal(weights, trained(schedule, seed=1, build=build)[0])


def test_each_epoch_has_an_order_of_its_own():
    orders = [batches.order(50, 0, epoch).numpy() for epoch in (0, 1)]
    assert sorted(orders[0]) == list(range(50)) and (orders[0] != orders[1]).any()


@pytest.mark.parametrize("build", [linear, augmented])
def test_steps_in_several_calls_are_the_same(build, monkeypatch):
    weights, _ = trained([digits(0, 200)], build=build)
    monkeypatch.setattr(classifier_fitting, "_STEPS", 4)
    assert np.array_equal(weights, trained([digits(0, 200)], build=build)[0])


def test_after_each_epoch():
    seen = []
    trained([digits(0, 64), digits(64, 160)], after_epoch=lambda: seen.append(len(seen)))
    assert seen == [0, 1]


@pytest.mark.parametrize("count, steps", [(100, 3), (96, 3), (20, 1)])
def test_steps_of_whole_batches(count, steps):
    assert trained([digits(0, count)])[1] == steps
