"""How real are GAN digits? Networks, training, runs and pictures behind the notebooks."""

import os

__version__ = "0.1.0"

# TensorFlow reads it when it is first imported. By itself it uses oneDNN only on processors with
# AVX-512 VNNI; on one without, a training step of the five-layer CNN takes a quarter less with it.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
