import keras
import numpy as np
import pytest
from keras import Sequential, layers

from gan_tf.measures import latent_space
from gan_tf.measures.latent_space import Labelled, LatentSpace, Plane
from gan_tf.networks import classifiers, generators

random = np.random.default_rng(0)


def drawing_generator():
    """Two latents become the two pixels of an image."""
    return Sequential([layers.Input((2,)), layers.Reshape((1, 2, 1))])


def reading_classifier(sharpness=4.0):
    """Class 0 where the first pixel is the brighter one, class 1 where the second is."""
    network = Sequential(
        [layers.Input((1, 2, 1)), layers.Flatten(), layers.Dense(2, activation="softmax")]
    )
    network.layers[-1].set_weights([sharpness * np.eye(2), np.zeros(2)])
    return network


@pytest.fixture(scope="module")
def space():
    return LatentSpace(drawing_generator(), reading_classifier())


class TestLatentSpace:
    def test_label_and_certainty(self, space):
        labelled = space.label([[1, 0], [0, 2], [-3, -3]])
        # Pixels in [0, 1] differ by half of what latents do, logits by 4 times that.
        expected = [1 / (1 + np.exp(-2)), 1 / (1 + np.exp(-4)), 0.5]
        np.testing.assert_allclose(labelled.certainties, expected, rtol=1e-5)
        assert labelled.labels[:2].tolist() == [0, 1]
        assert labelled.latents.dtype == np.float32

    def test_batches_change_nothing(self, space):
        latents = random.normal(size=(11, 2))
        whole, parts = space.label(latents), space.label(latents, batch_size=4)
        for array, other in zip(whole, parts, strict=True):
            assert np.array_equal(array, other)

    def test_draws_normal_latents_of_the_seed(self, space):
        drawn = space.draw(4000, seed=3)
        assert abs(drawn.latents.mean()) < 0.05 and abs(drawn.latents.std() - 1) < 0.05
        assert np.array_equal(drawn.latents, space.draw(4000, seed=3).latents)
        assert not np.array_equal(drawn.latents, space.draw(4000, seed=4).latents)

    def test_finds_as_many_of_each_class(self, space):
        found = space.find(30, threshold=0.9)
        assert found.labels.tolist() == [0] * 30 + [1] * 30
        assert found.certainties.min() >= 0.9
        assert np.array_equal(found.latents, space.label(found.latents).latents)
        assert np.array_equal(found.latents, space.find(30, threshold=0.9).latents)

    def test_says_which_class_was_not_found(self, space):
        with pytest.raises(ValueError, match="was found only 0 times in 2,000 latents at a") as e:
            space.find(1, threshold=1.0, limit=2000)
        assert "lower the threshold" in str(e.value)

    def test_networks_of_two_sizes(self):
        with pytest.raises(
            ValueError, match=r"draws images of \(32, 32, 1\), but .* \(28, 28, 1\)"
        ):
            LatentSpace(generators.svhn(), classifiers.lenet())

    @pytest.mark.parametrize("generator", [generators.dcgan, generators.dcgan_28])
    def test_takes_the_generators_of_the_project(self, generator):
        labelled = LatentSpace(generator(), classifiers.lenet()).draw(3)
        assert labelled.latents.shape == (3, 100)
        assert labelled.certainties.min() >= 0.1 and labelled.certainties.max() <= 1

    def test_takes_those_of_another_size_with_a_resizing_layer(self):
        classifier = Sequential(
            [layers.Input((32, 32, 1)), layers.Resizing(28, 28), classifiers.lenet()]
        )
        assert LatentSpace(generators.svhn(), classifier).draw(3).labels.shape == (3,)

    def test_map_of_a_plane(self, space):
        plane = Plane([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]])
        labels, certainties, half = space.map(plane, quality=21)
        steps = np.linspace(-half, half, 21)
        for row, column in ((0, 0), (3, 17), (20, 5)):
            (expected,) = space.label(plane.latents([[steps[column], steps[row]]])).labels
            assert labels[row, column] == expected
        assert half == pytest.approx(np.abs(plane.points).max())
        assert certainties.min() >= 0.5 and set(np.unique(labels)) == {0, 1}
        assert space.map(plane, quality=2, zoom=0.2)[2] == pytest.approx(5 * half)

    @pytest.mark.parametrize("options", [{"quality": 0}, {"zoom": 0}, {"zoom": -1}])
    def test_impossible_map(self, space, options):
        with pytest.raises(ValueError, match="(quality|zoom) is .*, but must be"):
            space.map(Plane([[0, 0], [2, 0], [0, 2]]), **options)


class TestLabelled:
    labelled = Labelled(
        np.array([[0.0, 0], [2, 0], [0, 4], [0, 6]]),
        np.array([0, 0, 2, 2]),
        np.array([0.5, 0.9, 0.95, 1]),
    )

    def test_certain(self):
        assert self.labelled.certain(0.95).labels.tolist() == [2, 2]
        assert len(self.labelled.certain(0.5).labels) == 4

    def test_means(self):
        assert self.labelled.means().tolist() == [[1, 0], [0, 5]]

    def test_proportions(self):
        assert self.labelled.proportions(3).tolist() == [0.5, 0, 0.5]
        assert self.labelled.certain(2).proportions(3).tolist() == [0, 0, 0]

    def test_nearest_mean(self):
        classifier = latent_space.nearest_mean(self.labelled)
        assert classifier.predict([[0.5, 1], [-1, 4]]).tolist() == [0, 2]


class TestPlane:
    def test_keeps_distances(self):
        three = random.normal(size=(3, 100))
        plane = Plane(three)
        np.testing.assert_allclose(plane.latents(plane.points), three, atol=1e-5)
        np.testing.assert_allclose(
            np.linalg.norm(plane.points[0] - plane.points[1]),
            np.linalg.norm(three[0] - three[1]),
        )
        np.testing.assert_allclose(plane.latents([[0, 0]])[0], three.mean(axis=0), atol=1e-6)

    @pytest.mark.parametrize("three", [[[0, 0], [1, 1], [2, 2]], [[0, 0], [1, 0]], np.eye(4)])
    def test_points_that_span_none(self, three):
        with pytest.raises(ValueError, match="three latents that do not lie on one line"):
            Plane(three)


@pytest.mark.parametrize("averaged", [1, 25])
def test_expected_norm_is_that_of_means_of_drawn_latents(averaged):
    drawn = random.standard_normal((2000, averaged, 100)).mean(axis=1)
    measured = np.linalg.norm(drawn, axis=1).mean()
    assert latent_space.expected_norm(100, averaged) == pytest.approx(measured, rel=0.01)


def test_linear():
    assert latent_space.linear([0, 0], [2, 4], 3).tolist() == [[0, 0], [1, 2], [2, 4]]


def test_spherical_keeps_the_norm_and_equal_angles():
    path = latent_space.spherical(np.array([3.0, 0]), np.array([0, 3.0]), 4)
    angles = np.degrees(np.arctan2(path[:, 1], path[:, 0]))
    np.testing.assert_allclose(angles, [0, 30, 60, 90], atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), 3, rtol=1e-6)


@pytest.mark.parametrize("end", [[2.0, 0.0], [-1.0, 0.0]])
def test_spherical_is_the_line_where_there_is_no_arc(end):
    path = latent_space.spherical(np.array([1.0, 0.0]), np.array(end), 3)
    np.testing.assert_allclose(path, latent_space.linear([1.0, 0.0], end, 3))


def test_noise():
    latents = np.zeros((500, 20), np.float32)
    noisy = latent_space.with_noise(latents, 0.9, seed=1)
    assert noisy.std() == pytest.approx(0.9, rel=0.02) and noisy.dtype == np.float32
    assert np.array_equal(noisy, latent_space.with_noise(latents, 0.9, seed=1))
    assert np.array_equal(latent_space.with_noise(latents, 0), latents)


def test_functional_models_work_too():
    image = keras.Input((2,))
    generator = keras.Model(image, layers.Reshape((1, 2, 1))(image))
    labelled = LatentSpace(generator, reading_classifier()).label([[1, 0]])
    assert labelled.labels.tolist() == [0]


def test_a_classifier_without_probabilities():
    logits = keras.Sequential([layers.Input((1, 2, 1)), layers.Flatten()])
    generator = keras.Sequential([layers.Input((2,)), layers.Reshape((1, 2, 1))])
    with pytest.raises(ValueError, match="gives no probabilities of two or more classes"):
        LatentSpace(generator, logits)
