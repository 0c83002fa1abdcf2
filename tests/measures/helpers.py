"""Networks so small that their attention maps can be worked out by hand."""

import functools

import keras
import numpy as np
from keras import Sequential, layers

from gan_tf.measures.attention_maps import (
    RULES,
    class_activation,
    saliency,
)

random = np.random.default_rng(0)


IMAGES = random.uniform(0, 1, (7, 8, 8, 1)).astype(np.float32)


CLASSES = random.integers(0, 3, 7, dtype=np.uint8)


# An image of four pixels for three hidden units. Their inputs are 3, -1 and 2: only the
# second is not active.
FOUR_PIXELS = np.reshape([1.0, 2.0, 1.0, 0.0], (1, 2, 2, 1))


HIDDEN = np.array([[1.0, -1, 0], [0, 0, 1], [2, 0, 0], [0, 3, 1]])


SCORES = np.array([[1.0, 0], [2, 1], [-1, 1]])


def inside():
    middle = [layers.Dense(3, "relu", use_bias=False), layers.Dense(2, "softmax", use_bias=False)]
    return Sequential([layers.Input((2, 2, 1)), layers.Flatten(), *middle])


def separate(hidden, output):
    dense = [layers.Dense(3, use_bias=False), layers.Dense(2, use_bias=False)]
    return Sequential(
        [layers.Input((2, 2, 1)), layers.Flatten(), dense[0], hidden, dense[1], output]
    )


def functional():
    image = layers.Input((2, 2, 1))
    x = layers.Dense(3, use_bias=False)(layers.Flatten()(image))
    x = layers.Dense(2, use_bias=False, activation="softmax")(layers.ReLU()(x))
    return keras.Model(image, x)


def with_weights(model, *weights):
    model.set_weights([np.array(w) for w in weights])
    return model


SAME_NETWORKS = {
    "inside": inside,
    "layers": lambda: separate(layers.ReLU(), layers.Softmax()),
    "activation layers": lambda: separate(layers.Activation("relu"), layers.Activation("softmax")),
    "functional": functional,
}


def convolutional(separate=None, seed=0):
    """Two convolutions, two dense layers; ReLUs inside them or in layers made by `separate`."""
    keras.utils.set_random_seed(seed)
    inside = None if separate else "relu"
    own = [(separate or layers.Identity)() for _ in range(3)]
    return Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(4, 3, activation=inside),
            own[0],
            layers.MaxPooling2D(),
            layers.Conv2D(5, 2, activation=inside),
            own[1],
            layers.Flatten(),
            layers.Dense(6, inside),
            own[2],
            layers.Dense(3),
        ]
    )


def all_maps(model, images, classes):
    """Every kind of map there is, by name."""
    maps = {}
    for negate in (False, True):
        for rule in RULES:
            maps["saliency", rule, negate] = saliency(model, images, classes, rule, negate)
            for method in ("grad-cam", "grad-cam++"):
                maps[method, rule, negate] = class_activation(
                    model, images, classes, rule, method, negate
                )
    maps["score-cam", None, False] = class_activation(model, images, classes, method="score-cam")
    return maps


@functools.cache
def maps_of_convolutional():
    """Every kind of map of `convolutional()`, which several tests compare others with."""
    return all_maps(convolutional(), IMAGES, CLASSES)


def functional_with_norm():
    image = layers.Input((8, 8, 1))
    x = layers.LeakyReLU()(layers.BatchNormalization()(layers.Conv2D(2, 3)(image)))
    return keras.Model(image, layers.Dense(1, "sigmoid")(layers.Flatten()(x)))


def model_state(model, images):
    """All that a map could have changed in a model, in values that compare."""
    return [
        model.to_json(),
        [weight.numpy().tobytes() for weight in model.weights],
        [(layer, layer.trainable, layer.call, len(layer._inbound_nodes)) for layer in model.layers],
        [getattr(layer, "activation", None) for layer in model.layers],
        model.predict,
        model(images).numpy().tolist(),
    ]


def scaled(maps):
    return maps / np.maximum(maps.max(axis=(1, 2), keepdims=True), 1e-30)
