"""Measures of images and models: scores of realism, attention maps, the latent space."""
