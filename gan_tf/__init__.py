"""How real are GAN digits? Networks, training, runs and pictures behind the notebooks."""

import os

__version__ = "0.1.0"

# TensorFlow reads it when it is first imported. By itself it uses oneDNN only on processors with
# AVX-512 VNNI, but it is faster on others, too: benchmarks/README.md.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
