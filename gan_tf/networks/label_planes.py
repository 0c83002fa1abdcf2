"""A label as planes, which joins the input of a convolution."""

from keras import KerasTensor, layers


def label_planes(label: KerasTensor, height: int, width: int) -> KerasTensor:
    """Planes (batch, height, width, classes), constant each, of labels (batch, classes)."""
    repeated = layers.RepeatVector(height * width)(label)
    return layers.Reshape((height, width, label.shape[-1]))(repeated)
