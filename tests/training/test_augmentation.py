import numpy as np
import pytest
import tensorflow as tf

from gan_tf.training.augmentation import Augmentation, moved


def spot():
    """An image (1, 8, 8, 1), black but for one white pixel."""
    image = np.full((1, 8, 8, 1), -1, np.float32)
    image[0, 3, 4] = 1
    return image


def numbers(count, seed=0):
    return tf.constant(np.random.default_rng(seed).random((count, 4)), tf.float32)


def test_moved_down_and_to_the_left():
    image = moved(spot(), tf.constant([[2]]), tf.constant([[-3]]), -1).numpy()
    assert image[0, 5, 1] == 1 and (image == 1).sum() == 1
    assert set(np.unique(image)) == {-1, 1}


@pytest.mark.parametrize("rows, columns", [(8, 0), (0, 9), (-40, 40)])
def test_moved_out_of_the_image(rows, columns):
    image = moved(spot(), tf.constant([[rows]]), tf.constant([[columns]]), -1).numpy()
    assert (image == -1).all()


def test_every_shift_is_equally_frequent_and_no_other_comes():
    augment = Augmentation(translation=1 / 4, cutout=0)
    images = augment.apply(tf.repeat(spot(), 5000, axis=0), numbers(5000)).numpy()[..., 0]
    _, rows, columns = np.nonzero(images == 1)
    assert len(rows) == 5000
    for places, start in ((rows, 3), (columns, 4)):
        counts = np.bincount(places - start + 2)
        assert len(counts) == 5 and (np.abs(counts - 1000) < 150).all()


def test_a_square_is_covered():
    augment = Augmentation(translation=0, cutout=1 / 2)
    images = augment.apply(tf.ones((300, 8, 8, 1)), numbers(300)).numpy()[..., 0]
    covered = images == 0
    assert covered.sum(axis=(1, 2)).max() == 16 and covered.any(axis=0).all()
    for part in covered:
        rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
        assert 2 <= len(rows) <= 4 and 2 <= len(columns) <= 4
        assert part.sum() == len(rows) * len(columns)
        assert np.ptp(rows) == len(rows) - 1 and np.ptp(columns) == len(columns) - 1


def test_gradients_go_back_to_where_the_pixels_came_from():
    augment, images = Augmentation(), tf.constant(np.repeat(spot(), 6, axis=0))

    @tf.function(jit_compile=True)
    def gradient(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            seen = tf.reduce_sum(augment.apply(images, numbers(6)) * 3)
        return tape.gradient(seen, images)

    seen = augment.apply(
        tf.constant(np.arange(6 * 64, dtype=np.float32).reshape(6, 8, 8, 1)), numbers(6)
    )
    for slopes, part in zip(gradient(images).numpy(), seen.numpy(), strict=True):
        kept = np.setdiff1d(part, (-1, 0)).astype(int) % 64
        expected = np.zeros(64)
        expected[kept] = 3
        # The first image's first pixel is 0, as what is covered: left open.
        np.testing.assert_array_equal(slopes.ravel()[1:], expected[1:])


def test_nothing_is_changed_where_nothing_is_asked_for():
    images = tf.random.stateless_uniform((5, 8, 8, 3), (0, 1), -1, 1)
    np.testing.assert_array_equal(Augmentation(0, 0).apply(images, numbers(5)), images)


@pytest.mark.parametrize("options", [{"translation": -0.1}, {"cutout": 1.0}])
def test_impossible_parts(options):
    name, value = *options, *options.values()
    with pytest.raises(ValueError, match=f"{name} is {value}, but must be a part of the sides"):
        Augmentation(**options)
