"""Adam with learning rates that fall, as published, and with a moving average of the weights."""

import keras
import numpy as np
import tensorflow as tf
from keras.optimizers.schedules import CosineDecay, ExponentialDecay


def decaying_adam(
    learning_rate: float, beta_1: float, beta_2: float, decay_steps: int, decay_rate: float
) -> keras.Optimizer:
    """Adam whose learning rate is multiplied by `decay_rate` every `decay_steps` steps."""
    schedule = ExponentialDecay(learning_rate, decay_steps, decay_rate, staircase=True)
    return Adam(schedule, beta_1, beta_2)


@keras.saving.register_keras_serializable("gan_tf")
class Adam(keras.optimizers.Adam):
    """Keras's Adam, which updates a variable in one operation of TensorFlow's in place of a dozen.

    The numbers are Keras's but for rounding, the arguments too. What is gained is in
    benchmarks/README.md.
    """

    def update_step(self, gradient, variable, learning_rate):
        # Two things that TensorFlow's operation does not know.
        if self.amsgrad or isinstance(gradient, tf.IndexedSlices):
            return super().update_step(gradient, variable, learning_rate)
        dtype, index = variable.dtype, self._get_variable_index(variable)
        step = tf.cast(self.iterations + 1, dtype)
        beta_2_power = self.beta_2**step
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=self.beta_1**step,
            beta2_power=beta_2_power,
            lr=tf.cast(learning_rate, dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self._epsilon(beta_2_power),
            grad=tf.cast(gradient, dtype),
        )

    def _epsilon(self, beta_2_power):
        """What is added to the root of the second moment, which is not corrected for its bias."""
        return self.epsilon


@keras.saving.register_keras_serializable("gan_tf")
class PublishedAdam(Adam):
    """Adam with epsilon beside the bias-corrected second moment (Kingma and Ba 2015, algorithm 1).

    In Keras's Adam epsilon stands beside the one that is not corrected, where it weighs up to
    1 / sqrt(1 - beta_2) times as much in the first steps. So it is smaller here.
    """

    def _epsilon(self, beta_2_power):
        return self.epsilon * tf.sqrt(1 - beta_2_power)


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


@keras.saving.register_keras_serializable("gan_tf")
class AveragingAdam(Adam):
    """Adam that also keeps a moving average of the weights, from which images are drawn.

    Yazici et al. 2019 (arXiv:1806.04498). It is Keras's own average (`use_ema`), but of the first
    steps it keeps less: after t steps at most t / (t + 10), so that short trainings draw from
    what they have learnt and not from where they began.

    Args:
        learning_rate, beta_1, beta_2: of Adam.
        ema_momentum: how much of the average each step keeps.
        **kwargs: those of `Adam`.
    """

    def __init__(self, learning_rate=1e-3, beta_1=0.9, beta_2=0.999, ema_momentum=0.999, **kwargs):
        kwargs["use_ema"] = True
        super().__init__(learning_rate, beta_1, beta_2, ema_momentum=ema_momentum, **kwargs)

    def _update_model_variables_moving_average(self, trainable_variables):
        steps = tf.cast(self.iterations, tf.float32)
        momentum = tf.minimum(self.ema_momentum, steps / (steps + 10))
        averages = self._model_variables_moving_average
        for variable, average in zip(trainable_variables, averages, strict=True):
            average.assign(momentum * average + (1 - momentum) * variable)


def averaged(network: keras.Model, optimizer: keras.Optimizer) -> list[np.ndarray]:
    """The weights of a network, the trained ones as the optimiser's moving averages of them."""
    averages = dict(
        zip(
            map(id, network.trainable_variables),
            optimizer._model_variables_moving_average,
            strict=True,
        )
    )
    return [averages.get(id(weight), weight).numpy() for weight in network.weights]


def cosine_adam(
    learning_rate: float, beta_1: float, beta_2: float, decay_steps: int, ema_momentum: float = 0
) -> keras.Optimizer:
    """Adam whose rate falls by half a cosine to 0; with a momentum an `AveragingAdam`."""
    schedule = CosineDecay(learning_rate, decay_steps)
    if ema_momentum:
        return AveragingAdam(schedule, beta_1, beta_2, ema_momentum)
    return Adam(schedule, beta_1, beta_2)
