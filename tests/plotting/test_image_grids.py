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
