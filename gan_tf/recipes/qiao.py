"""Recipes of `qiao`: GANs and Wasserstein GANs on MNIST and on SVHN in grey."""

from functools import partial

from keras.optimizers import RMSprop

from gan_tf.networks import discriminators, generators
from gan_tf.recipes.mnist_assignment import TUTORIAL_ADAM
from gan_tf.recipes.recipe import GanRecipe
from gan_tf.training import losses
from gan_tf.training.optimizers import Adam

# The report names no bound of the weights. Within the paper's .01, this optimiser and one step of
# the critic had drawn no legible digits after 23 epochs (benchmarks/README.md).
_WASSERSTEIN = losses.Wasserstein(clip=0.1, critic_steps=1)


def _gan(
    name,
    generator,
    discriminator,
    objective,
    optimizer=TUTORIAL_ADAM,
    batch_size=256,
    dataset="mnist",
    epochs=100,
    **fields,
):
    """A GAN of `qiao`, by default in the parameters of TensorFlow's tutorial."""
    return GanRecipe(
        name=name,
        dataset=dataset,
        generator=generator,
        discriminator=discriminator,
        objective=objective,
        optimizer=optimizer,
        batch_size=batch_size,
        epochs=epochs,
        # data/ is to stay small, and no chapter asks their discriminators, of up to 2.8 million
        # weights.
        releases=("generator",),
        **fields,
    )


def _svhn(dataset, **size):
    """The three GANs of `qiao` on SVHN in grey: baseline, modified and Wasserstein."""
    kernel_3 = partial(generators.svhn, kernel=3), discriminators.svhn_modified
    kernel_5 = generators.svhn, discriminators.svhn
    for name, networks, objective in (
        ("dcgan", kernel_5, losses.NonSaturating()),
        ("3x3", kernel_3, losses.NonSaturating()),
        ("wgan", kernel_5, _WASSERSTEIN),
    ):
        yield _gan(
            dataset.replace("svhn", f"svhn-{name}"),
            *networks,
            objective,
            dataset=dataset,
            kept_samples=5,
            **size,
        )


RECIPES = (
    _gan(
        "dcgan-3x3",
        partial(generators.dcgan, kernel=3),
        discriminators.dcgan_pooled,
        losses.OnProbabilities(),
    ),
    _gan("wgan", generators.dcgan, discriminators.dcgan, _WASSERSTEIN),
    _gan(
        "wgan-clipped",
        generators.dcgan,
        discriminators.critic,
        losses.Wasserstein(clip=0.01, critic_steps=5),
        optimizer=partial(RMSprop, learning_rate=5e-5),
        batch_size=64,
        feature_extractor="lenet",
    ),
    _gan(
        "wgan-gp",
        generators.dcgan,
        discriminators.critic,
        losses.WassersteinPenalty(),
        optimizer=partial(Adam, learning_rate=1e-4, beta_1=0.0, beta_2=0.9),
        batch_size=64,
    ),
    *_svhn("svhn"),
    *_svhn("svhn-sample", epochs=62, repeats=24),
)
