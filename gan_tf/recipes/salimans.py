"""Recipes of Salimans et al. 2016: semi-supervised GANs with few labels."""

from functools import partial

from gan_tf.networks import discriminators, generators
from gan_tf.recipes.recipe import GanRecipe
from gan_tf.training import losses, optimizers


def _semi_supervised(labelled):
    """A semi-supervised GAN of Salimans et al. 2016 on so many labelled digits.

    Networks and losses are those of their code (github.com/openai/improved-gan), which trains for
    300 epochs at a constant rate of 3e-3. The optimisers are those of Dai et al. 2017 (Good
    semi-supervised learning that requires a bad GAN, github.com/kimiyoung/ssl_bad_gan), who train
    the same discriminator for 2,000 with one more loss of the generator: a slower generator without
    momentum, longer second moments, and rates that fall to 0 over the last third. The shifts are
    ours: from half of the training on, for in a trial with shifts from the start whole groups of
    digits stayed in a wrong class (benchmarks/README.md).
    """
    epochs = 200
    steps = epochs * 600
    adam = partial(
        optimizers.late_decaying_adam,
        beta_2=0.9999,
        epsilon=1e-4,
        constant_steps=steps * 2 // 3,
        decay_steps=steps // 3,
    )
    return GanRecipe(
        name=f"semi-supervised-{labelled}",
        dataset="mnist",
        generator=generators.semi_supervised,
        discriminator=discriminators.semi_supervised,
        objective=losses.SemiSupervised(),
        optimizer=partial(adam, learning_rate=1e-3, beta_1=0.0),
        discriminator_optimizer=partial(adam, learning_rate=3e-3, beta_1=0.5),
        batch_size=100,
        epochs=epochs,
        labelled=labelled,
        shifted_after=epochs // 2,
        # Many are trained, and data/ is to stay small: what it draws is seen in the samples.
        kept_samples=5,
        releases=("discriminator",),
    )


RECIPES = tuple(map(_semi_supervised, (20, 50, 100, 200, 5400)))
