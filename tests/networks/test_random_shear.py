import keras
import pytest

from gan_tf.networks.random_shear import RandomShear


@pytest.mark.parametrize("factor", [0.1, 0.0, (0.05, 0.2)])
def test_is_read_as_it_was_written(factor):
    layer = RandomShear(factor, 0.1, fill_mode="constant")
    again = keras.layers.deserialize(keras.layers.serialize(layer))
    assert (again.x_factor, again.y_factor) == (layer.x_factor, layer.y_factor)
    assert again.fill_mode == "constant"
