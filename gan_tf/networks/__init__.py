"""Networks: generators, discriminators, classifiers, and the layers that Keras has not.

Importing it registers the layers, so that Keras reads saved networks that have them.
"""

import gan_tf.environment.quiet_tensorflow  # noqa: F401, before anything imports TensorFlow

# isort: split
from gan_tf.networks import (  # noqa: F401
    fourier_convolution,
    fused_batch_normalisation,
    image_convolutions,
    random_shear,
    uniform_noise,
    weight_normalisation,
)
