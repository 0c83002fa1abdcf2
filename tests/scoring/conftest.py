import numpy as np
import pytest

from gan_tf import data
from gan_tf.scoring import scorecard


def blobs(count, seed, spread=1.0):
    """Images uint8 (count, 12, 12, 3) of a bright spot somewhere on a dark ground."""
    random = np.random.default_rng(seed)
    rows, columns = random.normal(6, spread, (2, count, 1, 1))
    grid = np.arange(12)
    squared = (grid[:, None] - rows) ** 2 + (grid[None] - columns) ** 2
    spots = np.exp(-squared / 6)[..., None] * random.uniform(120, 250, (count, 1, 1, 3))
    return spots.astype(np.uint8)


@pytest.fixture(scope="session")
def real():
    """Six hundred training and four hundred test images of spots, without labels."""
    return data.Dataset(blobs(600, 0), None, blobs(400, 1), None)


@pytest.fixture(scope="session")
def card(real):
    """The scorecard of four hundred more such images."""
    return scorecard(blobs(400, 2), real)


@pytest.fixture(scope="session")
def wide(real):
    """The scorecard of spots that lie farther from the middle."""
    return scorecard(blobs(400, 3, spread=2.5), real)
