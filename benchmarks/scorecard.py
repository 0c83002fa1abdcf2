"""How long the scorecard takes, and its neighbourhoods beside other implementations of them.

`python -m benchmarks.scorecard` on an otherwise idle machine; each part in a process of its own,
so that its peak of memory is its own, too.
"""

import importlib
import resource
import subprocess
import sys
import time

import numpy as np

IMAGES, FEATURES = 10_000, 84
PARTS = ("nothing", "ours", "prdc", "scikit-learn", "scorecard")


def main() -> None:
    """Print seconds and the peak of memory of each part."""
    print(f"{IMAGES:,} images beside as many, {FEATURES} features")
    for part in PARTS:
        subprocess.run([sys.executable, "-m", "benchmarks.scorecard", part], check=True)


def measure(part: str) -> None:
    """Carry out one part and print what it took."""
    if part == "scorecard":
        return _scorecard()
    random = np.random.default_rng(0)
    real, generated = random.normal(size=(2, IMAGES, FEATURES))
    run = {
        "nothing": lambda: None,
        "ours": _ours(real, generated),
        "prdc": _prdc(real, generated),
        "scikit-learn": _scikit_learn(real, generated),
    }[part]
    start = time.perf_counter()
    run()
    _say(part, time.perf_counter() - start)


def _ours(real, generated):
    from gan_tf.measures.neighbourhoods import neighbourhoods

    return lambda: neighbourhoods(real, generated)


def _prdc(real, generated):
    from prdc import compute_prdc

    return lambda: compute_prdc(real, generated, nearest_k=5)


def _scikit_learn(real, generated):
    """Only what takes the most: the radii of both sets, and whether one reaches the other."""
    from sklearn.metrics import pairwise_distances
    from sklearn.neighbors import NearestNeighbors

    def run():
        radii = [
            NearestNeighbors(n_neighbors=5, algorithm="brute").fit(each).kneighbors()[0][:, -1]
            for each in (real, generated)
        ]
        distances = pairwise_distances(generated, real)
        return (distances <= radii[0]).any(axis=1), (distances <= radii[1][:, None]).any(axis=0)

    return run


def _scorecard():
    """All of it, for the conditional GAN, whose digits have labels; and by measure."""
    module = importlib.import_module("gan_tf.scoring.scorecard")
    spent: dict[str, float] = {}
    plain = module.measure

    def timed(key, at):
        start = time.perf_counter()
        try:
            return plain(key, at)
        finally:
            spent[key] = spent.get(key, 0) + time.perf_counter() - start

    module.measure = timed
    card = module.scorecard("cgan")
    taught = spent["gan_train"] + spent["two_samples"]
    _say("scorecard", card.conditions["seconds"])
    _say("   of it classifiers that are taught", taught)


def _say(part, seconds):
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{part:40} {seconds:6.1f} s, peak {gigabytes:.2f} GiB", flush=True)


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 else main()
