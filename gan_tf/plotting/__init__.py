"""Pictures of arrays: functions that draw return a Matplotlib `Figure`, and `save` writes it."""

import gan_tf.environment.quiet_tensorflow  # noqa: F401, before anything imports TensorFlow

# isort: split
from gan_tf.plotting.balls import balls
from gan_tf.plotting.curves import (
    classifier_curves,
    discriminator_outputs,
    epoch_curves,
    errors_by_count,
    loss_comparison,
    loss_curves,
    panels,
    step_curves,
    strategies,
)
from gan_tf.plotting.diagrams import architecture, game
from gan_tf.plotting.distributions import focus, output_histogram, proportions
from gan_tf.plotting.gifs import gif, training_gif
from gan_tf.plotting.image_grids import (
    grids,
    labelled_images,
    sample_epochs,
    sample_grid,
    samples_by_epoch,
    tile,
)
from gan_tf.plotting.maps import attention_maps, confusions, heatmap, latent_map, matrices
from gan_tf.plotting.paths import paths
from gan_tf.plotting.positions import positions
from gan_tf.plotting.style import save

__all__ = [
    "architecture",
    "attention_maps",
    "balls",
    "classifier_curves",
    "confusions",
    "discriminator_outputs",
    "epoch_curves",
    "errors_by_count",
    "focus",
    "game",
    "gif",
    "grids",
    "heatmap",
    "labelled_images",
    "latent_map",
    "loss_comparison",
    "loss_curves",
    "matrices",
    "output_histogram",
    "panels",
    "paths",
    "positions",
    "proportions",
    "sample_epochs",
    "sample_grid",
    "samples_by_epoch",
    "save",
    "step_curves",
    "strategies",
    "tile",
    "training_gif",
]
