"""Recipes of chapter 13: a modern GAN after Huang et al. 2024, and what each part of it gives."""

from functools import partial

from gan_tf.networks import discriminators, generators
from gan_tf.recipes.recipe import GanRecipe
from gan_tf.training import losses
from gan_tf.training.augmentation import Augmentation
from gan_tf.training.optimizers import cosine_adam

IMAGES, VALIDATION, BATCH_SIZE = 55_000, 5000, 64
# The epochs of the ablations, and of the run that is released as the best.
SHORT, LONG = 10, 60


def _adam(steps, ema_momentum=0.0):
    """Adam as Huang et al. have it, but faster, for the networks and the batches are small."""
    return partial(
        cosine_adam,
        learning_rate=1e-3,
        beta_1=0.0,
        beta_2=0.99,
        decay_steps=steps,
        ema_momentum=ema_momentum,
    )


def _modern(name, summary, epochs=SHORT, averaged=True, images=IMAGES, **changed):
    """The modern GAN with what is changed in it; its learning rates fall to 0 over its epochs."""
    steps = epochs * (images // BATCH_SIZE)
    fields = {
        "dataset": "mnist",
        "generator": generators.residual,
        "discriminator": discriminators.residual,
        "objective": losses.RelativisticPairing(),
        "classes": 10,
        "validation": VALIDATION,
        "releases": ("generator",),
    }
    return GanRecipe(
        name=name,
        summary=summary,
        optimizer=_adam(steps, 0.999 if averaged else 0.0),
        discriminator_optimizer=_adam(steps),
        batch_size=BATCH_SIZE,
        epochs=epochs,
        **{**fields, **changed},
    )


def _without(part, **changed):
    """A row of the ablation table: ten epochs of `modern` but for one part."""
    return _modern(f"modern-{part}", f"ablation of modern: {part.replace('-', ' ')}", **changed)


ABLATIONS = (
    _without("whole"),
    _without("no-pairs", objective=losses.NonSaturatingPenalties()),
    _without("no-r2", objective=losses.RelativisticPairing(fake_weight=0.0)),
    _without("no-penalty", objective=losses.RelativisticPairing(0.0, 0.0)),
    _without("no-average", averaged=False),
    _without("no-projection", discriminator=partial(discriminators.residual, projected=0)),
    _without("no-normalisation", generator=partial(generators.residual, normalised=False)),
    _without("augmented", augmentation=Augmentation()),
    _without("hinge", objective=losses.Hinge(), discriminator=discriminators.projection),
)
RECIPES = (
    _modern(
        "modern",
        "modern conditional GAN (after Huang et al. 2024)",
        epochs=LONG,
        releases=("generator", "discriminator"),
    ),
    *ABLATIONS,
)
