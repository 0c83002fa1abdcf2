import gan_tf.quiet  # noqa: F401, before the tests import TensorFlow themselves
