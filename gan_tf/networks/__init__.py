"""Networks: generators, discriminators, classifiers, and the layers that Keras has not."""

import gan_tf.environment.quiet_tensorflow  # noqa: F401, before anything imports TensorFlow
