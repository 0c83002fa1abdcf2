"""What this machine is: its device in words, its versions, its fastest precision."""

import os
import platform
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf


def fastest_precision() -> str:
    """Keras's dtype policy: bfloat16 where the hardware multiplies in it, else float32."""
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        native = details.get("compute_capability", (0, 0)) >= (8, 0)
    else:
        native = "avx512_bf16" in _cpu_info() or "amx_bf16" in _cpu_info()
    return "mixed_bfloat16" if native else "float32"


def device() -> str:
    """The hardware that trains, in words, and among how many replicas a batch is shared."""
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    return _processors() + (f" as {replicas} replicas" if replicas > 1 else "")


def _processors():
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        return f"{len(gpus)} x {details.get('device_name', 'GPU')}"
    names = [line for line in _cpu_info().splitlines() if line.startswith("model name")]
    name = names[0].split(":", 1)[1].strip() if names else platform.machine()
    return f"{os.cpu_count()} cores of {name}"


def settings() -> str:
    """How this machine trains, in words: its device, precision, and whether XLA compiles."""
    precision = {"mixed_bfloat16": "bfloat16", "float32": "float32"}[fastest_precision()]
    if not uses_xla():
        return f"{device()}, {precision}"
    reason = ", for it has no bfloat16" if precision == "float32" else ""
    return f"{device()}, {precision} with XLA{reason}"


def uses_xla() -> bool:
    """Whether XLA compiles the steps: where there is a GPU, for on a CPU it is slower."""
    return bool(tf.config.list_physical_devices("GPU"))


def versions() -> dict[str, str]:
    """Versions of what the numbers depend on."""
    return {
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
    }


def _cpu_info():
    """What Linux says of the processor; empty on other systems."""
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return ""
