import itertools
from collections import Counter

import numpy as np
import pytest

from gan_tf.training import batches


def collect(**options):
    indices = np.arange(250, dtype=np.uint8).reshape(-1, 1, 1, 1)
    return [b.numpy().ravel() for b in batches.batches(indices, 100, **options)]


class TestBatches:
    def test_each_epoch_is_another_order_without_repeats(self):
        batches = collect(seed=0, epochs=2)
        assert [len(b) for b in batches] == [100] * 4
        first, second = np.concatenate(batches[:2]), np.concatenate(batches[2:])
        assert len(set(first)) == len(set(second)) == 200
        assert not np.array_equal(first, second)

    def test_a_resumed_epoch_has_the_order_of_the_uninterrupted_one(self):
        assert np.array_equal(
            collect(seed=3, epochs=4)[4:], collect(seed=3, epochs=4, initial_epoch=2)
        )

    def test_all_images_come_before_one_comes_again(self):
        batches = collect(seed=0, epochs=2, count=760)
        assert [len(b) for b in batches] == [100] * 14
        served = np.concatenate(batches[:7])
        passes = served[:250], served[250:500], served[500:]
        assert [len(set(images)) for images in passes] == [250, 250, 200]
        assert not np.array_equal(passes[0], passes[1])
        assert not np.array_equal(served, np.concatenate(batches[7:]))
        assert np.array_equal(collect(seed=0, epochs=2, initial_epoch=1, count=760), batches[7:])

    def test_the_seed_decides_the_order(self):
        assert np.array_equal(collect(seed=1, epochs=1), collect(seed=1, epochs=1))
        assert not np.array_equal(collect(seed=1, epochs=1), collect(seed=2, epochs=1))


def test_steps():
    assert batches.steps_per_epoch(60_000, 256) == 234
    assert batches.steps_per_execution(234) == 18
    assert batches.steps_per_execution(600) == 25
    assert batches.steps_per_execution(7) == 7
    assert batches.steps_per_execution(31) == 1
    with pytest.raises(ValueError, match="batch of 256 images .* only 100"):
        batches.steps_per_epoch(100, 256)


class TestShifted:
    def shifted(self, seed=0, *keys):
        image = np.zeros((5, 4, 2), np.uint8)
        image[2, 1] = 7, 9
        image[0, 0, 0] = 5
        return batches.shifted(np.stack([image] * 900), seed, *keys).numpy()

    def test_by_up_to_a_pixel_in_each_direction(self):
        images = self.shifted()
        assert images.shape == (900, 5, 4, 2) and images.dtype == np.uint8
        assert (images[..., 1].sum(axis=(1, 2)) == 9).all()
        shifts = Counter()
        for image in images:
            [(row, column)] = np.argwhere(image[..., 1] == 9)
            shifts[row - 2, column - 1] += 1
            assert image[row, column, 0] == 7
            # The pixel in the corner is lost where it leaves the image, and nothing comes in.
            stays = row >= 2 and column >= 1
            assert image[..., 0].sum() == (12 if stays else 7)
        assert sorted(shifts) == list(itertools.product((-1, 0, 1), repeat=2))
        assert all(60 < times < 140 for times in shifts.values())

    def test_belongs_to_seed_and_keys(self):
        assert np.array_equal(self.shifted(1, 2), self.shifted(1, 2))
        assert not np.array_equal(self.shifted(1, 2), self.shifted(1, 3))
        assert not np.array_equal(self.shifted(1, 2), self.shifted(2, 2))


def test_repeated():
    images, labels = batches.repeated((np.arange(4), np.arange(4) * 2), 9)
    assert images.tolist() == [0, 1, 2, 3] * 3 and labels.tolist() == [0, 2, 4, 6] * 3
    assert batches.repeated((np.arange(4),), 4)[0].tolist() == [0, 1, 2, 3]
