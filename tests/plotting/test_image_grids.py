import numpy as np
import pytest

from gan_tf import plotting
from gan_tf.plotting import style

IMAGES = np.random.default_rng(0).integers(0, 256, (11, 5, 6, 1), dtype=np.uint8)


def test_tile_puts_images_row_by_row():
    sheet = plotting.tile(IMAGES, columns=4, gap=1)
    assert sheet.shape == (3 * 6 + 1, 4 * 7 + 1, 1)
    assert np.array_equal(sheet[1:6, 1:7], IMAGES[0])
    assert np.array_equal(sheet[7:12, 8:14], IMAGES[5])
    assert (sheet[13:, 22:] == 255).all()


def test_grids_show_the_pixels_under_their_names():
    figure = plotting.grids({"real": IMAGES, "generated": IMAGES[:4]})
    assert [axis.get_title() for axis in figure.axes] == ["real", "generated"]
    shown = figure.axes[0].images[0]
    assert np.array_equal(shown.get_array(), plotting.tile(IMAGES, 4).squeeze())
    assert shown.get_clim() == (0, 255)


def test_grids_in_rows_fill_them_from_the_left():
    figure = plotting.grids({"a": IMAGES, "b": IMAGES, "c": IMAGES[:4]}, across=2)
    assert [axis.get_title() for axis in figure.axes] == ["a", "b", "c", ""]
    assert [len(axis.images) for axis in figure.axes] == [1, 1, 1, 0]
    assert figure.get_size_inches()[0] == 8


def test_samples_by_epoch_have_a_row_for_each_training():
    first, second = np.stack([IMAGES] * 4), np.stack([255 - IMAGES] * 4)
    figure = plotting.samples_by_epoch({"one": first, "other": second}, [1, 3], count=9)
    assert [axis.get_title() for axis in figure.axes] == ["epoch 1", "epoch 3", "", ""]
    assert [axis.get_ylabel() for axis in figure.axes] == ["one", "", "other", ""]
    shown = figure.axes[3].images[0].get_array()
    assert np.array_equal(shown, plotting.tile(255 - IMAGES[:9], 3).squeeze())


def test_sample_epochs():
    samples = np.stack([IMAGES] * 4)
    figure = plotting.sample_epochs(samples, [1, 3], count=9)
    assert [axis.get_title() for axis in figure.axes] == ["epoch 1", "epoch 3"]


def test_colour_images():
    figure = plotting.sample_grid(IMAGES.repeat(3, axis=3))
    assert figure.axes[0].images[0].get_array().shape[-1] == 3


def test_labelled_images():
    images = np.zeros((5, 4, 4, 1), np.uint8)
    axes = plotting.labelled_images(images, ["3", 4, "x", "y", "z"], columns=3).axes
    assert [axis.get_title() for axis in axes] == ["3", "4", "x", "y", "z", ""]
    assert [len(axis.images) for axis in axes] == [1] * 5 + [0]


def test_no_labelled_images_make_an_empty_row():
    figure = plotting.labelled_images(IMAGES[:0], [], columns=3)
    assert len(figure.axes) == 3 and not any(axis.images for axis in figure.axes)


def test_many_images_are_not_drawn_smaller_than_their_pixels(tmp_path):
    few, many = (plotting.sample_grid(np.repeat(IMAGES, n, axis=0)) for n in (1, 1000))
    assert few.get_size_inches()[0] == 5
    columns = 105  # Of 11,000 images.
    assert many.get_size_inches()[0] * style.DPI == columns * (6 + 2)


class TestBadInput:
    FLOATS = IMAGES / np.float32(255)
    SAMPLES = np.stack([IMAGES] * 4)

    @pytest.mark.parametrize(
        "draw, message",
        [
            (lambda c: plotting.labelled_images(c.FLOATS, range(11), 4), "must be uint8"),
            (lambda c: plotting.labelled_images(IMAGES, [1, 2], 4), "11 images, but 2 labels"),
            (lambda c: plotting.labelled_images(IMAGES, range(11), 0), "columns is 0"),
            (lambda c: plotting.grids({"a": IMAGES}, columns=0), "columns is 0"),
            (lambda c: plotting.grids({"a": IMAGES}, across=-1), "across is -1"),
            (lambda c: plotting.tile(IMAGES, 4, gap=-5), "gap is -5"),
            (
                lambda c: plotting.sample_epochs(c.SAMPLES, [4]),
                "must be a whole number from 0 to 3",
            ),
            (lambda c: plotting.sample_epochs(c.SAMPLES, [-1]), "an epoch of samples is -1"),
            (lambda c: plotting.samples_by_epoch({"a": c.SAMPLES}, []), "no samples to draw"),
            (lambda c: plotting.samples_by_epoch({}, [1]), "no samples to draw"),
            (lambda c: plotting.samples_by_epoch({"a": IMAGES}, [1]), "samples of a must be uint8"),
        ],
    )
    def test_is_refused_in_a_sentence(self, draw, message):
        with pytest.raises(ValueError, match=message):
            draw(self)
