"""A sample of what `make kills` and `tests.robustness.full_disk` try in full."""

import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def test_any_command_puts_right_what_a_kill_left():
    program = [sys.executable, "-m", "tests.robustness.kills"]
    sample = ["30", "retrain", "go back", "sweep"]
    done = subprocess.run([*program, *sample], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("nothing lost, nothing left over\n")


def may_mount():
    unshare = shutil.which("unshare")
    if not unshare:
        return False
    mount = ["mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    own = [unshare, "--map-root-user", "--mount"]
    return subprocess.run([*own, *mount], capture_output=True).returncode == 0


@pytest.mark.skipif(not may_mount(), reason="no disks in memory may be mounted here")
def test_a_full_disk_is_said_in_a_sentence_and_loses_nothing():
    own = ["unshare", "--map-root-user", "--mount"]
    program = [sys.executable, "-m", "tests.robustness.full_disk", "3"]
    done = subprocess.run([*own, *program], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 refused in a sentence, 0 crashes" in done.stdout
