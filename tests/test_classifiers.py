import numpy as np
import pytest

from gan_tf import classifiers


@pytest.mark.parametrize(
    "build, parameters",
    [
        (classifiers.lenet, 61_706),
        (classifiers.softmax_regression, 7_850),
        (classifiers.fcnn, 203_530),
        (classifiers.cnn_4l, 592_074),
        (classifiers.cnn_5l, 872_714),
        (classifiers.cnn_5l_dropout, 872_714),
        (classifiers.resnet, 78_042),
        (classifiers.baseline_cnn, 269_322),
    ],
)
def test_classifier(build, parameters):
    classifier = build()
    assert classifier.count_params() == parameters
    probabilities = classifier(np.random.default_rng(0).random((3, 28, 28, 1))).numpy()
    assert probabilities.shape == (3, 10) and probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


def test_lenet_names_its_features():
    assert classifiers.lenet().get_layer("features").output.shape == (None, 84)


def test_weights_are_in_the_order_of_keras():
    """Weights trained elsewhere for the same layer list load: kernel, bias, layer by layer."""
    assert [w.shape for w in classifiers.cnn_5l().get_weights()] == [
        (5, 5, 1, 32),
        (32,),
        (5, 5, 32, 64),
        (64,),
        (6400, 128),
        (128,),
        (128, 10),
        (10,),
    ]
