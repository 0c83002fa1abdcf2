"""Trainings in TensorBoard: the metrics of each epoch, and the samples of a GAN."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from gan_tf import arguments
from gan_tf.plotting.image_grids import tile
from gan_tf.runs.finished_run import Run
from gan_tf.runs.tensorflow_errors import as_os_errors
from gan_tf.storage import files


class Writer:
    """Writes TensorBoard's event files of one training to `folder`.

    Raises:
        OSError: if `folder` cannot be made or written.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        with files.explaining_write_errors(folder), as_os_errors():
            folder.mkdir(parents=True, exist_ok=True)
            self._writer = tf.summary.create_file_writer(str(folder))

    def epoch(
        self, epoch: int, metrics: dict[str, float], samples: np.ndarray | None = None
    ) -> None:
        """Write what an epoch has come to.

        Args:
            epoch: from 1.
            metrics: a name -> a number.
            samples: None, or uint8 (n, height, width, channels).
        """
        with (
            files.explaining_write_errors(self._folder),
            as_os_errors(),
            self._writer.as_default(step=epoch),
        ):
            for name, value in metrics.items():
                tf.summary.scalar(name, value)
            if samples is not None:
                sheet = tile(samples, columns=min(10, len(samples)))
                tf.summary.image("samples", sheet[None])
            self._writer.flush()


class Watch(keras.callbacks.Callback):
    """Writes every epoch of a training as it ends.

    Args:
        folder: of the event files.
        pictures: function that gives the latest samples, or `None`.
    """

    def __init__(self, folder: Path, pictures: Callable[[], np.ndarray | None]):
        super().__init__()
        self._writer, self._pictures = Writer(folder), pictures

    def on_epoch_end(self, epoch, logs=None):
        self._writer.epoch(epoch + 1, logs, self._pictures())


def write(run: Run, folder: str | Path) -> None:
    """Write the event files of a finished `runs.Run` to `folder`, instead of those there.

    Raises:
        ValueError: if `folder` is no path.
        OSError: if it cannot be written.
    """
    folder = arguments.path(folder, "folder")
    with files.explaining_write_errors(folder):
        for old in folder.glob("events.out.tfevents.*"):
            old.unlink()
    writer, samples = Writer(folder), getattr(run, "samples", None)
    for epoch, row in run.history.iterrows():
        writer.epoch(epoch, row, None if samples is None else samples[epoch])


def serve(folder: Path) -> None:
    """Run TensorBoard on `folder` until it is stopped, by Ctrl-C."""
    with suppress(KeyboardInterrupt):
        subprocess.run([sys.executable, "-m", "tensorboard.main", "--logdir", folder], check=False)
