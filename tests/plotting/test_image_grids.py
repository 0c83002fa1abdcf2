import numpy as np

from gan_tf import plotting

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
