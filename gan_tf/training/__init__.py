"""Training: the GAN models and their losses, batches, callbacks, and a monitor of failures."""

import gan_tf.environment.quiet_tensorflow  # noqa: F401, before anything imports TensorFlow

# isort: split
from gan_tf.training import losses
from gan_tf.training.label_conditioning import with_label_planes, with_labels
from gan_tf.training.sampling import fixed_latents, generate, sample, told_labels

__all__ = [
    "fixed_latents",
    "generate",
    "losses",
    "sample",
    "told_labels",
    "with_label_planes",
    "with_labels",
]
