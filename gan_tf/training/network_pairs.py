"""Whether a generator, a discriminator and a loss fit each other; a sentence if they do not."""

import keras

from gan_tf.training.losses import Critic, Objective, OnProbabilities, SemiSupervised

# Layers that do not change in which range values are.
_PASSING = keras.layers.Flatten, keras.layers.Reshape, keras.layers.Dropout


def check_pair(
    generator: keras.Model, discriminator: keras.Model, loss: Objective, classes: int
) -> None:
    """Raise a `ValueError` that names the layer if the networks do not fit.

    Args:
        classes: 0, or how many classes both are told of.
    """
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        if not isinstance(network, keras.Model):
            raise ValueError(
                f"The {name} is a {type(network).__name__}, but must be a Keras model: call its "
                "builder, or put its layers into keras.Sequential."
            )
    _check_shapes(generator, discriminator, classes)
    _check_outputs(discriminator, loss)
    _check_range(generator)


def _check_shapes(generator, discriminator, classes):
    if len(generator.input_shape) != 2:
        raise ValueError(
            f"The generator {generator.name!r} takes inputs of {generator.input_shape[1:]}, but "
            "must take vectors: begin it with Input((100,)), say."
        )
    if generator.input_shape[1] <= classes:
        raise ValueError(
            f"The generator {generator.name!r} takes vectors of {generator.input_shape[1]}, which "
            f"leave no room for a latent vector beside {classes} classes: make its input longer."
        )
    drawn, taken = generator.output_shape[1:], discriminator.input_shape[1:]
    needed = (*drawn[:-1], drawn[-1] + classes)
    if taken != needed:
        planes = f", with {classes} planes of the label {needed}" if classes else ""
        raise ValueError(
            f"The generator ends in the layer {generator.layers[-1].name!r} with images of "
            f"{drawn}{planes}, but the discriminator's first layer takes {taken}: make both the "
            "same."
        )


def _check_outputs(discriminator, loss):
    outputs = discriminator.outputs
    if isinstance(loss, SemiSupervised):
        if len(outputs) != 2:
            raise ValueError(
                f"The discriminator {discriminator.name!r} has {len(outputs)} outputs, but the "
                "semi-supervised loss takes two, features and logits: give it both."
            )
        return
    if len(outputs) != 1 or outputs[0].shape[1:] != (1,):
        shapes = " and ".join(str(tuple(output.shape[1:])) for output in outputs)
        raise ValueError(
            f"The discriminator ends in the layer {discriminator.layers[-1].name!r} with outputs "
            f"of {shapes}, but must give one number an image: end it with Dense(1)."
        )
    layer, activation = _last_activation(discriminator)
    kind = type(loss).__name__
    if isinstance(loss, OnProbabilities):
        if activation == "linear":
            raise ValueError(
                f"The discriminator's layer {layer.name!r} has no sigmoid, but the loss {kind} "
                "takes probabilities: add activation='sigmoid', or use NonSaturating."
            )
    elif activation in ("sigmoid", "softmax", "tanh"):
        what = "values of any size" if isinstance(loss, Critic) else "logits"
        raise ValueError(
            f"The discriminator's layer {layer.name!r} ends in {activation}, but the loss {kind} "
            f"takes {what}: remove the activation"
            + ("." if isinstance(loss, Critic) else ", or use OnProbabilities with a sigmoid.")
        )


def _check_range(generator):
    layer, activation = _last_activation(generator)
    if activation in ("linear", "relu", "leaky_relu", "sigmoid", "softmax", "softplus"):
        raise ValueError(
            f"The generator's layer {layer.name!r} ends in {activation}, but images must be in "
            "[-1, 1]: give it activation='tanh', or put a Rescaling after it."
        )


def _last_activation(network):
    """The last layer that decides the range of values, and its activation's name, "" if unknown.

    Operations of `keras.ops` are among them, of which the range is not known.
    """
    steps = getattr(network, "operations", network.layers)
    layer = next(each for each in reversed(steps) if not isinstance(each, _PASSING))
    if isinstance(layer, keras.layers.ReLU):
        return layer, "relu"
    if isinstance(layer, keras.layers.LeakyReLU):
        return layer, "leaky_relu"
    return layer, getattr(getattr(layer, "activation", None), "__name__", "")
