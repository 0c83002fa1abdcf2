"""How real are GAN digits? Networks, training, runs and pictures behind the notebooks."""

import importlib
import os
from typing import Any

from gan_tf.environment import registration

__version__ = "0.2.0"

# TensorFlow reads it when it is first imported. By itself it uses oneDNN only on processors with
# AVX-512 VNNI, but it is faster on others, too: benchmarks/README.md.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

registration.with_keras()

# The public names; the module of each is imported when the name is first used, for TensorFlow
# takes seconds.
_PUBLIC = {
    "GAN": "gan_tf.training.gan",
    "CertaintyRewardedGAN": "gan_tf.training.gan",
    "SemiSupervisedGAN": "gan_tf.training.gan",
    "losses": "gan_tf.training",
    "RECIPES": "gan_tf.recipes",
    "train": "gan_tf.runs.life_of_a_run",
    "load_run": "gan_tf.runs.life_of_a_run",
    "load_data": "gan_tf.data.datasets",
    "scorecard": "gan_tf.scoring.scorecard",
}
_ORIGINAL = {"load_run": "load", "load_data": "load"}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"gan_tf has no {name!r}: its public names are {', '.join(__all__)}.")
    return getattr(importlib.import_module(_PUBLIC[name]), _ORIGINAL.get(name, name))


def __dir__() -> list[str]:
    return [*globals(), *__all__]
