"""Trains, kills, resumes, fills the disk, damages and repairs, at random, and counts: `make soak`.

`python -m tests.robustness.soak MINUTES [SEED]`; for the rounds with a full disk it is to be run by
`unshare --map-root-user --mount`, without which they are left out. It ends with an error at the
first thing that is lost, left over, silently accepted or not said in a sentence.
"""

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from gan_tf import runs
from tests.robustness import full_disk, kills
from tests.robustness.helpers import answered
from tests.robustness.kills import WRITES, commands, in_child, left_over, outcome_of

KINDS = "train", "resume", "retrain", "keep the best", "go back"


class Whole:
    """What a kind of write begins with and comes out as, once for all rounds."""

    def __init__(self, write, place):
        before, act = WRITES[write]
        self.start = place / "start" / write / "home"
        self.start.mkdir(parents=True)
        in_child(self.start, before)
        whole = place / "whole" / write / "home"
        shutil.copytree(self.start, whole)
        _, self.calls = in_child(whole, act)
        self.outcome = outcome_of(write, whole)
        self.home = whole


def kill_and_go_on(chance, place, wholes, counts):
    """A write is killed up to three times; another command may come between."""
    write = chance.choice(KINDS)
    whole, home = wholes[write], place / "home"
    shutil.copytree(whole.start, home)
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(1, whole.calls)
        was_killed, _ = in_child(home, WRITES[write][1], at, torn=chance.random() < 0.5)
        counts["kills"] += was_killed
        if chance.random() < 0.5:
            in_child(home, chance.choice([*commands(write).values()]))
            counts["commands"] += 1
    in_child(home, commands(write)["train"])
    assert outcome_of(write, home) == whole.outcome, write
    in_child(home, commands(write)["list"])
    assert not left_over(home), (write, left_over(home))


def damage_and_repair(chance, place, wholes, counts):
    """A file of a finished run has a few other bytes: it is refused, and trained anew."""
    whole, home = wholes["train"], place / "home"
    shutil.copytree(whole.home, home)
    path = chance.choice([p for p in home.rglob("seed0/*") if p.is_file()])
    content = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 3)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    if chance.random() < 0.3:
        del content[chance.randrange(len(content)) :]
    is_changed = bytes(content) != path.read_bytes()
    path.write_bytes(content)

    def load(home):
        assert answered(runs.load, runs.folder("tiny")) is None or not is_changed

    in_child(home, load)
    in_child(home, lambda home: kills.train(retrain=True))
    assert outcome_of("train", home) == whole.outcome
    counts["damaged files"] += 1


def fill_the_disk(chance, place, wholes, counts):
    """Too little room, and then enough."""
    home, whole = place / "home", wholes["train"]
    home.mkdir()
    full_disk.mount(home, chance.randint(1, 60) * full_disk.PAGE)
    try:
        in_child(home, full_disk.try_it)
        code = (home.parent / "code").read_text()
        assert code in ("0", "2") and not left_over(home), code
        full_disk.mount(home, "256m", "remount")
        in_child(home, full_disk.train_and_draw)
        assert outcome_of("train", home) == whole.outcome
    finally:
        subprocess.run(["umount", home], check=True)
    counts["full disks"] += 1


def may_mount(place):
    place.mkdir()
    try:
        full_disk.mount(place, 4096)
        subprocess.run(["umount", place], check=True)
    except (subprocess.CalledProcessError, FileNotFoundError):
        return False
    return True


def run(minutes, seed):
    chance, counts, started = random.Random(seed), Counter(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder).resolve()
        rounds = [kill_and_go_on, damage_and_repair]
        rounds += [fill_the_disk] if may_mount(place / "disk") else []
        wholes = {write: Whole(write, place) for write in KINDS}
        while time.perf_counter() - started < 60 * minutes:
            here = place / "round"
            here.mkdir()
            chance.choice(rounds)(chance, here, wholes, counts)
            said = here / "said.txt"
            assert not said.is_file() or "Traceback" not in said.read_text(), said.read_text()
            shutil.rmtree(here)
            counts["rounds"] += 1
    counts["minutes"] = round((time.perf_counter() - started) / 60)
    for name in ("minutes", "rounds", "kills", "commands", "damaged files", "full disks"):
        print(f"{name:14} {counts[name]:6,}")
    print("crashes, tracebacks, damaged files accepted, bytes lost, files left over: 0")


if __name__ == "__main__":
    run(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns())
