import numpy as np
import pytest
import scipy.linalg
import scipy.ndimage
from keras import Sequential, layers

from gan_tf import data
from gan_tf.measures import metrics
from gan_tf.measures.metrics import accuracy, frechet_distance, inception_score, most_confused
from gan_tf.networks import classifiers

random = np.random.default_rng(0)


def test_accuracy_of_a_classifier_that_reads_one_pixel():
    # Black speaks for class 0, white for class 1.
    classifier = Sequential(
        [layers.Input((1, 1, 1)), layers.Flatten(), layers.Dense(2, activation="softmax")]
    )
    classifier.layers[-1].set_weights([np.array([[-1.0, 1.0]]), np.array([0.5, -0.5])])
    images = np.array([0, 0, 255, 255], np.uint8).reshape(4, 1, 1, 1)
    assert accuracy(classifier, images, [0, 0, 1, 1]) == 1
    assert accuracy(classifier, images, [0, 1, 1, 1]) == 0.75


def test_read_gives_features_and_probabilities():
    lenet = classifiers.lenet()
    images = random.integers(0, 256, (4, 28, 28, 1), np.uint8)
    features, probabilities = metrics.read(lenet, images)
    assert features.shape == (4, 84) and (features >= 0).all()
    np.testing.assert_allclose(probabilities, lenet(data.to_unit(images)), rtol=1e-4)


def test_most_confused():
    labels, predicted = [3, 3, 3, 1, 1, 2, 0], [5, 5, 3, 7, 1, 0, 2]
    assert most_confused(labels, predicted) == [(3, 5, 2), (0, 2, 1), (1, 7, 1), (2, 0, 1)]
    assert most_confused(np.array(labels), np.array(predicted), 1) == [(3, 5, 2)]
    assert most_confused([1, 2], [1, 2]) == []


class TestInceptionScore:
    def test_uniform_is_1(self):
        mean, std = inception_score(np.full((100, 10), 0.1))
        assert mean == pytest.approx(1) and std == pytest.approx(0)

    def test_balanced_one_hot_is_the_number_of_classes(self):
        assert inception_score(np.tile(np.eye(10), (10, 1)))[0] == pytest.approx(10)

    def test_one_class_alone_is_1(self):
        assert inception_score(np.eye(10)[np.zeros(50, int)])[0] == pytest.approx(1)

    def test_hand_worked(self):
        # Marginal (1/2, 1/2): each row diverges by .75 ln 1.5 + .25 ln .5.
        score = inception_score([[0.75, 0.25], [0.25, 0.75]], splits=1)[0]
        assert score == pytest.approx(np.exp(0.75 * np.log(1.5) + 0.25 * np.log(0.5)))

    def test_mean_and_deviation_over_splits(self):
        one, two = np.eye(2)[[0, 0]], np.eye(2)
        mean, std = inception_score(np.concatenate([one, two]), splits=2)
        assert (mean, std) == (pytest.approx(1.5), pytest.approx(0.5))

    def test_never_above_the_number_of_classes(self):
        scores = [inception_score(random.dirichlet([0.02] * 10, 1000))[0] for _ in range(20)]
        assert min(scores) > 1 and max(scores) <= 10

    def test_bad_input(self):
        with pytest.raises(ValueError, match="sum to 1"):
            inception_score(np.ones((10, 10)))
        with pytest.raises(ValueError, match="15 images do not make 10 equal splits"):
            inception_score(np.full((15, 10), 0.1))


class TestFrechetDistance:
    def test_same_set_is_0(self):
        features = random.normal(size=(100, 5))
        assert frechet_distance(features, features) == pytest.approx(0, abs=1e-8)

    def test_shift_is_its_square(self):
        features = random.normal(size=(100, 5))
        assert frechet_distance(features, features + [3, 0, 0, 4, 0]) == pytest.approx(25)

    def test_one_feature_by_hand(self):
        # Deviations 1 and 3 (n - 1 below), means 0 and 5: 25 + (1 - 3)^2.
        unit = np.array([[-1.0], [0.0], [1.0]])
        assert frechet_distance(unit, 3 * unit + 5) == pytest.approx(29)

    def test_same_as_with_the_matrix_root(self):
        one = random.normal(size=(500, 6)) @ random.normal(size=(6, 6))
        two = random.normal(size=(400, 6)) @ random.normal(size=(6, 6)) + 1
        c1, c2 = np.cov(one.T), np.cov(two.T)
        root = scipy.linalg.sqrtm(c1 @ c2).real
        expected = np.sum((one.mean(0) - two.mean(0)) ** 2) + np.trace(c1 + c2 - 2 * root)
        assert frechet_distance(one, two) == pytest.approx(expected, rel=1e-8)

    def test_constant_features_do_no_harm(self):
        features = random.normal(size=(100, 5))
        features[:, 2] = 0
        assert frechet_distance(features, features) == pytest.approx(0, abs=1e-6)

    def test_bad_input(self):
        with pytest.raises(ValueError, match="other must have 2 numbers an image, but have 3"):
            frechet_distance(np.zeros((9, 2)), np.zeros((9, 3)))
        with pytest.raises(ValueError, match="4 images are too few .* of 5 features"):
            frechet_distance(np.zeros((9, 5)), np.zeros((4, 5)))


def grey(*values):
    """Images of 4x4 pixels, each of one grey."""
    return np.repeat(np.uint8(values), 16).reshape(-1, 4, 4, 1)


class TestClassEntropy:
    def test_hand_worked(self):
        assert metrics.class_entropy(np.arange(10)) == pytest.approx(np.log(10))
        assert metrics.class_entropy([3, 3, 3]) == 0
        assert metrics.class_entropy([0, 0, 1, 1], classes=2) == pytest.approx(np.log(2))

    def test_no_labels(self):
        with pytest.raises(ValueError, match="no labels"):
            metrics.class_entropy([])


class TestDiversity:
    def test_hand_worked(self):
        # Sixteen pixels: a difference of 1 in all is a distance of 4.
        assert metrics.diversity(grey(0, 255)) == pytest.approx(4)
        assert metrics.diversity(grey(0, 255, 255)) == pytest.approx(8 / 3)
        assert metrics.diversity(grey(7, 7, 7)) == 0

    def test_one_image(self):
        with pytest.raises(ValueError, match="images must be at least 2, but are 1"):
            metrics.diversity(grey(7))


def test_nearest():
    distances, indices = metrics.nearest(grey(0, 250), grey(255, 100, 51))
    assert indices.tolist() == [2, 0]
    np.testing.assert_allclose(distances, [4 * 51 / 255, 4 * 5 / 255], rtol=1e-5)


class TestFineDetail:
    def waves(self, period):
        """An image of vertical stripes, a bright half and a dark half of each period."""
        row = 127.5 + 127.5 * np.cos(2 * np.pi * np.arange(16) / period)
        return np.tile(row, (16, 1)).astype(np.uint8).reshape(1, 16, 16, 1)

    def test_stripes(self):
        assert metrics.fine_detail(self.waves(2)) == pytest.approx(1)
        assert metrics.fine_detail(self.waves(16)) < 1e-3
        assert metrics.fine_detail(self.waves(4), cutoff=0.2) == pytest.approx(1, abs=1e-3)

    def test_is_the_mean_over_images(self):
        both = np.concatenate([self.waves(2), self.waves(16)])
        assert metrics.fine_detail(both) == pytest.approx(0.5, abs=1e-3)

    def test_blurring_lowers_it(self):
        noise = random.integers(0, 256, (5, 16, 16, 1), np.uint8)
        blurred = scipy.ndimage.gaussian_filter(noise, (0, 1, 1, 0))
        assert metrics.fine_detail(blurred) < metrics.fine_detail(noise) / 3

    def test_images_of_one_grey(self):
        with_grey = np.concatenate([self.waves(2), np.full((1, 16, 16, 1), 9, np.uint8)])
        assert metrics.fine_detail(with_grey) == pytest.approx(1)
        with pytest.raises(ValueError, match="Every image is of one grey"):
            metrics.fine_detail(grey(3, 4))
