import io

import keras
import numpy as np
import pytest

from gan_tf.networks import classifiers
from gan_tf.storage import compression


def through_a_file(weights):
    content = compression.packed(compression.compressed(weights))
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return compression.restored(dict(arrays)), len(content)


def test_hand_worked():
    # Root mean squares 16 and 3.2: steps of 1 and .2. Of the third slice, the largest weight
    # decides: 254 / 127 = 2.
    kernel = np.array([[16, 3.2, 254], [-16, -3.2, 0], [16, 3.2, 3], [16, -3.2, 0]], "float32")
    arrays = compression.compressed([np.delete(kernel, 2, axis=1)])
    assert arrays["step_0"] == pytest.approx([1, 0.2])
    assert arrays["arr_0"].tolist() == [[16, 16], [-16, -16], [16, 16], [16, -16]]
    many = np.zeros((1000, 3), "float32")
    many[:4] = kernel
    arrays = compression.compressed([many])
    assert arrays["step_0"][2] == 2 and arrays["arr_0"][:4, 2].tolist() == [127, 0, 2, 0]


def test_kernels_are_integers_and_vectors_float16():
    arrays = compression.compressed(classifiers.lenet().get_weights())
    assert {arrays[f"arr_{i}"].dtype for i in range(0, 10, 2)} == {np.dtype(np.int8)}
    assert {arrays[f"arr_{i}"].dtype for i in range(1, 10, 2)} == {np.dtype(np.float16)}


def test_vectors_too_large_for_float16_stay_float32():
    vector = np.array([7e4, -1], "float32")
    assert compression.compressed([vector])["arr_0"].dtype == np.float32
    (restored,), _ = through_a_file([vector])
    assert np.array_equal(restored, vector)


@pytest.mark.parametrize("scale", [1e-6, 1, 1e6])
def test_nothing_is_off_by_more_than_half_a_step(scale):
    kernel = scale * np.random.default_rng(0).normal(size=(5, 5, 8, 16)).astype("float32")
    (restored,), _ = through_a_file([kernel])
    rms = np.sqrt(np.mean(kernel**2, axis=(0, 1, 2)))
    assert restored.dtype == np.float32 and restored.shape == kernel.shape
    assert (np.abs(restored - kernel) <= rms / 32 * 1.001).all()


def test_zeros_stay_zeros():
    (restored,), _ = through_a_file([np.zeros((3, 4), "float32")])
    assert np.array_equal(restored, np.zeros((3, 4)))


def test_size_is_a_fifth_of_float32():
    network = classifiers.cnn_4l()
    for weight in network.trainable_variables:
        if len(weight.shape) > 1:
            weight.assign(keras.random.normal(weight.shape, stddev=0.05, seed=1))
    _, size = through_a_file(network.get_weights())
    assert size < 4 * network.count_params() / 4.8


def test_float16_without_steps_is_read_too():
    kernel = np.array([[1.5, -2]], np.float16)
    (restored,) = compression.restored({"arr_0": kernel})
    assert restored.dtype == np.float32 and restored.tolist() == [[1.5, -2]]


def test_small_networks_are_released_in_float16():
    small, large = (build().get_weights() for build in (classifiers.lenet, classifiers.fcnn))
    assert {array.dtype for array in compression.released(small).values()} == {np.dtype(np.float16)}
    assert "step_0" in compression.released(large)


def test_few_greys():
    images = np.arange(256, dtype=np.uint8)
    greys = compression.in_few_greys(images)
    assert len(np.unique(greys)) == 64 and greys[[0, 255]].tolist() == [0, 255]
    assert np.abs(greys.astype(int) - images).max() == 2
    assert np.array_equal(compression.in_few_greys(greys), greys)
