import io

import numpy as np
import pytest
from PIL import Image

from gan_tf.storage import same_but_for_rounding


@pytest.mark.parametrize(
    "value, significant, decimals",
    [
        (0.00382, 3, 5),
        (0.9893, 4, 4),
        (39.38, 4, 2),
        (2390.2, 4, 0),
        (12345.6, 4, 0),
        (0, 4, 3),
        (-0.5, 3, 3),
        (np.inf, 3, 2),
    ],
)
def test_decimals(value, significant, decimals):
    assert same_but_for_rounding.decimals(value, significant) == decimals


@pytest.mark.parametrize(
    "one, other",
    [
        ("accuracy 0.9893 ± 0.0012", "accuracy 0.9894 ± 0.0011"),
        ("1,839 errors", "1,840 errors"),
        ("6.7e-05", "6.8e-05"),
        ("the same words", "the same words"),
        ("<td>.45</td>", "<td>.46</td>"),
    ],
)
def test_same_text(one, other):
    assert same_but_for_rounding.same_text(one, other) and same_but_for_rounding.same_text(
        other, one
    )


@pytest.mark.parametrize(
    "one, other",
    [
        ("accuracy 0.9893", "accuracy 0.9895"),
        ("1,839 errors", "1,841 errors"),
        ("0.5 of real digits", "0.5 of synthetic digits"),
        ("0.5", "0.5 0.5"),
        ("6.7e-05", "6.7e-04"),
    ],
)
def test_other_text(one, other):
    assert not same_but_for_rounding.same_text(one, other)


def file(*frames, kind="PNG"):
    images, buffer = [Image.fromarray(frame) for frame in frames], io.BytesIO()
    more = {"save_all": True, "append_images": images[1:]} if kind == "GIF" else {}
    images[0].save(buffer, kind, **more)
    return buffer


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 200, (100, 100), np.uint8)


class TestSamePicture:
    def test_other_bytes(self, picture):
        other = io.BytesIO()
        Image.fromarray(picture).save(other, "PNG", compress_level=1)
        assert file(picture).getvalue() != other.getvalue()
        assert same_but_for_rounding.same_picture(file(picture), other)

    def test_up_to_32_levels_everywhere(self, picture):
        assert same_but_for_rounding.same_picture(file(picture), file(picture + 32))
        assert not same_but_for_rounding.same_picture(file(picture), file(picture + 33))

    def test_up_to_a_thousandth_of_the_pixels(self, picture):
        other = picture.copy()
        other[0, :10] = 255
        assert same_but_for_rounding.same_picture(file(picture), file(other))
        other[1, :5] = 255
        assert not same_but_for_rounding.same_picture(file(picture), file(other))

    def test_another_size(self, picture):
        assert not same_but_for_rounding.same_picture(file(picture), file(picture[:50]))

    def test_every_frame_counts(self, picture):
        first, last = picture, 255 - picture
        one = file(first, last, kind="GIF")
        assert same_but_for_rounding.same_picture(one, file(first, last, kind="GIF"))
        assert not same_but_for_rounding.same_picture(one, file(first, kind="GIF"))
        assert not same_but_for_rounding.same_picture(one, file(first, first.T, kind="GIF"))
