import numpy as np
import pytest
from keras import Sequential, layers

from gan_tf import training
from gan_tf.measures import latent_space
from gan_tf.measures.latent_space import Labelled
from gan_tf.tools import digit_writing
from gan_tf.tools.digit_writing import ConditionalWriter, LatentWriter, morph, write


def row_generator(inputs):
    """Draws its inputs as grey values, one below the other."""
    return Sequential([layers.Input((inputs,)), layers.Reshape((inputs, 1, 1))])


@pytest.fixture
def latent_writer():
    """Digit d in style k is two pixels: one shows d, the other .4, .1 or 1 for k = 0, 1, 2."""
    labels = np.repeat(np.arange(10), 3)
    latents = np.stack([labels / 10, np.tile([0.1, 0.4, 1.0], 10)], axis=1).astype(np.float32)
    labelled = latent_space.Labelled(latents, labels, np.ones(30))
    return LatentWriter(row_generator(2), labelled)


@pytest.fixture
def conditional_writer():
    return ConditionalWriter(row_generator(13), styles=4, seed=1)


def grey(value):
    return round((value + 1) * 127.5)


def test_digits_stand_side_by_side(latent_writer):
    image = write("307", latent_writer, style=1)
    assert image.shape == (2, 3, 1) and image.dtype == np.uint8
    np.testing.assert_allclose(image[0, :, 0], [grey(0.3), grey(0.0), grey(0.7)], atol=1)
    np.testing.assert_allclose(image[1, :, 0], grey(0.1), atol=1)
    assert latent_writer.styles == 3


def test_the_most_typical_latent_comes_first(latent_writer):
    second_pixels = [write("3", latent_writer, style)[1, 0, 0] for style in range(3)]
    np.testing.assert_allclose(second_pixels, [grey(0.4), grey(0.1), grey(1.0)], atol=1)


def test_conditional_writer_tells_the_digit_and_keeps_the_style(conditional_writer):
    image = write("92", conditional_writer, style=2)
    assert image.shape == (13, 2, 1)
    assert np.array_equal(image[:3, 0], image[:3, 1])
    assert image[3:, 0, 0].argmax() == 9 and image[3:, 1, 0].argmax() == 2
    latents = training.fixed_latents(1, 4, 3).numpy()
    inside = np.abs(latents[2]) < 1
    np.testing.assert_allclose(
        image[:3, 0, 0][inside], np.rint((latents[2][inside] + 1) * 127.5), atol=1
    )


def test_morph_goes_from_one_number_to_the_other(latent_writer):
    frames = morph("10", "94", latent_writer, steps=5)
    assert frames.shape == (5, 2, 2, 1)
    assert np.array_equal(frames[0], write("10", latent_writer))
    assert np.array_equal(frames[-1], write("94", latent_writer))
    np.testing.assert_allclose(frames[2, 0, :, 0], [grey(0.5), grey(0.2)], atol=1)
    assert (np.diff(frames[:, 0, 0, 0].astype(int)) > 0).all()


@pytest.mark.parametrize("text", ["", "12a", "-3", "4.5", "²", "٣", 12, None])
def test_only_digits_can_be_written(text, latent_writer):
    with pytest.raises(ValueError, match="only a text of the digits 0 to 9 can"):
        write(text, latent_writer)


@pytest.mark.parametrize("style", [-1, 3, 1.5, "0"])
def test_unknown_style(style, latent_writer):
    with pytest.raises(ValueError, match="style is .*, but must be a whole number from 0 to 2"):
        write("1", latent_writer, style)


@pytest.mark.parametrize("steps", [0, 1.5])
def test_impossible_steps(steps, latent_writer):
    with pytest.raises(ValueError, match="steps is .*, but must be a whole number of at least 1"):
        digit_writing.morph("1", "2", latent_writer, steps=steps)


def test_a_digit_without_latents(latent_writer):
    some = Labelled(np.zeros((9, 2), np.float32), np.arange(9), np.ones(9))
    with pytest.raises(ValueError, match="no latent of the digit 9"):
        digit_writing.LatentWriter(latent_writer.generator, some)


def test_numbers_of_two_lengths(latent_writer):
    with pytest.raises(ValueError, match="'1' and '22' must have the same number of digits"):
        digit_writing.morph("1", "22", latent_writer)
