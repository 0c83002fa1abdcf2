"""What the set-up cell of every chapter calls, once it has found or fetched the repository."""

import importlib
import importlib.metadata
import os
import subprocess
import sys

from gan_tf import __version__
from gan_tf.environment import profiles

_chosen = None


def notebook(profile: str) -> None:
    """Make a notebook ready: install what is lacking, choose the profile, say what is here.

    It can be called any number of times. Libraries that are there are left as they are. A profile
    that GAN_TF_PROFILE named before the first call goes before `profile`.

    Raises:
        ValueError: if there is no such profile.
        OSError: if a library is lacking and cannot be installed.
    """
    global _chosen
    if os.environ.get("GAN_TF_PROFILE") in (None, "", _chosen):
        _chosen = os.environ["GAN_TF_PROFILE"] = profiles.get(profile).name
    _install_lacking()
    # Before anything else imports TensorFlow.
    from gan_tf.environment import quiet_tensorflow

    # isort: split
    from gan_tf.environment import hardware

    print(
        f"gan_tf {__version__}, TensorFlow {quiet_tensorflow.tensorflow.__version__}; "
        f"{hardware.settings()}; profile {profiles.get().name}"
    )


def _install_lacking():
    names = (profiles.ROOT / "requirements-colab.txt").read_text(encoding="utf-8").splitlines()
    lacking = [name for name in names if name and name[0] != "#" and not _is_installed(name)]
    if not lacking:
        return
    pip = [sys.executable, "-m", "pip", "install", "--quiet", *lacking]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise OSError(
            f"{', '.join(lacking)} could not be installed "
            f"({(errors or ['pip gave no reason'])[-1].removeprefix('ERROR: ')}): "
            f"run `pip install {' '.join(lacking)}` where there is a network, then this cell again."
        )
    importlib.invalidate_caches()


def _is_installed(name):
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
