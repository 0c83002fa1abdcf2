import shutil

import pytest

from gan_tf import recipes, runs
from gan_tf.environment import profiles
from tests import tiny
from tests.runs.helpers import stop_after, train


@pytest.fixture
def begun(home, monkeypatch):
    """The folder of a training that was stopped after its first epoch."""
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 1)
        train()
    return runs.folder("tiny", 0, "smoke", 3).with_name("seed0-3epochs.partial")


@pytest.fixture(scope="module")
def finished_once(tmp_path_factory):
    """A finished run, trained once for all the tests that only read it."""
    home = tmp_path_factory.mktemp("finished")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profiles, "ROOT", home)
        patch.setitem(recipes.RECIPES, "tiny", tiny.RECIPE)
        return train().folder


@pytest.fixture
def finished(home, finished_once):
    """A copy of a finished run, where `train()` looks for it."""
    folder = runs.folder("tiny", 0, "smoke", 3)
    shutil.copytree(finished_once, folder)
    return folder
