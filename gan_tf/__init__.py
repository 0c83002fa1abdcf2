"""How real are GAN digits? Networks, training, runs and pictures behind the notebooks."""

__version__ = "0.1.0"
