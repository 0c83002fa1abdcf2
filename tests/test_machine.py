import tensorflow as tf

from gan_tf import machine


def test_device_and_versions():
    assert "cores of" in machine.device() or "x" in machine.device()
    assert machine.versions()["tensorflow"] == tf.__version__


def test_precision_follows_the_processor(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    for flags, precision in (("avx2 avx512_bf16", "mixed_bfloat16"), ("avx2", "float32")):
        monkeypatch.setattr(machine, "_cpu_info", lambda flags=flags: flags)
        assert machine.fastest_precision() == precision


def test_precision_follows_the_gpu(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU:0"])
    for capability, precision in (((7, 5), "float32"), ((9, 0), "mixed_bfloat16")):
        monkeypatch.setattr(
            tf.config.experimental,
            "get_device_details",
            lambda gpu, capability=capability: {"compute_capability": capability},
        )
        assert machine.fastest_precision() == precision
