import numpy as np
import pytest

from gan_tf.scoring import trials
from gan_tf.scoring.image_sets import ImageSet
from gan_tf.scoring.measure_names import MEASURES


def test_every_released_generator_of_digits_is_scored():
    cells = trials.generators("paper")
    named = {(cell["recipe"], cell["run"]) for cell in cells}
    assert len(cells) == 3 * len(named)
    assert {("dcgan", 0), ("cgan", 0), ("wgan-clipped", 0), ("gavazzi", 2)} <= named
    # These keep no generator, or draw no digits.
    assert not {name for name, _ in named if "semi" in name or "svhn" in name or "cnn" in name}
    small = trials.generators("smoke")
    assert [cell["recipe"] for cell in small] == list(trials.FEW)


def test_defects_are_what_they_are_called():
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (400, 8, 8, 1), np.uint8)
    rest = ImageSet(images, np.arange(400) % 10)
    training = ImageSet(images[::-1], rest.labels)
    made = {name: spoil(rest, training, random) for name, spoil in trials.DEFECTS.items()}
    assert 7 not in made["no sevens"].labels and len(made["no sevens"]) == 360
    assert len(np.unique(made["100 images repeated"].images, axis=0)) == 100
    assert len(made["100 images repeated"]) == 400
    change = made["5% noise"].images.astype(float) - images
    assert change.std() == pytest.approx(0.05 * 255, rel=0.1)  # A little is cut off at 0 and 255.
    assert made["blurred"].images.std() < images.std() / 2
    assert made["training images"] is training and made["none"] is rest


@pytest.mark.slow
def test_small(home):
    found = trials.score_defect("training images", 0, "smoke")
    assert set(found) == set(MEASURES)
    # 256 images are too few for some.
    assert np.isnan(found["inception"]) and found["memorisation"] > 0.99
    found = trials.score_generator("tiny-conditional", 0, 0, "smoke")
    assert 0 <= found["gan_test"] <= 1 and found["recall"] < 0.5
