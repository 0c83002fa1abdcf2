import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dask.distributed import Client, LocalCluster
from joblib.externals.loky import get_reusable_executor

from gan_tf.studies import sweeps
from gan_tf.studies.sweeps import sweep

CELLS = [{"name": name, "number": number} for name in "ab" for number in (0, 1, 2)]


def work(name, number):
    """What the tests sweep over."""
    return {"text": name * number, "square": number / 2}


def threads(name, number):
    return {"threads": int(os.environ.get("TF_NUM_INTRAOP_THREADS", 0))}


def broken(name, number):
    if (name, number) == ("b", 1):
        raise ValueError("no such cell")
    return work(name, number)


def never(name, number):
    raise AssertionError("carried out again")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sweep.csv"


def expected():
    return pd.DataFrame([{**cell, **work(**cell)} for cell in CELLS])


@pytest.mark.parametrize("jobs", [1, 2])
def test_local_processes(path, jobs):
    pd.testing.assert_frame_equal(sweep(work, CELLS, path, jobs), expected())


def slow(name, number):
    time.sleep(0.3)
    return {**work(name, number), "process": os.getpid()}


def test_a_lost_dask_worker_loses_nothing(path, monkeypatch):
    cells = [{"name": name, "number": number} for name in "abcdef" for number in range(4)]
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        monkeypatch.setenv("GAN_TF_DASK", cluster.scheduler_address)
        with Client(cluster) as client:
            client.wait_for_workers(2, timeout=120)
        workers = {worker.pid for worker in cluster.workers.values()}
        killer = threading.Thread(target=kill_once_begun, args=(path, min(workers)))
        killer.start()
        table = sweep(slow, cells, path)
        killer.join()
    processes = set(table.pop("process"))
    assert processes & workers and os.getpid() not in processes
    whole = pd.DataFrame([{**cell, **work(**cell)} for cell in cells])
    pd.testing.assert_frame_equal(table, whole)
    assert len(pd.read_csv(path)) == len(cells)


def kill_once_begun(path, process):
    while not path.is_file():
        time.sleep(0.05)
    os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense"])
def test_no_dask_scheduler(path, monkeypatch, address):
    monkeypatch.setenv("GAN_TF_DASK", address)
    with pytest.raises(ValueError, match=f"No Dask scheduler answers at '{address}'"):
        sweep(work, CELLS, path)
    assert not path.is_file()


@pytest.mark.parametrize(("jobs", "expected"), [(1, 3), (2, 1)])
def test_one_thread_each_of_several_and_afterwards_as_before(path, monkeypatch, jobs, expected):
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "3")
    monkeypatch.delenv("TF_NUM_INTEROP_THREADS", raising=False)
    # Workers that are there already keep the environment of their beginning.
    get_reusable_executor().shutdown()
    assert set(sweep(threads, CELLS, path, jobs)["threads"]) == {expected}
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == "3"
    assert "TF_NUM_INTEROP_THREADS" not in os.environ


def test_finished_cells_are_read_back_and_not_repeated(path, monkeypatch):
    first = sweep(work, CELLS, path, 1)
    # Not even joblib's workers are begun: a notebook's kernel would wait half a minute for theirs.
    monkeypatch.setattr(sweeps, "Parallel", None)
    again = sweep(never, CELLS, path, 1)
    pd.testing.assert_frame_equal(again, first)


def missing(name, number):
    return {"result": np.nan if name == "none" else number / 3}


def test_missing_results_are_read_back_as_such(path):
    cells = [{"name": name, "number": 1} for name in ("none", "", "a")]
    first = sweep(missing, cells, path, 1)
    again = sweep(never, cells, path, 1)
    pd.testing.assert_frame_equal(again, first)
    assert list(again["name"]) == ["none", "", "a"] and again["result"].isna().tolist()[0]


def test_what_was_done_before_an_error_is_kept(path):
    with pytest.raises(ValueError, match="no such cell"):
        sweep(broken, CELLS, path, 1)
    done = pd.read_csv(path)
    assert list(done["number"]) == [0, 1, 2, 0]
    pd.testing.assert_frame_equal(sweep(work, CELLS, path, 1), expected())


@pytest.mark.slow
def test_a_killed_sweep_ends_with_the_same_table(path):
    program = (
        "import sys, time; from pathlib import Path; from tests.studies import test_sweeps as t\n"
        "def slow(name, number):\n"
        "    time.sleep(.2); return t.work(name, number)\n"
        "t.sweep(slow, t.CELLS, Path(sys.argv[1]), 1)"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(path)], stderr=subprocess.PIPE)
    while process.poll() is None and not path.is_file():
        pass
    process.kill()
    process.communicate()
    assert 1 <= len(pd.read_csv(path)) < len(CELLS)
    pd.testing.assert_frame_equal(sweep(work, CELLS, path, 1), expected())


def test_only_the_wanted_cells_in_their_order(path):
    sweep(work, CELLS, path, 1)
    wanted = [CELLS[4], CELLS[1]]
    table = sweep(never, wanted, path, 1)
    assert list(table["number"]) == [1, 1] and list(table["name"]) == ["b", "a"]


def test_progress_says_how_many_cells_are_left(path, capsys):
    sweep(work, CELLS, path, 1)
    assert "6/6" in capsys.readouterr().err
    sweep(work, CELLS, path, 1)
    assert capsys.readouterr().err == ""


def test_cells_are_the_same_by_name_and_value(path):
    first = sweep(work, [{"name": "a", "number": 1}], path, 1)
    again = sweep(never, [{"number": np.int64(1), "name": "a"}], path, 1)
    assert again.to_dict() == first.to_dict()

    def difference(a, b):
        return {"result": a - b}

    other = path.with_name("other.csv")
    sweep(difference, [{"a": 1, "b": 2}], other, 1)
    assert sweep(difference, [{"b": 1, "a": 2}], other, 1)["result"].tolist() == [1]


def test_numbers_and_texts_are_found_again_to_the_bit(path):
    cells = [{"name": text, "number": n} for text, n in (("1", 0.1), ("02", 1 / 3), ("nan", 2))]
    sweep(missing, cells, path, 1)
    assert sweep(never, iter(cells), path, 1)["name"].tolist() == ["1", "02", "nan"]


@pytest.mark.parametrize(
    "cells, sentence",
    [
        ([], "There is no cell to carry out"),
        ([{"name": "a"}, {"number": 1}], "cells have the keys name and number: give all the same"),
        ([CELLS[0], CELLS[0]], "A cell is there twice"),
        ([{"name": "a", "number": None}], "'number' is None in a cell: give a finite number"),
        ([{"name": "a", "number": np.nan}], "'number' is nan in a cell"),
        ([{"name": "a", "number": True}], "'number' is True in a cell"),
        ([{"name": "a", "number": 1}, {"name": 2, "number": 1}], "'name' is a number in some"),
    ],
)
def test_impossible_cells(path, cells, sentence):
    with pytest.raises(ValueError, match=sentence):
        sweep(never, cells, path, 1)
    assert not path.parent.is_dir() or not list(path.parent.iterdir())


def test_results_that_would_overwrite_the_cell(path):
    def overwriting(name, number):
        return {"number": 5}

    with pytest.raises(ValueError, match="results have number, as the cells do: rename it"):
        sweep(overwriting, CELLS, path, 1)


def test_damaged_file(path):
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="sweep.csv is damaged .*: restore it, or move it away"):
        sweep(work, CELLS, path, 1)
    assert path.read_bytes() == b"\xff\xfe\x00"


def test_file_of_another_sweep(path):
    Path(path).write_text("recipe,accuracy\na,1\n")
    with pytest.raises(ValueError, match="holds the sweep of other cells .recipe, accuracy."):
        sweep(work, CELLS, path, 1)
