import shutil

import pytest

from gan_tf import runs
from gan_tf.environment import profiles
from gan_tf.recipes import recipe
from tests import tiny
from tests.runs.helpers import stop_after, train

# Of an epoch of few images, instead of 25, which would take long.
LEAST_STEPS = 3


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory):
    """A function that makes an empty home for the time of a monkeypatch."""

    def patched(patch):
        patch.setattr(profiles, "ROOT", tmp_path_factory.mktemp("once"))
        patch.setattr(recipe, "LEAST_STEPS", LEAST_STEPS)
        tiny.registered(patch, tiny.RECIPE)

    return patched


@pytest.fixture(scope="session")
def begun_once(elsewhere):
    """A training that was stopped after its first epoch, for all the tests that go on from one."""
    with pytest.MonkeyPatch.context() as patch:
        elsewhere(patch)
        stop_after(patch, 1)
        with pytest.raises(KeyboardInterrupt):
            train()
        return runs.folder("tiny", 0, "smoke", 3).with_name("seed0-3epochs.partial")


@pytest.fixture
def begun(home, begun_once):
    """The folder of such a training, where `train()` looks for it."""
    partial = runs.folder("tiny", 0, "smoke", 3).with_name(begun_once.name)
    shutil.copytree(begun_once, partial)
    return partial


@pytest.fixture(scope="session")
def finished_once(elsewhere):
    """A finished run, trained once for all the tests that only read it."""
    with pytest.MonkeyPatch.context() as patch:
        elsewhere(patch)
        return train().folder


@pytest.fixture
def finished(home, finished_once):
    """A copy of a finished run, where `train()` looks for it."""
    folder = runs.folder("tiny", 0, "smoke", 3)
    shutil.copytree(finished_once, folder)
    return folder


@pytest.fixture(scope="session")
def lenet_once(elsewhere):
    """A small LeNet, trained once for all the tests in which it only reads."""
    with pytest.MonkeyPatch.context() as patch:
        elsewhere(patch)
        return runs.train("lenet", profile="smoke").folder


@pytest.fixture
def lenet(home, lenet_once):
    """A copy of it, where `keep_best` and recipes look for it."""
    folder = runs.folder("lenet", 0, "smoke")
    shutil.copytree(lenet_once, folder)
    return folder


@pytest.fixture(autouse=True)
def short_epochs(monkeypatch):
    monkeypatch.setattr(recipe, "LEAST_STEPS", LEAST_STEPS)
