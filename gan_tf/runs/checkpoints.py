"""Checkpoints: after each epoch all that a training goes on from, and in the end the run."""

import io
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from gan_tf.environment import hardware
from gan_tf.runs import kept_epochs, run_record
from gan_tf.runs.experiment import Experiment
from gan_tf.runs.run_folder import remedy
from gan_tf.storage import compression, files
from gan_tf.storage.run_places import epoch_file, epochs_done
from gan_tf.training import callbacks


class Checkpoint(keras.callbacks.Callback):
    """Keeps the last finished epoch in one file: networks, optimisers, history and what is kept.

    Args:
        partial: the folder of the training.
        info: what run.json says of it.
        experiment: the training.
    """

    def __init__(self, partial: Path, info: dict[str, Any], experiment: Experiment):
        super().__init__()
        self.partial = partial
        self.info = info
        self.experiment = experiment
        self.rows: list[dict[str, Any]] = []
        self.steps = callbacks.StepHistory()

    def resume(self) -> int:
        """Restore the last finished epoch and return its number, 0 if there is none.

        Raises:
            ValueError: if it is damaged.
        """
        if done := epochs_done(self.partial):
            files.read(done[-1], self._restore, remedy(self.partial))
        else:
            self.experiment.measure(0)
        files.write(self.partial / "run.json", run_record.written(self.info))
        return len(self.rows)

    def on_epoch_begin(self, epoch, logs=None):
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = round(time.perf_counter() - self.started, 2)
        logs.update(self.experiment.measure(epoch + 1))
        metrics = {key: float(logs[key]) for key in self.experiment.metrics if key in logs}
        self.rows.append({"epoch": epoch + 1, **metrics, "seconds": seconds})
        files.write(epoch_file(self.partial, epoch + 1), self._packed())
        best = self._best_epoch()
        for old in epochs_done(self.partial)[:-1]:
            if old != best:
                old.unlink()

    def finish(self, path: Path) -> None:
        """Write the finished run at `path`, in the place of an earlier one."""
        contents = self._tables()
        released = {self.experiment.state_file: self.experiment.released()}
        for name in self.experiment.recipe.releases:
            weights = self.experiment.networks[name].get_weights()
            released[f"{name}.npz"] = compression.released(weights)
        contents |= {name: compression.packed(arrays) for name, arrays in released.items()}
        if best := self._best_epoch():
            contents[best.name] = best.read_bytes()
        info = {
            **self.info,
            "seconds": round(sum(row["seconds"] for row in self.rows), 1),
            "versions": hardware.versions(),
        }
        if signs := self.experiment.signs(pd.DataFrame(self.rows).set_index("epoch")):
            info["signs"] = signs
        info["files"] = run_record.described(contents)
        contents["run.json"] = run_record.written(info).encode()
        with files.new_folder(path, sum(map(len, contents.values())), replace=True) as new:
            for name, content in contents.items():
                files.write_new(new / name, content)
        files.remove(self.partial)

    def _best_epoch(self):
        """The file of the best epoch, where it is to be kept."""
        if "judge" not in self.info:
            return None
        return epoch_file(self.partial, kept_epochs.best(self.rows))

    def _tables(self):
        """The tables of the training so far: name -> content."""
        tables = {"history.csv": self.rows}
        if self.experiment.recipe.records_steps:
            tables["steps.csv"] = self.steps.rows
        return {
            name: pd.DataFrame(rows).to_csv(index=False).encode() for name, rows in tables.items()
        }

    def _packed(self):
        """Not compressed, which would take longer than some epochs do."""
        tables = {name: np.frombuffer(text, np.uint8) for name, text in self._tables().items()}
        state = {f"state_{name}": array for name, array in self.experiment.state().items()}
        variables = {
            f"variable_{number}": _storable(keras.ops.convert_to_numpy(variable))
            for number, variable in enumerate(self.experiment.variables)
        }
        content = io.BytesIO()
        np.savez(content, **tables, **state, **variables)
        return content.getvalue()

    def _restore(self, content):
        arrays = run_record.read_arrays(content)
        history = run_record.read_history(arrays["history.csv"].tobytes())
        variables = self.experiment.variables
        values = [arrays[f"variable_{number}"] for number in range(len(variables))]
        if [value.shape for value in values] != [tuple(each.shape) for each in variables]:
            raise ValueError("its weights are of other networks")
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        state = {name: arrays[name] for name in arrays if name.startswith("state_")}
        self.experiment.restore({n.removeprefix("state_"): a for n, a in state.items()})
        self.rows = history.reset_index().to_dict("records")
        if self.experiment.recipe.records_steps:
            steps = run_record.read_steps(arrays["steps.csv"].tobytes())
            self.steps.rows = steps.to_dict("records")


def _storable(array):
    """As an .npz file can hold it: NumPy itself has no bfloat16, but float32 holds its values."""
    return array.astype(np.float32) if array.dtype.kind == "V" else array
