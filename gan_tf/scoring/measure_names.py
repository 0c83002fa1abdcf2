"""The measures of the scorecard: what each is called, what it says, and where it is from."""

from typing import NamedTuple


class Measure(NamedTuple):
    """What people read about a measure.

    Attributes:
        name: as the table calls it.
        best: "low" or "high", or "as real", where what real images have is the best.
        says: a sentence without its full stop.
        source: the paper, with arXiv's number.
        by_factors: whether values are compared by their ratio, and not by their difference.
        worst: the worst there can be, where spoilt images do not show it.
        share: whether it is one, in [0, 1].
    """

    name: str
    best: str
    says: str
    source: str
    by_factors: bool = False
    worst: float | None = None
    share: bool = False

    def worse_by(self, value: float, real: float) -> float:
        """How much worse a value is than that of real images; below 0 it is better."""
        if self.best == "as real":
            return abs(value - real)
        return value - real if self.best == "low" else real - value


MEASURES = {
    "frechet": Measure(
        "Fréchet distance",
        "low",
        "How far means and spreads of the features are from those of real images",
        "Heusel et al. 2017, arXiv:1706.08500",
        by_factors=True,
    ),
    "frechet_at_infinity": Measure(
        "Fréchet distance, infinitely many",
        "low",
        "The same, as it would be of infinitely many generated images",
        "Chong and Forsyth 2020, arXiv:1911.07023",
        by_factors=True,
    ),
    "kernel": Measure(
        "kernel distance",
        "low",
        "How far the features are from those of real images in all their moments up to the third",
        "Bińkowski et al. 2018, arXiv:1801.01401",
        by_factors=True,
    ),
    "precision": Measure(
        "precision",
        "high",
        "Share of the images that lie among real ones",
        "Kynkäänniemi et al. 2019, arXiv:1904.06991",
        share=True,
    ),
    "recall": Measure(
        "recall",
        "high",
        "Share of the real images that lie among these",
        "Kynkäänniemi et al. 2019, arXiv:1904.06991",
        share=True,
    ),
    "density": Measure(
        "density",
        "as real",
        "How densely these lie where real images lie, as precision without the pull of odd ones",
        "Naeem et al. 2020, arXiv:2002.09797",
    ),
    "coverage": Measure(
        "coverage",
        "high",
        "Share of the real images that have one of these nearby",
        "Naeem et al. 2020, arXiv:2002.09797",
        share=True,
    ),
    "inception": Measure(
        "inception score",
        "as real",
        "How certain the classifier is of each image, and how many classes it sees in all",
        "Salimans et al. 2016, arXiv:1606.03498",
    ),
    "balance": Measure(
        "misplaced classes",
        "low",
        "Share of the images that would have to be of another class for the classes of real ones",
        "chi-squared test of homogeneity",
        share=True,
    ),
    "two_samples": Measure(
        "told from real",
        "low",
        "How often a small network tells new ones from real ones by the features",
        "Lopez-Paz and Oquab 2017, arXiv:1610.06545",
        share=True,
    ),
    "memorisation": Measure(
        "nearer than new",
        "as real",
        "How often one of these is nearer to a training image than a new real image is; near 1 "
        "are copies",
        "Meehan et al. 2020, arXiv:2004.05675",
        share=True,
    ),
    "duplicates": Measure(
        "duplicates",
        "low",
        "Share of the images that have a near copy among themselves",
        "nearest neighbours of pixels, beside those of real images",
        worst=1.0,
        share=True,
    ),
    "fine_detail": Measure(
        "fine detail",
        "as real",
        "Share of the spectral energy in fine detail: less is blurred, more is noisy",
        "the Fourier transform, beyond .25 cycles a pixel",
        share=True,
    ),
    "gan_test": Measure(
        "read as labelled",
        "high",
        "How often the classifier, taught by real images, reads the label (GAN-test)",
        "Shmelkov et al. 2018, arXiv:1807.09499",
        share=True,
    ),
    "gan_train": Measure(
        "teaches",
        "high",
        "How many new real images a LeNet reads that these taught (GAN-train)",
        "Shmelkov et al. 2018, arXiv:1807.09499; Ravuri and Vinyals 2019, arXiv:1905.10887",
        share=True,
    ),
}
