"""Attention maps: where in an image a network finds what speaks for a class.

Every function takes any Keras model of one image input and one row of class scores, and
leaves it as it is: tf-keras-vis draws the maps from a float32 copy in which the softmax or
sigmoid of the output is replaced by a linear one. A discriminator's one logit is class 0.
Maps are float32 (n, height, width) in [0, 1]: 0 is no attention and 1 the strongest of the
map, so that every image weighs the same in a mean of maps. A map of no attention anywhere
stays 0 everywhere.

The rules say what becomes of a gradient on its way back through an activation, in place of
the activation's own derivative. They are those of keras-vis, which `verzeni-yau` used:

- "vanilla": nothing, the true gradient (Simonyan et al. 2014);
- "relu": negative gradients are set to 0 (the deconvnet of Zeiler & Fergus 2014);
- "guided": so are those of activations that were not positive (Springenberg et al. 2015).
"""

import operator
from functools import partial

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from tf_keras_vis.gradcam import Gradcam
from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
from tf_keras_vis.saliency import Saliency
from tf_keras_vis.scorecam import Scorecam

from gan_tf import arguments
from gan_tf.measures import metrics
from gan_tf.networks.plain_layers import plain

RULES = ("vanilla", "relu", "guided")
METHODS = {"grad-cam": Gradcam, "grad-cam++": GradcamPlusPlus, "score-cam": Scorecam}

# Images a batch: Score-CAM holds as many masked copies of each as there are channels.
_BATCH = 100
_CONVOLUTIONS = (
    layers.Conv2D,
    layers.SeparableConv2D,
    layers.DepthwiseConv2D,
    layers.Conv2DTranspose,
)
_PASSING = (
    layers.Reshape,
    layers.Flatten,
    layers.Dropout,
    layers.Identity,
    layers.Permute,
    layers.ActivityRegularization,
)
_ACTIVATION_LAYERS = (layers.ReLU, layers.LeakyReLU, layers.PReLU, layers.ELU, layers.Softmax)
# Classes of keras.ops, by name, for Keras does not publish them.
_PASSING_OPERATIONS = "Cast", "Reshape", "Squeeze", "ExpandDims", "Transpose"
_ACTIVATION_OPERATIONS = (
    *("Relu", "Relu6", "LeakyRelu", "Elu", "Selu", "Celu", "Gelu", "Silu", "Softplus", "Softsign"),
    *("Sigmoid", "HardSigmoid", "HardSilu", "HardTanh", "Tanh", "Softmax", "LogSoftmax"),
)
# What may be an activation or not.
_UNCLEAR = "Maximum", "Where", "Lambda"


def saliency(
    model: keras.Model,
    images: np.ndarray,
    classes: np.ndarray | int,
    rule: str = "vanilla",
    negate: bool = False,
    smooth: int = 0,
) -> np.ndarray:
    """How much each pixel changes the score of a class (Simonyan et al. 2014).

    The absolute gradient of the score by the pixel, the largest of its colours.

    Args:
        model: Keras model from images to class scores, probabilities or one logit.
        images: floats (n, height, width, channels) in the range the model was trained on.
        classes: (n,) integers, a class an image, or one integer for all images.
        rule: one of `RULES`.
        negate: show what speaks against the class instead: the negative gradients alone,
            negated at the end of their way back.
        smooth: 0, or the number of noisy copies of each image whose gradients are averaged
            before their sign is dropped (SmoothGrad, Smilkov et al. 2017, who use 50). The
            noise is a fifth of the image's range, and the same at every call.

    Returns:
        Maps float32 (n, height, width) in [0, 1], each divided by its maximum.

    Raises:
        ValueError: for an unknown rule, images or classes that the model does not have, a model
            within the model, or one whose softmax is no layer or operation of its own.
    """
    images, classes = _checked(model, images, classes, rule)
    smooth = arguments.whole_number(smooth, "smooth")
    network = _copy(model, rule, images)
    draw = partial(Saliency(network), gradient_modifier=None, keepdims=True, normalize_map=False)
    if smooth:
        # The library's own noise comes from numpy's global generator: other maps every time.
        random = np.random.default_rng(0)
        spread = 0.2 * np.ptp(images, axis=(1, 2, 3), keepdims=True)
        noises = (random.standard_normal(images.shape, np.float32) for _ in range(smooth))
        gradients = sum(_in_batches(draw, images + spread * n, classes) for n in noises) / smooth
    else:
        gradients = _in_batches(draw, images, classes)
    gradients = np.maximum(-gradients, 0) if negate else np.abs(gradients)
    return _scaled(gradients.max(axis=-1))


def class_activation(
    model: keras.Model,
    images: np.ndarray,
    classes: np.ndarray | int,
    rule: str = "vanilla",
    method: str = "grad-cam",
    negate: bool = False,
) -> np.ndarray:
    """Where the last convolution found what speaks for a class (Selvaraju et al. 2017).

    The weighted sum of the channels of the last convolution of more than one pixel, after
    its activation, clipped below 0 and stretched to the image's size, corner on corner: where
    convolutions have no padding, the map lies a little further out than what it shows. The
    weights:

    - "grad-cam": a channel's mean gradient (Selvaraju et al. 2017);
    - "grad-cam++": its positive gradients, weighted pixel by pixel (Chattopadhay et al. 2018);
    - "score-cam": no gradient, but the class's probability for the image seen through the
      channel as a mask (Wang et al. 2020). What is masked becomes 0, which is black for a
      classifier but grey for a discriminator. As many predictions an image as channels.

    Args:
        model, images, classes: as in `saliency`.
        rule: one of `RULES`; they differ only where an activation lies between the last
            convolution's own and the output.
        method: one of `METHODS`.
        negate: show what speaks against the class instead, by the negated gradients
            (counterfactual explanations of Selvaraju et al. 2017).

    Returns:
        Maps float32 (n, height, width) in [0, 1], each divided by its maximum.

    Raises:
        ValueError: as in `saliency`, and for an unknown method, a model without convolution,
            or a rule or negation for Score-CAM, which has no gradient.
    """
    images, classes = _checked(model, images, classes, rule)
    if not isinstance(method, str) or method not in METHODS:
        raise ValueError(f"There is no method {method!r}: use one of {', '.join(METHODS)}.")
    if method == "score-cam" and (negate or rule != "vanilla"):
        raise ValueError("Score-CAM uses no gradient: call it without rule and negate.")
    network = _copy(model, rule, images)
    options = {
        "penultimate_layer": _last_convolution(network),
        "seek_penultimate_conv_layer": False,
        "normalize_cam": False,
    }
    if negate:
        options["gradient_modifier"] = operator.neg
    if method == "grad-cam++":
        # Clipped here already: the library divides by a sum over negative gradients too, which
        # may itself be negative and turn the weight's sign.
        options["gradient_modifier"] = lambda g: tf.nn.relu(-g if negate else g)
    if method == "score-cam":
        network = _for_score_cam(network)
    draw = partial(METHODS[method](network), **options)
    score = _at_zero if method == "grad-cam++" else _score
    return _scaled(_in_batches(draw, images, classes, score))


def similarity(maps: np.ndarray, others: np.ndarray) -> float:
    """Cosine similarity of the mean maps of two sets: 1 for the same focus, 0 for none in common.

    It is 0 too where one of the sets shows no attention at all. Maps are never negative, so
    two unrelated sets score well above 0: compare with the similarity within one source.

    Args:
        maps, others: (n, height, width) and (m, height, width), not negative.

    Raises:
        ValueError: if the maps have two sizes, or there are none.
    """
    maps, others = _maps(maps), _maps(others)
    if maps.shape[1:] != others.shape[1:]:
        raise ValueError(
            f"Similarity compares maps (n, height, width) of one size, not {maps.shape} with "
            f"{others.shape}."
        )
    mean, other = maps.mean(axis=0).ravel(), others.mean(axis=0).ravel()
    norms = np.linalg.norm(mean) * np.linalg.norm(other)
    return float(mean @ other / norms) if norms else 0.0


def focus(
    maps: np.ndarray, others: np.ndarray, repetitions: int = 20, seed: int = 0
) -> dict[str, list[float]]:
    """Whether two sources of one class share their focus: similarities within and across them.

    Each repetition draws two halves of the smaller source and as many maps of the larger one,
    and compares their mean maps. The similarity across means something only beside those
    within, which say how much two sets of the same source differ.

    Args:
        maps, others: (n, height, width) and (m, height, width), not negative.
        repetitions: how often to draw.
        seed: of the draws.

    Returns:
        dict of lists, a similarity a repetition: "within", of two halves of `maps`; "within
        others"; "across", of a half of `maps` and one of `others`.

    Raises:
        ValueError: if a source has fewer than two maps, or the maps have two sizes.
    """
    maps, others = _maps(maps), _maps(others)
    half = min(len(maps), len(others)) // 2
    if not half:
        raise ValueError(f"{len(maps)} and {len(others)} maps cannot be halved: two are needed.")
    random = np.random.default_rng(arguments.seed(seed))
    repetitions = arguments.whole_number(repetitions, "repetitions", least=1)
    similarities: dict[str, list[float]] = {"within": [], "within others": [], "across": []}
    for _ in range(repetitions):
        first, second = random.permutation(len(maps))[: 2 * half].reshape(2, half)
        other, another = random.permutation(len(others))[: 2 * half].reshape(2, half)
        similarities["within"].append(similarity(maps[first], maps[second]))
        similarities["within others"].append(similarity(others[other], others[another]))
        similarities["across"].append(similarity(maps[first], others[other]))
    return similarities


def randomised(model: keras.Model, seed: int) -> keras.Model:
    """A copy of `model` with the values of each weight shuffled, to check maps by.

    A map that stays the same for it does not show what the network has learned (Adebayo et
    al. 2018). Shuffled and not drawn anew, the weights keep the size they were trained to.
    The same integer `seed` gives the same copy.
    """
    random = np.random.default_rng(arguments.seed(seed))
    copy = keras.models.clone_model(model)
    copy.set_weights([random.permutation(w.ravel()).reshape(w.shape) for w in model.get_weights()])
    return copy


def _maps(value):
    """Maps float64 (n, height, width), not negative."""
    maps = np.asarray(value)
    if maps.dtype.kind not in "uif" or maps.ndim != 3 or not maps.size:
        raise ValueError(f"Maps must be numbers (n, height, width), but are {maps.shape}.")
    if not np.isfinite(maps).all() or maps.min() < 0:
        raise ValueError("Maps must be finite and not negative: draw them anew.")
    return maps.astype(np.float64)


def _checked(model, images, classes, rule):
    """Images float32 and classes (n,) int, if they and the rule are fit for the model."""
    if not isinstance(rule, str) or rule not in RULES:
        raise ValueError(f"There is no rule {rule!r}: use one of {', '.join(RULES)}.")
    if not isinstance(model, keras.Model):
        raise ValueError(f"The model is a {type(model).__name__}, but must be a Keras model.")
    if not getattr(model, "inputs", None) or len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ValueError(
            f"The model {model.name!r} is not built by Sequential or of layers with one input and "
            "one output: build it so, with keras.Model(input, scores)."
        )
    if any(isinstance(layer, keras.Model) for layer in model.layers):
        raise ValueError(
            f"A layer of the model {model.name!r} is itself a model: build it from the inner "
            "model's layers instead."
        )
    if any(getattr(layer, "data_format", "") == "channels_first" for layer in model.layers):
        raise ValueError(
            f"The model {model.name!r} takes the channels first: build it for images (n, height, "
            "width, channels)."
        )
    taken = keras.backend.standardize_dtype(model.inputs[0].dtype)
    if "float" not in taken:
        raise ValueError(
            f"The model {model.name!r} takes {taken}, which has no gradient: let its input be "
            "float32."
        )
    unclear = [kind for kind in map(_kind, _operations(model)) if kind in _UNCLEAR]
    if rule != "vanilla" and unclear:
        raise ValueError(
            f"The model {model.name!r} has the operation {unclear[0]}, of which the rule {rule!r} "
            "cannot know whether it is an activation: use keras.layers.ReLU, or the rule vanilla."
        )
    images = np.asarray(images)
    shape = model.input_shape
    fits = images.ndim == len(shape) == 4 and len(images)
    if not fits or any(n not in (m, None) for m, n in zip(images.shape, shape, strict=True)):
        raise ValueError(
            f"The model {model.name!r} takes images of shape {shape}, not {images.shape}."
        )
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(
            f"The images are {images.dtype}: scale them to the model's range first, with "
            "gan_tf.data.to_unit for a classifier or to_signed for a discriminator."
        )
    if not np.isfinite(images).all():
        raise ValueError("The images hold NaN or infinity: leave those out.")
    classes = np.asarray(classes)
    if classes.ndim == 0:
        classes = np.full(len(images), classes)
    if classes.shape != (len(images),):
        raise ValueError(
            f"Classes of shape {classes.shape} do not fit {len(images)} images: give one class "
            "an image, or one integer for all."
        )
    if len(model.output_shape) != 2:
        raise ValueError(
            f"The model {model.name!r} gives {model.output_shape}, but must give one row of class "
            "scores an image: end it with a Dense layer."
        )
    known = range(model.output_shape[-1])
    unknown = [c for c in classes.tolist() if c not in known]
    if unknown:
        raise ValueError(
            f"The model {model.name!r} has no class {unknown[0]!r}: use integers from 0 to "
            f"{known[-1]}."
        )
    return images.astype(np.float32), classes.astype(int)


def _copy(model, rule, images):
    """A functional float32 copy of `model` with linear outputs and `rule` in its activations.

    tf-keras-vis has modifiers for this, but they do not see activations in layers of their
    own, and there is none for "relu".
    """
    copy = plain(keras.Model(model.inputs, model.outputs, name=model.name))
    last = _last_activation(copy)
    for layer in _operations(copy):
        if layer is last:
            _change_activation(layer, lambda activation: keras.activations.linear)
        elif rule != "vanilla":
            _change_activation(layer, partial(_with_rule, rule=rule))
    if metrics.are_probabilities(np.asarray(copy([images[:8]]))):
        raise ValueError(
            f"The model {model.name!r} gives probabilities, and its softmax, which hides what "
            "speaks for a class, is not found: end it in a layer with activation='softmax', or "
            "leave the softmax out."
        )
    return copy


def _operations(model):
    """The layers of a model, and the operations of keras.ops between them."""
    return getattr(model, "operations", model.layers)


def _kind(operation):
    return type(operation).__name__


def _last_activation(model):
    """The layer or operation that makes probabilities of the output's scores.

    It is the last one but those that only bring them into another shape or type.
    """
    layer = model.outputs[0]._keras_history.operation
    while _passes(layer):
        layer = layer.input._keras_history.operation
    return layer


def _passes(layer):
    """Whether a layer or an operation leaves values as they are, for these maps."""
    if not isinstance(layer, layers.Layer):
        return _kind(layer) in _PASSING_OPERATIONS
    if isinstance(layer, layers.Activation):
        return layer.activation is keras.activations.linear
    if isinstance(layer, layers.Rescaling):
        return (layer.scale, layer.offset) == (1, 0)
    return isinstance(layer, _PASSING)


def _change_activation(layer, change):
    layer = _unwrapped(layer)
    is_operation = not isinstance(layer, layers.Layer) and _kind(layer) in _ACTIVATION_OPERATIONS
    if hasattr(layer, "activation"):
        layer.activation = change(layer.activation)
    elif is_operation or isinstance(layer, _ACTIVATION_LAYERS):
        changed = change(layer.call)
        # Keras hands a Softmax a mask too.
        layer.call = lambda inputs, **_: changed(inputs)


def _unwrapped(layer):
    """The layer that another one, such as `SpectralNormalization`, holds; else the layer itself."""
    return layer.layer if isinstance(layer, layers.Wrapper) else layer


def _with_rule(activation, rule):
    """`activation` with the gradient of `rule` instead of its own."""
    if activation is keras.activations.linear:
        return activation

    @tf.custom_gradient
    def ruled(x, y):
        def gradient(dy):
            dx = tf.nn.relu(dy)
            return (tf.where(x > 0, dx, 0) if rule == "guided" else dx), None

        return y, gradient

    return lambda x: ruled(x, activation(x))


def _last_convolution(model):
    """The last layer of feature maps: a convolution, or the activation that follows it.

    Feature maps of one pixel are passed over: no place could be read from them.
    """
    last = None
    for layer in model.layers:
        follows = last and (hasattr(layer, "activation") or isinstance(layer, _ACTIVATION_LAYERS))
        shape = layer.output.shape
        is_map = len(shape) == 4 and shape[1:-1] != (1, 1)
        if is_map and (isinstance(_unwrapped(layer), _CONVOLUTIONS) or follows):
            last = layer
    if last is None:
        raise ValueError(
            f"The model {model.name!r} has no convolution to draw a class activation map from: "
            "use saliency."
        )
    return last


def _for_score_cam(network):
    """`network` as Score-CAM needs it: it takes the softmax of the scores."""
    if network.output_shape[-1] == 1:
        # With a 0 beside it, the softmax of one logit is its sigmoid.
        scores = keras.ops.pad(network.outputs[0], [[0, 0], [0, 1]])
        network = keras.Model(network.inputs, scores)
    # The library's call would draw a progress bar and trace a graph for every batch.
    network.predict = partial(network.predict, verbose=0)
    network.run_eagerly = True
    return network


def _score(classes):
    """The score of each image's class, all in one operation: the library's own takes one each."""
    return lambda outputs: tf.gather(outputs, classes, axis=1, batch_dims=1)


def _at_zero(classes):
    """The score of `classes` less its own value: 0, with the same gradient.

    Grad-CAM++ multiplies by exp(score), which is infinite from 89 on and cancels in the map.
    """
    score = _score(classes)
    return lambda outputs: score(outputs) - tf.stop_gradient(score(outputs))


def _in_batches(draw, images, classes, score=_score):
    """What `draw` makes of scores and images, batch by batch, in one array."""
    batches = [slice(start, start + _BATCH) for start in range(0, len(images), _BATCH)]
    return np.concatenate([draw(score(classes[b]), images[b]) for b in batches])


def _scaled(maps):
    """Maps divided by their maxima; those that are 0 everywhere stay so."""
    maxima = maps.max(axis=(1, 2), keepdims=True)
    return np.divide(maps, maxima, out=np.zeros_like(maps), where=maxima > 0)
