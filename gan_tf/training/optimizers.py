"""Adam with learning rates that fall, and Adam as published, in TensorFlow's one kernel."""

import keras
import tensorflow as tf
from keras.optimizers.schedules import CosineDecay, ExponentialDecay


def decaying_adam(
    learning_rate: float, beta_1: float, beta_2: float, decay_steps: int, decay_rate: float
) -> keras.Optimizer:
    """Adam whose learning rate is multiplied by `decay_rate` every `decay_steps` steps."""
    schedule = ExponentialDecay(learning_rate, decay_steps, decay_rate, staircase=True)
    return keras.optimizers.Adam(schedule, beta_1, beta_2)


@keras.saving.register_keras_serializable("gan_tf")
class PublishedAdam(keras.optimizers.Adam):
    """Adam with epsilon beside the bias-corrected second moment (Kingma and Ba 2015, algorithm 1).

    In Keras's Adam epsilon stands beside the one that is not corrected, where it weighs up to
    1 / sqrt(1 - beta_2) times as much in the first steps. TensorFlow's kernel, which updates
    a variable in one go, takes epsilon in the same place, so it is given a smaller one then.
    """

    def update_step(self, gradient, variable, learning_rate):
        step = tf.cast(self.iterations + 1, tf.float32)
        beta_1_power, beta_2_power = self.beta_1**step, self.beta_2**step
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=beta_1_power,
            beta2_power=beta_2_power,
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon * tf.sqrt(1 - beta_2_power),
            grad=tf.cast(gradient, tf.float32),
        )


def late_decaying_adam(
    learning_rate: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
    constant_steps: int,
    decay_steps: int,
) -> PublishedAdam:
    """`PublishedAdam` with a constant rate for `constant_steps`, then half a cosine to 0."""
    schedule = CosineDecay(
        learning_rate, decay_steps, warmup_target=learning_rate, warmup_steps=constant_steps
    )
    return PublishedAdam(schedule, beta_1, beta_2, epsilon)
