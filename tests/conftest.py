import gc
import shutil

import numpy as np
import pytest
import tensorflow as tf

from gan_tf.environment import profiles
from gan_tf.scoring import measured_before
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


def pytest_collection_finish():
    """Python does not look through all that was imported again whenever it looks for garbage."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def measured_elsewhere(tmp_path_factory):
    """What scorecards keep of what they measured is not for the repository."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measured_before, "FOLDER", str(tmp_path_factory.mktemp("scorecards")))
        yield


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
