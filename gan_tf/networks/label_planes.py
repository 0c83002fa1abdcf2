"""A label as planes, which joins the input of a convolution."""

from keras import KerasTensor, layers


def label_planes(label: KerasTensor, side: int) -> KerasTensor:
    """Planes (batch, side, side, classes), constant each, of one-hot labels (batch, classes)."""
    repeated = layers.RepeatVector(side * side)(label)
    return layers.Reshape((side, side, label.shape[-1]))(repeated)
