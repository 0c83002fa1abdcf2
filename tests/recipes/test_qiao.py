from gan_tf import recipes


def test_clipped_wasserstein_gan_is_the_published_one():
    """Algorithm 1 of Arjovsky et al. 2017, on the tutorial's networks, without dropout."""
    recipe = recipes.get("wgan-clipped")
    assert recipe.describe() == {
        "name": "wgan-clipped",
        "dataset": "mnist",
        "optimizer": {"name": "RMSprop", "learning_rate": 5e-5},
        "batch_size": 64,
        "generator": "dcgan",
        "discriminator": "critic",
        "objective": "Wasserstein(clip=0.01, critic_steps=5)",
        "feature_extractor": "lenet",
    }
    assert (recipe.epochs, recipe.kept_samples) == (100, recipes.get("wgan").kept_samples)
    assert recipe.releases == ("generator",)
