"""Profiles: how much of each recipe is run, and where what comes of it is kept."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Profile:
    """A size at which the whole book can be run.

    Args:
        name: what GAN_TF_PROFILE calls it.
        images: training images, `None` for all of them; as many at most are held out, read, or
            shown in an epoch.
        epochs: the most epochs a recipe is trained for, `None` for the recipe's own.
    """

    name: str
    images: int | None = None
    epochs: int | None = None

    def seeds(self, count: int) -> range:
        """The seeds of what is trained `count` times, `range(count)`; in small profiles once."""
        return range(count if self.images is None else 1)

    def epochs_of(self, epochs: int) -> int:
        """The epochs of a recipe that has so many: the report's own, or fewer."""
        return min(epochs, self.epochs or epochs)

    @property
    def home(self) -> Path:
        """The folder with data/runs, figures and notebooks of this size.

        It is the repository itself for the reports' own size and build/<name> for the
        smaller ones, so that trying something out changes nothing that is committed.
        """
        return ROOT if self.name == "paper" else ROOT / "build" / self.name

    @property
    def figures(self) -> Path:
        """The folder of the figures; their tables are in its folder `tables`."""
        return self.home / "figures"


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("paper"),
        Profile("quick", images=6000, epochs=4),
        Profile("smoke", images=512, epochs=2),
    )
}


def get(name: str | None = None) -> Profile:
    """The profile called `name`, by default the one GAN_TF_PROFILE names, else paper.

    Raises:
        ValueError: if there is no such profile.
    """
    name = name or os.environ.get("GAN_TF_PROFILE") or "paper"
    if not isinstance(name, str) or name not in PROFILES:
        raise ValueError(f"There is no profile {name!r}. Known: {', '.join(PROFILES)}.")
    return PROFILES[name]
