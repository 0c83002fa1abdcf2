"""What adversarial training taught the discriminator: it, and its controls, as classifiers.

Beyond `mnist-assignment` section 3.3, which tried the first of `NETWORKS` on all the labels.
"""

import keras

from gan_tf import data, runs
from gan_tf.environment import profiles
from gan_tf.measures import metrics
from gan_tf.networks import classifiers
from gan_tf.training import batches
from gan_tf.training.classifier_fitting import fit_epochs
from gan_tf.training.optimizers import Adam

NETWORKS = ("fine-tuned", "random convolutions", "unfrozen", "from scratch")
EPOCHS, BATCH_SIZE = 10, 32


def cells(profile: str | None = None) -> list[dict[str, str | int]]:
    """The comparison as cells of `sweeps.sweep` over `finetune`.

    Every network at 100, 1,000 and 10,000 labelled digits with three seeds, and at all 60,000
    with one; a smaller profile ends at the images that it has, and has one seed.
    """
    profile = profiles.get(profile)
    size = profile.images or 60_000
    few = [(count, 3) for count in (100, 1000, 10_000) if count < size]
    return [
        {"network": network, "labelled": labelled, "seed": seed, "profile": profile.name}
        for labelled, seeds in [*few, (size, 1)]
        for network in NETWORKS
        for seed in profile.seeds(seeds)
    ]


def finetune(
    network: str, labelled: int, seed: int, profile: str | None = None
) -> dict[str, float]:
    """Train the DCGAN discriminator as a classifier on `labelled` digits, and test it.

    The digits are balanced over the classes as far as there are enough, and repeated where they
    make fewer than 200 batches of an epoch (in a small profile, than it has images). Adam, 1e-3,
    batches of 32, 10 epochs. All arguments are plain values, so that `sweeps.sweep` can carry it
    out anywhere.

    Args:
        network: "fine-tuned", the convolutions of the `dcgan` run, frozen; "random
            convolutions", frozen as they were drawn; "unfrozen", those of `dcgan`, which train
            too; "from scratch", drawn and trained.
        labelled: how many training images.
        seed: of the weights, of which images are taken, and of their order.
        profile: as in `runs.train`.

    Returns:
        dict: `accuracy` on the 10,000 test digits, fewer in a small profile, and `seconds` of
        training.

    Raises:
        ValueError: for an unknown network, or more images than there are.
    """
    digits = data.load("mnist")
    if network not in NETWORKS:
        raise ValueError(f"There is no network {network!r}. Known: {', '.join(NETWORKS)}.")
    if not 1 <= labelled <= len(digits.y_train):
        raise ValueError(
            f"{labelled} labelled images were asked for, but there are {len(digits.y_train)}."
        )
    keras.utils.set_random_seed(seed)
    model = classifiers.finetuned_discriminator()
    if network in ("fine-tuned", "unfrozen"):
        gan = runs.train("dcgan", profile=profile, retrain=False)
        classifiers.set_convolutions(model, gan.discriminator)
    if network in ("unfrozen", "from scratch"):
        for layer in model.layers:
            layer.trainable = True
    chosen = data.balanced_order(digits.y_train, seed)[:labelled]
    profile = profiles.get(profile)
    size = min(200 * BATCH_SIZE, profile.images or len(digits.y_train))
    arrays = batches.repeated((digits.x_train[chosen], digits.y_train[chosen]), size)
    epochs = min(EPOCHS, profile.epochs or EPOCHS)
    seconds = fit_epochs(model, Adam(1e-3), [arrays] * epochs, BATCH_SIZE, seed)
    test = digits.x_test[: profile.images], digits.y_test[: profile.images]
    accuracy = metrics.accuracy(model, *test)
    return {"accuracy": accuracy, "seconds": round(seconds, 2)}
