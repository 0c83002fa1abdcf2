import numpy as np
import pytest
import tensorflow as tf

from gan_tf import data


def test_ranges_of_pixels():
    pixels = np.array([0, 51, 255], np.uint8)
    np.testing.assert_allclose(data.to_signed(pixels), [-1, -0.6, 1], atol=1e-6)
    np.testing.assert_allclose(data.to_unit(pixels), [0, 0.2, 1], atol=1e-7)
    assert data.to_signed(pixels).dtype == data.to_unit(pixels).dtype == tf.float32


def test_pixels_convert_inside_a_graph():
    pixels = tf.constant([[0, 100, 255]], tf.uint8)
    for convert in (data.to_signed, data.to_unit):
        np.testing.assert_allclose(tf.function(convert)(pixels), convert(pixels), rtol=1e-6)


def test_every_pixel_comes_back():
    pixels = np.arange(256, dtype=np.uint8)
    back = data.from_signed(data.to_signed(pixels))
    assert back.dtype == np.uint8
    np.testing.assert_array_equal(back, pixels)


def test_from_signed_rounds_to_the_nearest_and_clips():
    # 127.5 (x + 1): 127.5 * 0.01 = 1.275 and 127.5 * 0.013 = 1.6575.
    assert data.from_signed([-0.99, -0.987, -1.5, 1.5]).tolist() == [1, 2, 0, 255]


def test_from_signed_takes_half_precision():
    # 127.5 * 1.01 = 128.775; in bfloat16, 1.01 would become 1.0078 and the pixel 128.
    images = tf.cast([-1.0, 0.01, 1.0], tf.bfloat16)
    assert data.from_signed(images).tolist() == [0, 129, 255]


def test_from_signed_refuses_what_is_no_drawn_image():
    for pixels, sentence in (
        ([0.0, 21.0], "go up to 21, but must be in \\[-1, 1\\]: of pixels from 0 to 255, use"),
        ([0.0, np.nan], "NaN in places: the network that drew them has diverged"),
        (["a"], "must be floats in \\[-1, 1\\], but are <U1"),
    ):
        with pytest.raises(ValueError, match=sentence):
            data.from_signed(pixels)
