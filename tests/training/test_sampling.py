import numpy as np

from gan_tf import data, training
from tests import tiny


def test_fixed_latents_are_normal_and_belong_to_the_seed():
    latents = training.fixed_latents(5, 2000).numpy()
    assert latents.shape == (2000, 100)
    assert abs(latents.mean()) < 0.01 and abs(latents.std() - 1) < 0.01
    assert np.array_equal(latents, training.fixed_latents(5, 2000))
    assert not np.array_equal(latents, training.fixed_latents(6, 2000))


def test_generate_gives_pixels():
    latents = training.fixed_latents(0, 7, 4)
    generator = tiny.generator()
    images = training.generate(generator, latents, batch_size=3)
    assert images.shape == (7, 28, 28, 1) and images.dtype == np.uint8
    assert np.array_equal(images, data.from_signed(generator(latents)))
