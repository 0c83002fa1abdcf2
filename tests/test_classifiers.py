import numpy as np

from gan_tf import classifiers


def test_lenet():
    lenet = classifiers.lenet()
    assert lenet.count_params() == 61_706
    probabilities = lenet(np.zeros((3, 28, 28, 1))).numpy()
    assert probabilities.shape == (3, 10)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert lenet.get_layer("features").output.shape == (None, 84)
