import subprocess
import sys

import pytest

from gan_tf import recipes

READ = """
import {first}
import {second}
from pathlib import Path
import keras
for path in Path({folder!r}).iterdir():
    keras.saving.load_model(path)
    print(path.stem)
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder of networks that have all layers of the package."""
    folder = tmp_path_factory.mktemp("saved")
    for name, network in (
        ("dcgan", "generator"),
        ("dcgan", "discriminator"),
        ("gavazzi-cnn-augmented", "classifier"),
        ("semi-supervised-100", "discriminator"),
    ):
        getattr(recipes.get(name), network)().save(folder / f"{name}-{network}.keras")
    return folder


@pytest.mark.parametrize(
    "order", [("gan_tf", "keras"), ("keras", "gan_tf"), ("gan_tf", "tensorflow")]
)
def test_saved_networks_are_read_in_another_process(order, saved):
    program = READ.format(first=order[0], second=order[1], folder=str(saved))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert len(done.stdout.splitlines()) == 4, done.stderr
