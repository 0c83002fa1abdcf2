"""Seconds of an epoch of each classifier, beside Keras's `fit` on arrays.

Trainings of two epochs of 55,000 digits in batches of 100 with Adam, in turns, half of the median
of seven rounds. "Two at once" are two trainings in two processes of one thread, as a sweep
carries them out, in float32; of their time half counts for each. Run it on an idle machine:
`python -m benchmarks.classifier_epochs`.
"""

import os
import subprocess
import sys
from contextlib import contextmanager

import gan_tf.environment.quiet_tensorflow  # noqa: F401

# isort: split
import keras
import numpy as np
import tensorflow as tf

from benchmarks import in_turns
from gan_tf import data
from gan_tf.environment import hardware
from gan_tf.networks import classifiers
from gan_tf.training.classifier_fitting import fit_epochs
from gan_tf.training.optimizers import Adam

CLASSIFIERS = "softmax_regression", "fcnn", "lenet", "cnn_4l"
IMAGES, BATCH, EPOCHS = 55_000, 100, 2


def by_keras(build, images, labels):
    """A function that trains by `fit`, on float32 images in memory."""
    classifier = build()
    classifier.compile(
        keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    inputs = np.asarray(data.to_unit(images))
    return lambda: classifier.fit(inputs, labels, BATCH, EPOCHS, verbose=0)


def by_gan_tf(build, images, labels, precision):
    """A function that trains as the studies do, in the given precision; its graph is made anew."""
    keras.config.set_dtype_policy(precision)
    classifier = build()
    keras.config.set_dtype_policy("float32")
    schedule = [(images, labels)] * EPOCHS
    return lambda: fit_epochs(classifier, Adam(1e-3), schedule, BATCH, seed=0)


@contextmanager
def two_at_once(name, images):
    """A function that lets two processes train at the same time, which end with the context."""
    command = [sys.executable, "-m", "benchmarks.classifier_epochs", "train", name, str(images)]
    one_thread = os.environ | {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    both = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=one_thread, text=True
        )
        for _ in range(2)
    ]

    def train():
        for process in both:
            process.stdin.write("train\n")
            process.stdin.flush()
        for process in both:
            assert process.stdout.readline() == "trained\n"

    yield train
    for process in both:
        process.communicate()


def train_when_told(name, images):
    """Train whenever a line comes in, and say when it is done."""
    mnist, build = data.load("mnist"), getattr(classifiers, name)
    train = by_gan_tf(build, mnist.x_train[:images], mnist.y_train[:images], "float32")
    for _ in sys.stdin:
        train()
        print("trained", flush=True)


def row(name: str, rounds: int = 7, images: int = IMAGES) -> list[str]:
    """A line of the table: the classifier, and seconds of each way."""
    mnist, build = data.load("mnist"), getattr(classifiers, name)
    arrays = mnist.x_train[:images], mnist.y_train[:images]
    ways = {"fit": by_keras(build, *arrays), "float32": by_gan_tf(build, *arrays, "float32")}
    if hardware.fastest_precision() == "mixed_bfloat16":
        ways["bfloat16"] = by_gan_tf(build, *arrays, "mixed_bfloat16")
    with two_at_once(name, images) as ways["two at once"]:
        spent = in_turns.seconds(ways, rounds)
    spent["two at once"] /= 2
    cells = [f"{seconds / EPOCHS:.2f} ({spent['fit'] / seconds:.2f})" for seconds in spent.values()]
    return [f"`{name}`", *cells]


def main(names: list[str]) -> None:
    """Print the table of the classifiers named, by default all."""
    if names[:1] == ["train"]:
        return train_when_told(names[1], int(names[2]))
    print(f"{hardware.device()}, TensorFlow {tf.__version__}; seconds an epoch (times as fast)")
    rows = [row(name) for name in names or CLASSIFIERS]
    precisions = ["float32", "bfloat16"][: len(rows[0]) - 3]
    print(in_turns.table(["classifier", "fit", *precisions, "two at once"], rows))


if __name__ == "__main__":
    main(sys.argv[1:])
