"""Keras callbacks of every training: its steps, its seeds, its progress, and its end at NaN."""

import datetime
import os
import time
from collections.abc import Callable

import keras
import numpy as np

from gan_tf.training.seeds import seed_dropout


class TrainingDiverged(ValueError):
    """A loss became NaN or infinite."""


class StepHistory(keras.callbacks.Callback):
    """Metrics and seconds of every execution of several steps, in `rows`: epoch, step, means."""

    def __init__(self):
        super().__init__()
        self.rows = []

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch, self.step, self.sums = epoch + 1, 0, {}
        self.started = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        step, now = batch + 1, time.perf_counter()
        # Keras gives the means over the epoch so far.
        sums = {name: float(mean) * step for name, mean in logs.items()}
        means = {
            name: (total - self.sums.get(name, 0.0)) / (step - self.step)
            for name, total in sums.items()
        }
        seconds = round(now - self.started, 4)
        self.rows.append({"epoch": self.epoch, "step": step, **means, "seconds": seconds})
        self.step, self.sums, self.started = step, sums, now


class StopAtNaN(keras.callbacks.Callback):
    """Stops a training whose loss is no longer a number, before the epoch is kept."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if not np.isfinite(list(logs.values())).all():
            # Only GANs, which are no plain Keras model, go back.
            can_go_back = self.epoch and hasattr(self.model, "generator")
            again = f", or go on with other random numbers (--from-epoch {self.epoch})"
            raise TrainingDiverged(
                f"The loss became NaN in epoch {self.epoch + 1}; the {self.epoch} epochs before "
                "are kept. Try another seed or a smaller learning rate"
                + (f"{again}." if can_go_back else ".")
            )


class ProgressLine(keras.callbacks.Callback):
    """One line an epoch: the named metrics, images a second, time left.

    On a terminal the line of the epoch in training is rewritten as it goes on.

    Args:
        batch_size: images a step.
        names: a metric's key -> what it is called in the line, in this order.
        warning: what to warn of at the end of an epoch's line, a function of epoch and metrics.
    """

    def __init__(
        self,
        batch_size: int,
        names: dict[str, str],
        warning: Callable[[int, dict[str, float]], str],
    ):
        super().__init__()
        self.batch_size = batch_size
        self.names = names
        self.warning = warning

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
        self.started = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        if os.isatty(1):
            print(f"\r{self._line(batch + 1, logs)}", end="", flush=True)

    def on_epoch_end(self, epoch, logs=None):
        start = "\r" if os.isatty(1) else ""
        warning = self.warning(epoch + 1, logs)
        line = self._line(self.params["steps"], logs)
        print(f"{start}{line}{'  ! ' if warning else ''}{warning}", flush=True)

    def _line(self, steps_done, logs):
        epochs, steps = self.params["epochs"], self.params["steps"]
        seconds = time.perf_counter() - self.started
        left = round(seconds / steps_done * (steps * (epochs - self.epoch) - steps_done))
        return (
            f"epoch {self.epoch + 1:3d}/{epochs}  step {steps_done:3d}/{steps}"
            + "".join(
                f"  {name} {logs[key]:.3f}" for key, name in self.names.items() if key in logs
            )
            + f"  {steps_done * self.batch_size / seconds:4.0f} images/s"
            f"  {datetime.timedelta(seconds=left)} left"
        )


class SeedDropout(keras.callbacks.Callback):
    """Begins each epoch's dropout from the seed and the epoch, so that it can be resumed."""

    def __init__(self, seed: int):
        super().__init__()
        self.seed = seed

    def on_epoch_begin(self, epoch, logs=None):
        seed_dropout([self.model], self.seed, epoch)
