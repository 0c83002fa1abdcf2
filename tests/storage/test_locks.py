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
