import pytest

from gan_tf import runs
from gan_tf.storage import run_places


def test_folders(home):
    assert runs.folder("tiny", 2, "paper") == home / "data/runs/tiny/seed2"
    assert runs.folder("tiny", 2, "paper", 3) == home / "data/runs/tiny/seed2"
    assert runs.folder("tiny", 2, "smoke") == home / "build/smoke/data/runs/tiny/seed2"
    # Another run than the report's is never released.
    build = home / "build/paper/data/runs/tiny"
    assert runs.folder("tiny", 2, "paper", 1) == build / "seed2-1epochs"
    assert runs.folder("tiny", 2, "paper", precision="float32") == build / "seed2-float32"


def test_folders_of_runs_of_ones_own(home):
    assert run_places.own_folder("my faces", 2, "paper") == home / "runs/my faces/seed2"
    own = run_places.own_folder("faces", 0, "smoke", 3, "float32")
    assert own == home / "runs/faces/seed0-3epochs-float32-smoke"
    for name in ("tiny", "../up", "", ".hidden"):
        with pytest.raises(ValueError, match="name of a"):
            run_places.own_folder(name)


def test_a_run_that_is_not_there_but_others(home):
    (home / "runs" / "faces" / "seed0-2epochs").mkdir(parents=True)
    (home / "runs" / "faces" / "seed3.partial").mkdir()
    with pytest.raises(FileNotFoundError, match="seed1, only seed0-2epochs beside it: train one"):
        runs.load(runs.find("faces", 1))
    with pytest.raises(FileNotFoundError, match="seed3 is not finished: give the command"):
        runs.load(runs.find("faces", 3))


def test_a_name_that_is_nearly_one(home):
    with pytest.raises(FileNotFoundError, match="'cgan-hlaf': did you mean 'cgan-half'"):
        run_places.check_named("cgan-hlaf")
    run_places.check_named("cgan-half")
