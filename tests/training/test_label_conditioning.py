import numpy as np
import pytest
import tensorflow as tf

from gan_tf import training


def test_labels_follow_the_latents_and_fill_their_plane():
    latents = tf.constant([[1.5, -2.0], [0.5, 3.0]])
    assert training.with_labels(latents, [2, 0], 3).numpy().tolist() == [
        [1.5, -2.0, 0.0, 0.0, 1.0],
        [0.5, 3.0, 1.0, 0.0, 0.0],
    ]
    planes = training.with_label_planes(tf.fill((2, 4, 5, 1), -0.5), np.uint8([2, 0]), 3).numpy()
    assert planes.shape == (2, 4, 5, 4)
    assert (planes == [[[[-0.5, 0, 0, 1]]], [[[-0.5, 1, 0, 0]]]]).all()


@pytest.mark.parametrize(
    "labels, message",
    [
        ([12, 1], "must be from 0 to 9"),
        ([[1], [2]], r"must have the shape \(2,\)"),
        ([3], r"must have the shape \(2,\)"),
        (["1", "2"], "must be whole numbers"),
    ],
)
def test_labels_that_are_none(labels, message):
    for tell, inputs in (
        (training.with_labels, tf.zeros((2, 4))),
        (training.with_label_planes, tf.zeros((2, 3, 3, 1))),
    ):
        with pytest.raises(ValueError, match=message):
            tell(inputs, np.array(labels), 10)
