"""Kills a process before its file-system calls, and shows that any command puts that right.

Run as a program it does so for every call, or for each N-th: `make kills`, or
`python -m tests.robustness.kills [N [KIND ...]]`. Each process is forked from this one, which has
imported TensorFlow, and works in a home of its own.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from gan_tf import data, runs
from gan_tf.__main__ import main
from gan_tf.book import tables
from gan_tf.environment import profiles
from gan_tf.runs.checkpoints import Checkpoint
from gan_tf.runs.gan_experiment import GanExperiment
from gan_tf.studies import sweeps
from gan_tf.tools import labelling
from tests import tiny
from tests.runs.helpers import result

# Read here once, and not in each forked process.
data.load("mnist")
_CALLS = "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"
SIDE = "made.png"


def train(**options):
    return runs.train("tiny", **options)


def begin():
    """A training that is stopped after its first epoch."""

    def stop(epoch, logs):
        raise KeyboardInterrupt

    keep = Checkpoint.on_epoch_end
    Checkpoint.on_epoch_end = lambda *args: (keep(*args), stop(*args[1:]))
    try:
        train()
    except KeyboardInterrupt:
        Checkpoint.on_epoch_end = keep


def own(**options):
    """A run of one's own that keeps its best epoch, which here is the first."""
    GanExperiment._distance = lambda self, _: {
        "frechet": float(len(self.samples)),
        "class_entropy": 2.0,
    }
    return train(keep_best=True, name="mine", **options)


def work(number):
    return {"square": number**2}


def sweep(home):
    cells = [{"number": number} for number in range(3)]
    assert list(sweeps.sweep(work, cells, home / "sweep.csv", 1)["square"]) == [0, 1, 4]


def table(home):
    for number in (1, 2):
        tables.write([tables.cell("a", "b", number)], home / "tables", "r", "t")
    assert list(tables.read(home / "tables" / "r_t.csv")["mean"]) == [2]


def label(home):
    labels = labelling.Labels(home / "labels.csv", 2)
    for image in range(2):
        labels[image] = str(image)


def sample(home):
    assert main(["sample", "tiny", "--out", str(home / SIDE)]) == 0


def export(home):
    shutil.rmtree(home / "exported", ignore_errors=True)
    runs.load(runs.folder("tiny")).export(home / "exported")


# A kind of write -> what there is before it, and the write.
WRITES = {
    "train": (lambda home: None, lambda home: train()),
    "resume": (lambda home: begin(), lambda home: train()),
    "retrain": (lambda home: train(), lambda home: train(retrain=True)),
    "keep the best": (lambda home: None, lambda home: own()),
    "go back": (lambda home: own(), lambda home: own(from_epoch=1)),
    "sweep": (lambda home: None, sweep),
    "table": (lambda home: None, table),
    "label": (lambda home: None, label),
    "sample": (lambda home: train(), sample),
    "export": (lambda home: train(), export),
}
OF_RUNS = "train", "resume", "retrain"
OF_OWN_RUNS = "keep the best", "go back"


def loads(folder):
    """Whether there is a finished run; if there is none, the error says so."""
    try:
        runs.load(folder).generate(1)
    except FileNotFoundError as error:
        assert "is not finished" in str(error) or "no finished run" in str(error), error


def commands(write):
    """What may come next: name -> a function of the home."""
    if write in OF_OWN_RUNS:
        options = {"from_epoch": 1} if write == "go back" else {}
        return {
            "train": lambda home: own(**options),
            "load": lambda home: loads(runs.find("mine")),
            "list": lambda home: main(["list"]),
        }
    if write in OF_RUNS:
        return {
            "train": lambda home: train(),
            "retrain": lambda home: train(retrain=True),
            "load": lambda home: loads(runs.folder("tiny")),
            "list": lambda home: main(["list"]),
            "doctor": lambda home: main(["doctor", "tiny"]),
        }
    return {"again": WRITES[write][1]}


def in_child(home, function, kill_at=None, torn=False):
    """Carry out in a forked process.

    Args:
        kill_at: the file-system call below `home` before which it is killed, from 1; by default
            none.
        torn: whether the file that it wrote last then has its first half only.

    Returns:
        tuple: whether it was killed, and how many calls it made.
    """
    read, write = os.pipe()
    process = os.fork()
    if not process:
        status = 1
        try:
            profiles.ROOT = home
            tiny.registered(pytest.MonkeyPatch(), tiny.RECIPE)
            os.environ["GAN_TF_PROFILE"] = "smoke"
            calls = _watch(home, kill_at, torn)
            said = (home.parent / "said.txt").open("a")
            with said, redirect_stdout(said), redirect_stderr(said):
                function(home)
            os.write(write, str(calls[0]).encode())
            status = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read) as file:
        calls = file.read()
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        assert kill_at and os.WTERMSIG(status) == signal.SIGKILL
        return True, kill_at
    assert status == 0, f"{function} failed"
    return False, int(calls)


def _watch(home, kill_at, torn):
    """Count the calls that change something below `home`, and kill before one of them."""
    calls, last, inside = [0], [None], str(home)

    def hook(event, arguments):
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(path, str | bytes) and flags & (os.O_WRONLY | os.O_RDWR)
        elif event in _CALLS:
            path, writes = arguments[0], True
            folder = arguments[-1]  # Of `shutil.rmtree`, relative to an open folder.
            if event in ("os.remove", "os.rmdir") and isinstance(folder, int) and folder >= 0:
                path = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), os.fsdecode(path))
        else:
            return
        if not writes or not os.fsdecode(path).startswith(inside):
            return
        calls[0] += 1
        if calls[0] == kill_at:
            if torn and last[0] and os.path.exists(last[0]):
                os.truncate(last[0], os.path.getsize(last[0]) // 2)
            os.kill(os.getpid(), signal.SIGKILL)
        if event == "open":
            last[0] = path

    sys.addaudithook(hook)
    return calls


def left_over(home):
    """What no command may leave."""
    names = [path.relative_to(home) for path in home.rglob("*")]
    return [n for n in names if n.name.startswith(".gan_tf-") or n.name.endswith(".replaced")]


def outcome(write, home):
    """All that a write comes out as, to the bit; in a child, into a file."""
    if write in OF_RUNS:
        return repr(result(runs.load(runs.folder("tiny"))))
    if write in OF_OWN_RUNS:
        return repr(result(runs.load(runs.find("mine"))))
    paths = [p for p in home.rglob("*") if p.is_file() and "runs" not in p.parts]
    return repr(sorted(path.relative_to(home).as_posix() for path in paths))


def outcome_of(write, home):
    path = home.parent / "outcome.txt"
    in_child(home, lambda home: path.write_text(outcome(write, home)))
    return path.read_text()


def kill_through(write, place, every=1, begin=1, only=None):
    """Kill one kind of write before each N-th call, and carry out each command after it.

    Args:
        place: a folder to work in.
        every, begin: each how many calls, from which on.
        only: the commands to carry out; by default all.

    Returns:
        Counter: how many kills and how many commands there were.
    """
    before, act = WRITES[write]
    start = place / "start" / "home"
    start.mkdir(parents=True)
    in_child(start, before)
    whole = place / "whole" / "home"
    shutil.copytree(start, whole)
    _, calls = in_child(whole, act)
    expected = outcome_of(write, whole)
    assert not left_over(whole)
    counts = Counter()
    for number in range(begin, calls + 1, every):
        killed = place / "killed" / "home"
        shutil.copytree(start, killed)
        was_killed, _ = in_child(killed, act, number, torn=number % 2 == 0)
        counts["kills"] += was_killed
        for name, command in commands(write).items():
            if only and name not in only:
                continue
            home = place / "after" / "home"
            shutil.copytree(killed, home)
            in_child(home, command)
            counts["commands"] += 1
            # What was left of the classifier that measures, the loading of the run does not see.
            seen = home / "runs" if write in OF_OWN_RUNS and name == "load" else home
            assert not left_over(seen), (write, number, name, left_over(seen))
            if name in ("train", "retrain", "again"):
                assert outcome_of(write, home) == expected, (write, number, name)
                # A retraining that was begun may still be gone on with.
                is_done = (write, name) != ("retrain", "train")
                assert not (is_done and list(home.rglob("*.partial"))), (write, number, name)
            else:  # The next one still comes to the same.
                in_child(home, commands(write)["train"])
                assert outcome_of(write, home) == expected, (write, number, name)
            shutil.rmtree(home.parent)
        shutil.rmtree(killed.parent)
    return counts


def run(every, kinds):
    print(f"{'kind of write':16} {'kills':>6} {'commands':>9} {'seconds':>8}", flush=True)
    whole = Counter()
    for write in kinds:
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as place:
            # Of a sample, one from the middle: the first calls make folders only.
            counts = kill_through(write, Path(place).resolve(), every, begin=every // 2 + 1)
        seconds = time.perf_counter() - started
        print(f"{write:16} {counts['kills']:6} {counts['commands']:9} {seconds:8.0f}", flush=True)
        whole += counts
    print(f"{'all':16} {whole['kills']:6} {whole['commands']:9}: nothing lost, nothing left over")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 1, sys.argv[2:] or WRITES)
