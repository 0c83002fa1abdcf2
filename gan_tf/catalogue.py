"""The recipes of the book by name, known without TensorFlow, which takes seconds to import.

So lists and refusals are instant. `gan_tf.recipes` makes them; each has its entry here.
"""

from typing import NamedTuple


class Entry(NamedTuple):
    """What people choose a recipe by: how many epochs it has, and one line that says what it is."""

    epochs: int
    summary: str


# What `data.load` calls its data sets.
DATASETS = "mnist", "fashion-mnist", "stacked-mnist", "svhn", "svhn-sample"

CATALOGUE = {
    "dcgan": Entry(
        100, "DCGAN of TensorFlow's tutorial on MNIST (mnist-assignment; qiao's baseline)"
    ),
    "baseline-cnn": Entry(
        10, "the DCGAN discriminator as a classifier (mnist-assignment section 2.3)"
    ),
    "finetuned-discriminator": Entry(
        10, "the discriminator of dcgan, frozen, as a classifier (mnist-assignment 3.3)"
    ),
    "untrained-discriminator": Entry(
        10, "its control: the same network with the convolutions as they were drawn, frozen"
    ),
    "dcgan-28": Entry(30, "28x28 DCGAN on MNIST (narman-dau section 1)"),
    "dcgan-28-collapse": Entry(30, "dcgan-28 made to fail: mode collapse (narman-dau Fig. 4)"),
    "dcgan-28-overconfident": Entry(
        30, "dcgan-28 made to fail: an over-confident discriminator (narman-dau Fig. 5)"
    ),
    "dcgan-28-recovering": Entry(
        30,
        "dcgan-28 made to fail: an over-confident discriminator that recovers (narman-dau Fig. 6)",
    ),
    "dcgan-28-late": Entry(
        30, "dcgan-28 made to fail: digits that go wrong after the 20th epoch (not in the report)"
    ),
    "cgan": Entry(30, "conditional GAN (narman-dau Table 1: Base)"),
    "cgan-smooth": Entry(30, "conditional GAN (narman-dau Table 1: Base + OSLS)"),
    "cgan-extra-layer": Entry(
        30, "conditional GAN (narman-dau Table 1: Base + OSLS + Extra layer)"
    ),
    "cgan-double": Entry(30, "conditional GAN (narman-dau Table 1: Base + 2*num_filters + OSLS)"),
    "cgan-4x4": Entry(30, "conditional GAN (narman-dau Table 1: Base + filter size of 4x4 + OSLS)"),
    "cgan-double-dropout": Entry(
        30, "conditional GAN (narman-dau Table 1: Base + 2*num_filters + Dropout layer + OSLS)"
    ),
    "cgan-half": Entry(30, "conditional GAN (narman-dau Table 1: Base + num_filters/2)"),
    "cgan-half-15": Entry(
        15, "conditional GAN (narman-dau Table 1: Base + num_filters/2 + 15 epochs)"
    ),
    "lenet": Entry(30, "LeNet that reads synthetic digits (narman-dau section 3)"),
    "dcgan-3x3": Entry(100, "qiao's modified DCGAN on MNIST: 3x3 kernels, sigmoid discriminator"),
    "wgan": Entry(100, "qiao's Wasserstein GAN on MNIST: the DCGAN's networks and optimiser"),
    "wgan-clipped": Entry(100, "Wasserstein GAN on MNIST as published (Arjovsky et al. 2017)"),
    "wgan-gp": Entry(100, "Wasserstein GAN with gradient penalty on MNIST (Gulrajani et al. 2017)"),
    "svhn-dcgan": Entry(100, "qiao's DCGAN on SVHN in grey, all its training images"),
    "svhn-3x3": Entry(100, "qiao's modified DCGAN on SVHN in grey, all its training images"),
    "svhn-wgan": Entry(100, "qiao's Wasserstein GAN on SVHN in grey, all its training images"),
    "svhn-dcgan-sample": Entry(62, "qiao's DCGAN on SVHN in grey, its first 1,083 images"),
    "svhn-3x3-sample": Entry(62, "qiao's modified DCGAN on SVHN in grey, its first 1,083 images"),
    "svhn-wgan-sample": Entry(62, "qiao's Wasserstein GAN on SVHN in grey, its first 1,083 images"),
    "gavazzi": Entry(5, "small DCGAN on MNIST whose latent space is explored (gavazzi section 1)"),
    "gavazzi-certain": Entry(
        5,
        "small DCGAN on MNIST rewarded where a classifier is certain (gavazzi section 1.4)",
    ),
    "gavazzi-cnn": Entry(5, "CNN that labels latent vectors (gavazzi section 2)"),
    "gavazzi-cnn-augmented": Entry(
        5, "the same CNN on rotated, sheared and zoomed digits (gavazzi section 2.5)"
    ),
    "dcgan-conditional": Entry(
        25, "conditional DCGAN that draws the synthetic digits (verzeni-yau reference [1])"
    ),
    "softmax": Entry(100, "linear softmax classifier (verzeni-yau)"),
    "fcnn": Entry(100, "fully connected network (verzeni-yau Fig. 3)"),
    "cnn-4l": Entry(100, "CNN of 4 layers (verzeni-yau Fig. 4)"),
    "cnn-5l": Entry(100, "CNN of 5 layers (verzeni-yau Fig. 5)"),
    "cnn-5l-dropout": Entry(100, "CNN of 5 layers with dropout (verzeni-yau's future work)"),
    "resnet": Entry(100, "small residual network (verzeni-yau's future work)"),
    "semi-supervised-20": Entry(200, "semi-supervised GAN with 20 labels (Salimans et al. 2016)"),
    "semi-supervised-50": Entry(200, "semi-supervised GAN with 50 labels (Salimans et al. 2016)"),
    "semi-supervised-100": Entry(200, "semi-supervised GAN with 100 labels (Salimans et al. 2016)"),
    "semi-supervised-200": Entry(200, "semi-supervised GAN with 200 labels (Salimans et al. 2016)"),
    "semi-supervised-5400": Entry(
        200, "semi-supervised GAN with 5,400 labels (Salimans et al. 2016)"
    ),
    "modern": Entry(60, "modern conditional GAN (after Huang et al. 2024)"),
    "modern-whole": Entry(10, "modern for 10 epochs, which its ablations change"),
    "modern-residual": Entry(10, "ablation of modern: a residual generator"),
    "modern-no-pairs": Entry(10, "ablation of modern: each image alone, not in pairs"),
    "modern-no-r2": Entry(10, "ablation of modern: no penalty at generated images (R2)"),
    "modern-no-penalty": Entry(10, "ablation of modern: no penalties"),
    "modern-no-average": Entry(10, "ablation of modern: no moving average of the weights"),
    "modern-no-projection": Entry(10, "ablation of modern: no projection of the label"),
    "modern-no-normalisation": Entry(
        10, "ablation of modern: a residual generator without normalisation"
    ),
    "modern-augmented": Entry(10, "ablation of modern: augmented images"),
    "modern-hinge": Entry(
        10, "ablation of modern: hinge loss, spectral normalisation and projection"
    ),
    "modern-few-100": Entry(5, "modern GAN on 100 digits"),
    "modern-few-100-plain": Entry(5, "modern GAN on 100 digits, without augmentation"),
    "modern-few-1000": Entry(5, "modern GAN on 1,000 digits"),
    "modern-few-1000-plain": Entry(5, "modern GAN on 1,000 digits, without augmentation"),
    "stacked-dcgan": Entry(25, "DCGAN of TensorFlow's tutorial on stacked MNIST"),
    "stacked-wgan-gp": Entry(25, "Wasserstein GAN with gradient penalty on stacked MNIST"),
    "stacked-modern": Entry(25, "modern GAN on stacked MNIST"),
}


def check(name: str) -> None:
    """Raise a `ValueError` if there is no recipe called `name`."""
    if name not in CATALOGUE:
        raise ValueError(f"There is no recipe {name!r}. Known: {', '.join(CATALOGUE)}.")
