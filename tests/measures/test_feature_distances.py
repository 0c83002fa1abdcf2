import numpy as np
import pytest

from gan_tf.measures import feature_distances, metrics


def normal(count, shift=0.0, seed=0, dimensions=6):
    return np.random.default_rng(seed).normal(shift, 1, (count, dimensions))


class TestFrechetDistanceAtInfinity:
    def test_has_less_bias_than_the_distance_of_few_images(self):
        real = normal(200_000, seed=1)
        # Of two equal normal distributions the distance of infinitely many is 0.
        few = normal(600, seed=2)
        plain = metrics.frechet_distance(few, real)
        assert plain > 0.02
        assert abs(feature_distances.frechet_distance_at_infinity(few, real)) < plain / 2

    def test_is_the_distance_of_the_distributions(self):
        # Means that are .5 apart in each of 6 dimensions: 6 / 4.
        found = feature_distances.frechet_distance_at_infinity(
            normal(20_000, 0.5, seed=3), normal(20_000, seed=4)
        )
        assert found == pytest.approx(1.5, abs=0.05)

    def test_its_distances_are_those_of_metrics(self):
        features, real = normal(500, 0.3, seed=5), normal(400, seed=6) * 2
        root = feature_distances._root(np.cov(real.T))
        fast = feature_distances._frechet(features, real.mean(axis=0), root)
        assert fast == pytest.approx(metrics.frechet_distance(features, real), rel=1e-9)

    def test_too_few(self):
        with pytest.raises(ValueError, match="35 images are too few to extrapolate .* 36 or more"):
            feature_distances.frechet_distance_at_infinity(normal(35), normal(35))


class TestKernelDistance:
    def test_by_hand(self):
        one, other = np.array([[1.0, 0], [0, 1]]), np.array([[1.0, 1], [0, 0]])
        # (x.y / 2 + 1)^3: within one 1, within the other 1, across 1.5^3 twice and 1 twice.
        found = feature_distances.kernel_distance(one, other, block=2)
        assert found.value == pytest.approx(1 + 1 - 2 * (2 * 1.5**3 + 2) / 4)
        assert np.isnan(found.error)

    def test_is_without_bias(self):
        same = feature_distances.kernel_distance(normal(5000), normal(5000, seed=1), block=100)
        assert abs(same.value) < 3 * same.error
        shifted = feature_distances.kernel_distance(normal(5000, 0.3), normal(5000, seed=1), 100)
        assert shifted.value > 10 * shifted.error

    def test_too_few(self):
        with pytest.raises(ValueError, match="9 images do not fill a block of 10"):
            feature_distances.kernel_distance(normal(9), normal(20), block=10)
