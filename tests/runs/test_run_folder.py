import numpy as np
import pandas as pd
import pytest

from gan_tf import runs
from gan_tf.runs import run_record
from gan_tf.storage import run_places


def test_find_takes_a_recipe_a_name_and_a_folder(home, monkeypatch):
    assert runs.find("tiny", 1, "smoke") == runs.folder("tiny", 1, "smoke")
    own = run_places.own_folder("faces", 1, "smoke")
    own.mkdir(parents=True)
    (own / "run.json").touch()
    assert runs.find("faces", 1, "smoke") == own
    assert runs.find(str(own)) == own
    # A folder of images of the same name is no run.
    monkeypatch.chdir(home)
    (home / "faces").mkdir()
    assert runs.find("faces", 1, "smoke") == own
    # The only one of its name need not be described, but it is none that was not asked for.
    assert runs.find("faces") == own
    assert runs.find("faces", profile="paper") == own.with_name("seed0")
    run_places.own_folder("faces", 0, "paper").mkdir()
    assert runs.find("faces") == own.with_name("seed0")


def test_history_is_read_back_to_the_bit(tmp_path):
    values = np.random.default_rng(0).normal(size=1000)
    path = tmp_path / "history.csv"
    pd.DataFrame({"epoch": range(1000), "d_loss": values}).to_csv(path, index=False)
    read = run_record.read_history(path.read_bytes())
    assert (read["d_loss"].to_numpy() == values).all()


class TestFind:
    def test_what_is_asked_of_a_folder_has_to_be_true_of_its_run(self, finished):
        assert runs.find(str(finished)) == runs.find(str(finished), 0, "smoke", 3) == finished
        for options in ({"seed": 7}, {"profile": "paper"}, {"epochs": 99}):
            name = next(iter(options))
            with pytest.raises(ValueError, match=f"has the {name} .*, not .*: leave that out"):
                runs.find(str(finished), **options)

    def test_a_seed_that_is_asked_for_is_not_another_one(self, home):
        (home / "runs" / "mine" / "seed3").mkdir(parents=True)
        assert runs.find("mine").name == "seed3" and runs.find("mine", 0).name == "seed0"

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
            ({"seed": -1}, "seed is -1"),
            ({"seed": 10**20}, "must be a whole number from 0 to 2,147,483,647"),
            ({"epochs": 0}, "epochs is 0, but must be"),
        ],
    )
    def test_what_there_is_not(self, home, options, sentence):
        with pytest.raises(ValueError, match=sentence):
            runs.find("mine", **options)
