import os
import subprocess
import sys

import pytest

import gan_tf


@pytest.mark.parametrize("given, expected", [(None, "1"), ("0", "0")])
def test_onednn_is_on_unless_the_user_says_otherwise(given, expected):
    environment = {k: v for k, v in os.environ.items() if k != "TF_ENABLE_ONEDNN_OPTS"}
    if given:
        environment["TF_ENABLE_ONEDNN_OPTS"] = given
    program = "import os, gan_tf; print(os.environ['TF_ENABLE_ONEDNN_OPTS'])"
    printed = subprocess.check_output([sys.executable, "-c", program], env=environment, text=True)
    assert printed.strip() == expected


def test_public_names_are_imported_when_first_used():
    program = (
        "import sys, gan_tf\n"
        "assert 'tensorflow' not in sys.modules and 'train' in dir(gan_tf)\n"
        "from gan_tf import runs\n"
        "assert gan_tf.train is runs.train and gan_tf.load_run is runs.load\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("name", gan_tf.__all__)
def test_every_public_name_is_there(name):
    assert getattr(gan_tf, name).__doc__ or name == "RECIPES"


def test_unknown_name():
    with pytest.raises(
        AttributeError, match="no 'fit': its public names are CertaintyRewardedGAN, GAN"
    ):
        gan_tf.fit  # noqa: B018


@pytest.mark.parametrize("first", ["from gan_tf import GAN", "from gan_tf import data, runs"])
def test_tensorflow_starts_without_a_word(first):
    program = f"{first}\nimport tensorflow as tf\ntf.zeros(1) + 1"
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert not done.stderr
