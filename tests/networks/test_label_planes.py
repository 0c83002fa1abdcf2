import keras
import numpy as np

from gan_tf.networks.label_planes import label_planes


def test_the_plane_of_the_label_is_1():
    label = keras.layers.Input((3,))
    model = keras.Model(label, label_planes(label, 2, 5))
    planes = model(np.array([[0.0, 1.0, 0.0]])).numpy()
    assert planes.shape == (1, 2, 5, 3)
    assert (planes[..., 1] == 1).all() and planes.sum() == 10
