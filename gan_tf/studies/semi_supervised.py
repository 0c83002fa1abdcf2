"""The partial semi-supervised method of `verzeni-yau`, and what labels alone can do.

The complete method, a generator trained with the classifier, is the recipes semi-supervised-*.
All arguments are plain values, so that `sweeps.sweep` can carry the functions out anywhere.
"""

import time

import keras
import numpy as np

from gan_tf import arguments, data, runs
from gan_tf.environment import profiles
from gan_tf.measures import metrics
from gan_tf.networks import classifiers, discriminators, weight_normalisation
from gan_tf.training import batches
from gan_tf.training.classifier_fitting import fit_epochs
from gan_tf.training.optimizers import Adam

SYNTHETIC_CLASS = 10
REAL, TEST = 5400, 1000
READINGS = (5, 50, 100)
BATCH_SIZE = 32
# Of the two heads, each counting half: whether an image is real, and which digit it is.
LOSSES = {"real": "binary_crossentropy", "digit": "sparse_categorical_crossentropy"}
LOSS_WEIGHTS = {"real": 0.5, "digit": 0.5}


def train_two_headed(synthetic: str, seed: int, profile: str | None = None) -> dict[str, float]:
    """Train the two-headed CNN-5l on 5,400 real digits and as many synthetic ones (Tables 3, 4).

    Adam, 1e-3, batches of 32, 100 epochs, both losses with the weight 1/2. The synthetic digits
    have the class 10. A real digit counts as read right only if the most probable of the eleven
    classes is its label, as in the report.

    Args:
        synthetic: the recipe that draws the synthetic digits, or "none" for real ones alone.
        seed: of the weights, of which real digits are taken, and of their order.
        profile: as in `runs.train`.

    Returns:
        dict: at the readings 5, 50 and 100 `test_<epoch>` and `train_<epoch>`, the accuracy on the
        first 1,000 test digits and on the real training digits, and `ten_classes_<epoch>`, that on
        the same test digits if the class "synthetic" is left out; and `seconds` of training.
    """
    profile = profiles.get(profile)
    digits = data.load("mnist")
    chosen = data.balanced_order(digits.y_train, seed)[: min(REAL, profile.images or REAL)]
    real = digits.x_train[chosen], digits.y_train[chosen]
    arrays = real
    if synthetic != "none":
        run = runs.train(synthetic, profile=profile.name, retrain=False)
        fakes = run.generate(len(chosen), seed=2018)
        labels = np.full(len(fakes), SYNTHETIC_CLASS, np.uint8)
        arrays = np.concatenate([real[0], fakes]), np.concatenate([real[1], labels])
    keras.utils.set_random_seed(seed)
    model = classifiers.two_headed()
    model.compile(
        Adam(1e-3),
        LOSSES,
        loss_weights=LOSS_WEIGHTS,
        jit_compile=False,
        steps_per_execution=batches.steps_per_execution(
            len(arrays[0]) // BATCH_SIZE, batches.CLASSIFIER_STEPS
        ),
    )
    result, seconds = {}, 0.0
    for epoch in range(1, (profile.epochs or READINGS[-1]) + 1):
        start = time.perf_counter()
        model.fit(
            batches.batches(arrays, BATCH_SIZE, seed, epoch, epoch - 1).map(_targets),
            steps_per_epoch=len(arrays[0]) // BATCH_SIZE,
            shuffle=False,
            verbose=0,
        )
        seconds += time.perf_counter() - start
        if epoch in READINGS or epoch == profile.epochs:
            test = digits.x_test[:TEST], digits.y_test[:TEST]
            result[f"test_{epoch}"] = _accuracy(model, *test)
            result[f"train_{epoch}"] = _accuracy(model, *real)
            result[f"ten_classes_{epoch}"] = _accuracy(model, *test, classes=SYNTHETIC_CLASS)
    return {**result, "seconds": round(seconds, 2)}


def train_on_labels(labelled: int, seed: int, profile: str | None = None) -> dict[str, float]:
    """Train the semi-supervised discriminator on its labelled digits alone.

    The control of the recipe semi-supervised-<labelled>: the same network, digits and batches of
    100, Adam 3e-3, 10 epochs of 60,000 digits, among them each labelled one many times, in the
    second half of the epochs shifted at random as there.

    Returns:
        dict: `accuracy` on the 10,000 test digits, fewer in a small profile, and `seconds` of
        training.

    Raises:
        ValueError: for more digits than there are, or fewer than one of each class.
    """
    digits = data.load("mnist")
    labelled = arguments.whole_number(labelled, "labelled", 10, len(digits.y_train))
    chosen = data.balanced_order(digits.y_train, seed)[:labelled]
    profile = profiles.get(profile)
    count = profile.images or len(digits.y_train)
    images, labels = batches.repeated((digits.x_train[chosen], digits.y_train[chosen]), count)
    epochs = min(10, profile.epochs or 10)

    def arrays(epoch):
        if epoch < epochs // 2:
            return images, labels
        return batches.shifted(images, seed, epoch).numpy(), labels

    keras.utils.set_random_seed(seed)
    network = discriminators.semi_supervised()
    weight_normalisation.initialise(network, data.to_signed(images[:500]))
    model = as_classifier(network)
    adam = Adam(3e-3, 0.5)
    seconds = fit_epochs(model, adam, map(arrays, range(epochs)), 100, seed)
    test = digits.x_test[: profile.images], digits.y_test[: profile.images]
    accuracy = metrics.accuracy(model, *test)
    return {"accuracy": accuracy, "seconds": round(seconds, 2)}


def as_classifier(discriminator: keras.Model) -> keras.Model:
    """A semi-supervised discriminator as a classifier, with the same weights.

    Images (batch, height, width, channels) in [0, 1] -> the probabilities (batch, classes) of the
    real classes.
    """
    image = keras.layers.Input(discriminator.input_shape[1:])
    _, logits = discriminator(keras.layers.Rescaling(2, offset=-1)(image))
    return keras.Model(image, keras.layers.Softmax(dtype="float32")(logits))


def _targets(images, labels):
    return data.to_unit(images), {"real": labels < SYNTHETIC_CLASS, "digit": labels}


def _accuracy(model, images, labels, classes=SYNTHETIC_CLASS + 1):
    outputs = model.predict(data.to_unit(images), batch_size=500, verbose=0)
    return float(np.mean(outputs["digit"][:, :classes].argmax(axis=1) == labels))
