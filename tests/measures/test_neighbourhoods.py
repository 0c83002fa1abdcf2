import numpy as np
import pytest
from prdc import compute_prdc

from gan_tf.measures import neighbourhoods
from gan_tf.measures.neighbourhoods import neighbourhoods as found


def test_by_hand():
    # On a line, k = 1: the radii of the real ones are 1, 1, 2; of the generated ones .5, .5, 6.
    real, generated = np.array([[0.0], [1], [3]]), np.array([[0.5], [1], [7]])
    by = found(real, generated, k=1)
    assert by.in_real.tolist() == [True, True, False]
    # .5 lies in the balls of 0 and 1, and 1 in those of 0, 1 and 3, on the border of two.
    assert by.density.tolist() == [2, 3, 0]
    assert by.covered.tolist() == [True, True, True]
    assert by.in_generated.tolist() == [True, True, True]
    # The radii of the half are 1 and 1: of 0 and 1.
    assert by.realism.tolist() == [2, np.inf, 1 / 6]


@pytest.mark.parametrize("k", [1, 3, 5])
def test_as_the_authors_of_density_and_coverage_compute_it(k, monkeypatch):
    random = np.random.default_rng(k)
    real, generated = random.normal(size=(300, 8)), random.normal(0.4, 0.9, (250, 8))
    expected = compute_prdc(real, generated, nearest_k=k)
    monkeypatch.setattr(neighbourhoods, "MEGABYTES", 0.1)  # In many blocks.
    by = found(real, generated, k)
    assert by.in_real.mean() == pytest.approx(expected["precision"])
    assert by.in_generated.mean() == pytest.approx(expected["recall"])
    assert by.density.mean() == pytest.approx(expected["density"])
    assert by.covered.mean() == pytest.approx(expected["coverage"])


def test_what_has_no_neighbourhoods():
    with pytest.raises(ValueError, match="generated must have 2 numbers an image, but have 3"):
        found(np.zeros((9, 2)), np.zeros((9, 3)))
    with pytest.raises(ValueError, match="5 images have no neighbourhoods of 5 neighbours"):
        found(np.zeros((9, 2)), np.zeros((5, 2)))


def test_images_that_repeat():
    by = found(np.zeros((9, 2)), np.array([[0.0, 0], [1, 0]] * 4), k=3)
    assert (
        by.realism.tolist() == pytest.approx([np.inf, 0] * 4)
        and by.in_real.tolist() == [True, False] * 4
    )
