import numpy as np
import pytest

from gan_tf.measures import copies


def test_memorisation_by_hand():
    # Of the six pairs the generated one is nearer in four.
    test = copies.memorisation(np.array([1.0, 3, 5]), np.array([2.0, 6]))
    assert test.share == pytest.approx(4 / 6)
    assert 0.05 < test.p_value < 0.5


def test_copies_are_nearer_than_new_images():
    random = np.random.default_rng(0)
    distances = random.random(500)
    copied = copies.memorisation(distances / 10, distances)
    assert copied.share > 0.9 and copied.p_value < 1e-9
    assert copies.memorisation(distances, distances).share == pytest.approx(0.5)
    far = copies.memorisation(distances + 1, distances)
    assert far.share == 0 and far.p_value == pytest.approx(1)


def test_nearest_within_and_duplicates():
    points = np.array([[0.0, 0], [3, 4], [0, 0], [10, 10]])
    nearest = copies.nearest_within(points)
    np.testing.assert_allclose(nearest, [0, 5, 0, np.hypot(7, 6)])
    real = np.linspace(1, 2, 101)
    assert copies.duplicates(nearest, real).tolist() == [True, False, True, False]
    assert copies.duplicates(np.array([1.0, 1.005, 1.01]), real).tolist() == [True, True, False]
    # The same image is a duplicate where real ones repeat, too.
    assert copies.duplicates(np.array([0.0, 1]), np.zeros(9)).tolist() == [True, False]


def test_too_few():
    with pytest.raises(ValueError, match="distances must be of at least 1 images, but are of 0"):
        copies.memorisation(np.array([]), np.array([1.0]))
    with pytest.raises(ValueError, match="vectors must be of at least 2 images, but are of 1"):
        copies.nearest_within(np.zeros((1, 2)))
