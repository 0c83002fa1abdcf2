"""Random shearing that comes back from a saved network."""

import keras


@keras.saving.register_keras_serializable("gan_tf")
class RandomShear(keras.layers.RandomShear):
    """Keras's `RandomShear`, which refuses to be read again as it writes itself.

    One factor f means -f to f, and is written as these two, of which Keras takes positive ones
    only; here it is written as the one.
    """

    def get_config(self):
        factors = {"x_factor": self.x_factor, "y_factor": self.y_factor}
        given = {name: high if low < 0 else (low, high) for name, (low, high) in factors.items()}
        return {**super().get_config(), **given}
