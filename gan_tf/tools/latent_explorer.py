"""A tool to move about in the latent space, for notebooks (`gavazzi` section 3.7)."""

import ipywidgets as widgets
import keras
import numpy as np

from gan_tf import training
from gan_tf.measures.latent_space import LatentSpace, Plane
from gan_tf.tools.labelling import enlarged, png


class LatentExplorer(widgets.VBox):
    """Pick three digits and move in the plane through their mean latents.

    Shows the image at the point that the sliders choose, what it is read as and how certainly.

    Args:
        generator: Keras model from latents to images in [-1, 1].
        space: the `latent_space.LatentSpace` of the generator.
        means: the mean latent of each digit (10, latent_dim), as `latent_space.Labelled.means`.
    """

    def __init__(self, generator: keras.Model, space: LatentSpace, means: np.ndarray):
        self.generator, self.space, self.means = generator, space, means
        self._digits = [
            widgets.Dropdown(
                options=range(10), value=digit, description=name, layout={"width": "150px"}
            )
            for digit, name in zip((8, 1, 0), ("first", "second", "third"), strict=True)
        ]
        self._right, self._up = (
            widgets.FloatSlider(min=-2, max=2, step=0.05, description=name)
            for name in ("right", "up")
        )
        self._picture = widgets.Image(layout={"width": "224px", "height": "224px"})
        self._text = widgets.Label()
        super().__init__(
            [widgets.HBox(self._digits), self._right, self._up, self._picture, self._text]
        )
        for control in (*self._digits, self._right, self._up):
            control.observe(self._show, "value")
        self._show()

    def _show(self, _=None):
        chosen = [control.value for control in self._digits]
        if len(set(chosen)) < 3:
            self._text.value = "Choose three different digits: two points span no plane."
            return
        plane = Plane(self.means[chosen])
        # A unit of the sliders is the distance of the farthest digit from the centre.
        unit = abs(plane.points).max()
        latents = plane.latents([[self._right.value * unit, self._up.value * unit]])
        read = self.space.label(latents)
        self._picture.value = png(enlarged(training.generate(self.generator, latents)[0], 224))
        self._text.value = f"reads {read.labels[0]}, certainty {read.certainties[0]:.2f}"
