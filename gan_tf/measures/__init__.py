"""Measures of images and models: scores of realism, attention maps, the latent space."""

import gan_tf.environment.quiet_tensorflow  # noqa: F401, before anything imports TensorFlow
