import shutil

import numpy as np
import pytest
import tensorflow as tf

from gan_tf.environment import profiles
from tests import tiny

# Two virtual devices, before TensorFlow starts, for the tests of tf.distribute.
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)


def pytest_sessionstart(session):
    """The chapters train anew what the smoke profile has, but each run once for all of them."""
    if not hasattr(session.config, "workerinput"):  # Once, and not in each worker of xdist.
        shutil.rmtree(profiles.get("smoke").home, ignore_errors=True)
        for run in profiles.ROOT.glob("runs/*/*-smoke"):
            shutil.rmtree(run)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home for runs and figures, in which the tiny recipes are known."""
    monkeypatch.setattr(profiles, "ROOT", tmp_path)
    for recipe in (tiny.RECIPE, tiny.CONDITIONAL, tiny.SEMI_SUPERVISED):
        tiny.registered(monkeypatch, recipe)
    for name in ("GAN_TF_PROFILE", "GAN_TF_RETRAIN", "GAN_TF_DATA", "GAN_TF_DASK"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def noise_for_svhn(tmp_path, monkeypatch):
    """A few images in the place of house numbers, which are not to be had without network."""
    noise = np.random.default_rng(0).integers(0, 256, (64, 32, 32, 3), np.uint8)
    np.savez(tmp_path / "svhn_sample.npz", x_train=noise)
    monkeypatch.setenv("GAN_TF_DATA", str(tmp_path))
