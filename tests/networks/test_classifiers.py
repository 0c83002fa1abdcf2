import numpy as np
import pytest

from gan_tf import data
from gan_tf.networks import classifiers, discriminators


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
        (classifiers.gavazzi, 28_938),
        (classifiers.gavazzi_augmented, 28_938),
        (classifiers.finetuned_discriminator, 269_322),
    ],
)
def test_classifier(build, parameters):
    classifier = build()
    assert classifier.count_params() == parameters
    probabilities = classifier(np.random.default_rng(0).random((3, 28, 28, 1))).numpy()
    assert probabilities.shape == (3, 10) and probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


def test_augmentation_is_of_training_only():
    plain, augmented = classifiers.gavazzi(), classifiers.gavazzi_augmented()
    augmented.set_weights(plain.get_weights())
    images = data.to_unit(data.load("mnist").x_train[:20])
    still = augmented(images, training=False)
    np.testing.assert_allclose(still, plain(images), rtol=1e-4, atol=1e-6)
    assert np.abs(augmented(images, training=True) - plain(images)).max() > 0.001


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


def test_finetuned_discriminator_sees_what_the_discriminator_saw():
    classifier, discriminator = classifiers.finetuned_discriminator(), discriminators.dcgan()
    classifiers.set_convolutions(classifier, discriminator)
    digits = np.random.default_rng(0).integers(0, 256, (2, 28, 28, 1), np.uint8)

    def last_features(network, images):
        for layer in network.layers[:-1]:
            images = layer(images)
        return images

    np.testing.assert_allclose(
        last_features(classifier, data.to_unit(digits)),
        last_features(discriminator, data.to_signed(digits)),
        atol=1e-5,
    )


def test_finetuned_discriminator_trains_its_last_layer_only():
    trained = [weight.shape for weight in classifiers.finetuned_discriminator().trainable_weights]
    assert trained == [(6272, 10), (10,)]


def test_convolutions_of_another_network_do_not_fit():
    with pytest.raises(ValueError):
        classifiers.set_convolutions(classifiers.finetuned_discriminator(), classifiers.cnn_4l())


def test_two_headed():
    network = classifiers.two_headed()
    # Without its ten outputs cnn_5l has 1,290 parameters less; the heads have 129 and 1,419.
    assert network.count_params() == 872_714 - 1290 + 129 + 1419
    outputs = network(np.random.default_rng(0).random((3, 28, 28, 1)))
    assert outputs["real"].shape == (3, 1) and outputs["digit"].shape == (3, 11)
