"""Runs: a recipe carried out with one seed, kept on disk, and loaded instead of repeated."""

import gan_tf.environment.quiet_tensorflow  # noqa: F401, before anything imports TensorFlow

# isort: split
from gan_tf.runs.finished_run import ClassifierRun, GanRun, Run
from gan_tf.runs.life_of_a_run import finished, load, own, train
from gan_tf.runs.run_folder import find
from gan_tf.storage.run_places import folder

__all__ = [
    "ClassifierRun",
    "GanRun",
    "Run",
    "find",
    "finished",
    "folder",
    "load",
    "own",
    "train",
]
