import errno
import os
import subprocess
import sys
import threading

import pytest

from gan_tf.storage import files, locks


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_file_takes_its_place_whole(tmp_path):
    path = tmp_path / "new" / "a.txt"
    with files.written_whole(path) as new:
        new.write_text("one")
        assert not path.exists() and new.suffix == ".txt"
    with files.written_whole(path) as new:
        new.write_text("two")
        assert path.read_text() == "one"
    assert path.read_text() == "two" and names(path.parent) == ["a.txt"]


def test_folder_takes_the_place_of_another(tmp_path):
    path = tmp_path / "run"
    for text in ("one", "two"):
        with files.written_whole(path) as new:
            new.mkdir()
            (new / "a.txt").write_text(text)
    assert (path / "a.txt").read_text() == "two" and names(tmp_path) == ["run"]


@pytest.mark.parametrize("folder", [False, True])
def test_failure_leaves_what_was_there(tmp_path, folder):
    path = tmp_path / "a.txt"
    path.write_text("kept")
    with (
        pytest.raises(
            OSError, match=r"Could not write .*a.txt \(No space left.*make room"
        ) as caught,
        files.written_whole(path) as new,
    ):
        new.mkdir() if folder else new.write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.errno == errno.ENOSPC
    assert path.read_text() == "kept" and names(tmp_path) == ["a.txt"]


def test_other_errors_pass_unchanged(tmp_path):
    with pytest.raises(KeyError), files.written_whole(tmp_path / "a.txt") as new:
        new.write_text("half")
        raise KeyError("x")
    assert names(tmp_path) == []


def test_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with (
        pytest.raises(OSError, match="Could not write"),
        files.written_whole(tmp_path / "file" / "a.txt"),
    ):
        pass


def test_replacement_stopped_between_its_renames_is_undone(tmp_path):
    path = tmp_path / "run"
    path.mkdir()
    path.rename(files._replaced(path))
    files.restore_replaced(path)
    assert names(tmp_path) == ["run"]


def test_read(tmp_path):
    path = tmp_path / "a.json"
    with pytest.raises(FileNotFoundError, match="a.json is missing: restore"):
        files.read(path, len)
    path.write_text("{")

    def reader(path):
        raise ValueError("no end")

    with pytest.raises(ValueError, match=r"a.json is corrupt \(no end\): restore"):
        files.read(path, reader)


HOLDER = """
import sys, time
from pathlib import Path
from gan_tf.storage import files
with locks.locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_second_process_says_who_holds_it_and_waits(tmp_path, capsys):
    path = tmp_path / "run"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    entered = threading.Event()

    def enter():
        with locks.locked(path):
            entered.set()

    waiting = threading.Thread(target=enter)
    waiting.start()
    assert not entered.wait(1)
    assert f"is being trained by process {holder.pid}: waiting" in capsys.readouterr().out
    holder.communicate("\n")
    assert entered.wait(10)
    waiting.join()


@pytest.mark.slow
def test_a_killed_holder_holds_no_more(tmp_path):
    path = tmp_path / "run"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.communicate()
    with locks.locked(path):
        pass
