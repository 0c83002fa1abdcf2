import numpy as np
import pandas as pd
import pytest

from gan_tf import runs
from gan_tf.runs import run_folder
from gan_tf.storage import files


def test_folders(home):
    assert runs.folder("tiny", 2, "paper") == home / "data/runs/tiny/seed2"
    assert runs.folder("tiny", 2, "paper", 3) == home / "data/runs/tiny/seed2"
    assert runs.folder("tiny", 2, "smoke") == home / "build/smoke/data/runs/tiny/seed2"
    # Another run than the report's is never released.
    build = home / "build/paper/data/runs/tiny"
    assert runs.folder("tiny", 2, "paper", 1) == build / "seed2-1epochs"
    assert runs.folder("tiny", 2, "paper", precision="float32") == build / "seed2-float32"


def test_folders_of_runs_of_ones_own(home):
    assert run_folder.own_folder("my faces", 2, "paper") == home / "runs/my faces/seed2"
    own = run_folder.own_folder("faces", 0, "smoke", 3, "float32")
    assert own == home / "runs/faces/seed0-3epochs-float32-smoke"
    for name in ("tiny", "../up", "", ".hidden"):
        with pytest.raises(ValueError, match="name of a"):
            run_folder.own_folder(name)


def test_find_takes_a_recipe_a_name_and_a_folder(home, monkeypatch):
    assert runs.find("tiny", 1, "smoke") == runs.folder("tiny", 1, "smoke")
    own = run_folder.own_folder("faces", 1, "smoke")
    own.mkdir(parents=True)
    (own / "run.json").touch()
    assert runs.find("faces", 1, "smoke") == own
    assert runs.find(str(own), 5) == own
    # A folder of images of the same name is no run.
    monkeypatch.chdir(home)
    (home / "faces").mkdir()
    assert runs.find("faces", 1, "smoke") == own
    # The only one of its name need not be described.
    assert runs.find("faces") == own
    run_folder.own_folder("faces", 0, "paper").mkdir()
    assert runs.find("faces") == own.with_name("seed0")


def test_a_run_that_is_not_there_but_others(home):
    (home / "runs" / "faces" / "seed0-2epochs").mkdir(parents=True)
    (home / "runs" / "faces" / "seed3.partial").mkdir()
    with pytest.raises(FileNotFoundError, match="seed1, only seed0-2epochs beside it: train one"):
        runs.load(runs.find("faces", 1))
    with pytest.raises(FileNotFoundError, match="seed3 is not finished: give the command"):
        runs.load(runs.find("faces", 3))


def test_history_is_read_back_to_the_bit(tmp_path):
    values = np.random.default_rng(0).normal(size=1000)
    path = tmp_path / "history.csv"
    pd.DataFrame({"epoch": range(1000), "d_loss": values}).to_csv(path, index=False)
    assert (files.read(path, run_folder.read_history)["d_loss"].to_numpy() == values).all()


class TestFind:
    def test_the_folder_of_all_runs_of_a_name(self, home):
        (home / "runs" / "mine" / "seed0-smoke").mkdir(parents=True)
        only = home / "runs" / "mine" / "seed0-smoke"
        assert runs.find(str(home / "runs" / "mine")) == runs.find("mine") == only
        (home / "runs" / "mine" / "seed1-smoke").mkdir()
        assert runs.find(str(home / "runs" / "mine"), 1, "smoke").name == "seed1-smoke"

    @pytest.mark.parametrize(
        "options, sentence",
        [
            ({"profile": "foo"}, "no profile 'foo'"),
            ({"precision": "float16"}, "no precision 'float16'"),
            ({"seed": -1}, "The seed is -1"),
            ({"seed": 10**20}, "must be a whole number from 0 to"),
            ({"epochs": 0}, "0 epochs were asked for"),
        ],
    )
    def test_what_there_is_not(self, home, options, sentence):
        with pytest.raises(ValueError, match=sentence):
            runs.find("mine", **options)
