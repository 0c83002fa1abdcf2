import subprocess
import sys
import threading

import pytest

from gan_tf.storage import locks

HOLDER = """
import sys, time
from pathlib import Path
from gan_tf.storage import locks
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
    assert f"is being trained by process {holder.pid} on " in capsys.readouterr().out
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
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_it(tmp_path):
    with locks.locked(tmp_path / "folder" / "run"):
        assert locks.is_left(tmp_path / "folder" / "run")
    assert list(tmp_path.iterdir()) == []


def test_many_take_turns(tmp_path):
    path, inside = tmp_path / "run", []

    def work():
        for _ in range(20):
            with locks.locked(path):
                inside.append(1)
                assert sum(inside) == 1
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not inside and list(tmp_path.iterdir()) == []


def test_if_free(tmp_path):
    path = tmp_path / "run"
    with locks.locked_if_free(path) as is_free:
        assert is_free
        with locks.locked_if_free(path) as is_free_again:
            assert not is_free_again
    with locks.locked_if_free(tmp_path / "no folder" / "run") as is_free:
        assert not is_free
    assert list(tmp_path.iterdir()) == []


def test_errors_of_the_work_pass_unchanged(tmp_path):
    with pytest.raises(FileNotFoundError, match="^mine$"), locks.locked(tmp_path / "run"):
        raise FileNotFoundError("mine")
