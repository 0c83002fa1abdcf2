"""Does training in bfloat16 cost quality? Short runs in both precisions, three seeds each.

They are runs of `dcgan-28` on 6,000 digits, 480 steps. Each one's released weights draw 10,000
images. The released LeNet scores them: inception score, and Fréchet distance of its features
from those of the 10,000 real test digits (0 is best). `python -m benchmarks.bfloat16_quality`
takes about 30 minutes on two cores that emulate bfloat16; finished runs are not repeated.
"""

import statistics

import gan_tf.environment.quiet_tensorflow  # noqa: F401

# isort: split
from gan_tf import data, runs
from gan_tf.book import tables
from gan_tf.environment import profiles
from gan_tf.measures import metrics
from gan_tf.runs.run_folder import PRECISIONS

SEEDS = (0, 1, 2)
RECIPE, EPOCHS = "dcgan-28", 8


def main() -> None:
    digits, lenet = data.load("mnist"), runs.train("lenet").classifier
    real, probabilities = metrics.read(lenet, digits.x_test)
    print(f"real test digits: inception score {metrics.inception_score(probabilities)[0]:.3f}")
    cells = []
    for precision in PRECISIONS:
        distances, scores = [], []
        for seed in SEEDS:
            run = runs.train(RECIPE, seed, "quick", EPOCHS, precision, retrain=False)
            images = run.generate(10_000, seed=1000 + seed)
            features, probabilities = metrics.read(lenet, images)
            distances.append(metrics.frechet_distance(real, features))
            scores.append(metrics.inception_score(probabilities)[0])
        row = f"{RECIPE}, {EPOCHS} epochs, {precision}"
        for column, values in (("Frechet distance", distances), ("inception score", scores)):
            cells.append(tables.cell(row, column, values))
            mean, std = statistics.mean(values), statistics.stdev(values)
            print(f"{row:40} {column:17} {mean:.3f} +- {std:.3f}", flush=True)
    tables.write(cells, profiles.get("paper").figures / "tables", "gan_tf", "bfloat16_quality")


if __name__ == "__main__":
    main()
