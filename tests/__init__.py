import gan_tf.environment.quiet_tensorflow  # noqa: F401, before the tests import TensorFlow themselves
