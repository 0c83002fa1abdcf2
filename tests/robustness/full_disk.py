"""Trains and samples where there is too little room, in the end where there is enough.

Run as a program in a name space of its own, where it may mount disks in memory of any size:
`unshare --map-root-user --mount python -m tests.robustness.full_disk SIZES`, SIZES being how many
sizes from 4 KiB to twice of what is needed.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from gan_tf.__main__ import main
from tests.robustness.kills import in_child, left_over, outcome_of, sample, train

PAGE = 4096


def train_and_draw(home):
    train()
    sample(home)


def try_it(home):
    """As a user would; the exit code goes to a file outside."""
    code = main(["train", "tiny"]) or main(["sample", "tiny", "--out", str(home / "made.png")])
    (home.parent / "code").write_text(str(code))


def mount(place, size, *options):
    tmpfs = ["mount", "-t", "tmpfs", "-o", ",".join([f"size={size}", *options]), "tmpfs", place]
    subprocess.run(tmpfs, check=True)


def room_needed(place):
    """Bytes that a training takes at most, and what it comes out as."""
    home = place / "plain" / "home"
    home.mkdir(parents=True)
    in_child(home, train_and_draw)
    used = sum(-(-p.stat().st_size // PAGE) * PAGE + PAGE for p in home.rglob("*"))
    return used, outcome_of("train", home)


def run(sizes):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder).resolve()
        needed, expected = room_needed(place)
        refused = 0
        for number in range(sizes):
            size = max(PAGE, 2 * needed * number // max(1, sizes - 1) // PAGE * PAGE)
            home = place / "disk"
            home.mkdir()
            mount(home, size)
            in_child(home, try_it)
            code = (place / "code").read_text()
            assert code in ("0", "2") and "Traceback" not in (place / "said.txt").read_text()
            refused += code == "2"
            assert not left_over(home), left_over(home)
            mount(home, "256m", "remount")
            in_child(home, train_and_draw)
            assert outcome_of("train", home) == expected and not left_over(home), size
            subprocess.run(["umount", home], check=True)
            home.rmdir()
        print(f"{sizes} sizes to {2 * needed:,} bytes: {refused} refused in a sentence, 0 crashes")


if __name__ == "__main__":
    run(int(sys.argv[1]))
