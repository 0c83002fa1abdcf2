"""Does training in bfloat16 cost quality? Short runs in both precisions, three seeds each.

They are runs of the quick profile, on 6,000 digits. Each one's released weights draw 10,000
images. A LeNet, trained on real digits in float32, scores them: inception score, and Fréchet
distance of its features from those of the 10,000 real test digits (0 is best).
`python -m benchmarks.bfloat16_quality` takes about 40 minutes on two cores that emulate
bfloat16; runs that are finished are not repeated.
"""

import statistics

import gan_tf.quiet  # noqa: F401

# isort: split
import keras

from gan_tf import classifiers, data, metrics, profiles, runs, tables

SEEDS = (0, 1, 2)
EPOCHS = {"dcgan": 6, "dcgan-28": 4}


def trained_lenet(digits):
    keras.utils.set_random_seed(0)
    lenet = classifiers.lenet()
    lenet.compile(
        "adam", "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False
    )
    lenet.fit(data.to_unit(digits.x_train), digits.y_train, 100, epochs=5, verbose=0)
    accuracy = lenet.evaluate(data.to_unit(digits.x_test), digits.y_test, verbose=0)[1]
    print(f"LeNet's accuracy on real test digits: {accuracy:.4f}", flush=True)
    return lenet


def main():
    digits = data.load("mnist")
    lenet = trained_lenet(digits)
    real, probabilities = metrics.read(lenet, digits.x_test)
    print(f"real test digits: inception score {metrics.inception_score(probabilities)[0]:.3f}")
    cells = []
    for recipe, epochs in EPOCHS.items():
        for precision in runs.PRECISIONS:
            distances, scores = [], []
            for seed in SEEDS:
                run = runs.train(recipe, seed, "quick", epochs, precision, retrain=False)
                images = run.generate(10_000, seed=1000 + seed)
                features, probabilities = metrics.read(lenet, images)
                distances.append(metrics.frechet_distance(real, features))
                scores.append(metrics.inception_score(probabilities)[0])
            row = f"{recipe}, {epochs} epochs, {precision}"
            for column, values in (("Frechet distance", distances), ("inception score", scores)):
                cells.append(tables.cell(row, column, values))
                mean, std = statistics.mean(values), statistics.stdev(values)
                print(f"{row:40} {column:17} {mean:.3f} +- {std:.3f}", flush=True)
    tables.write(cells, profiles.get("paper").figures / "tables", "gan_tf", "bfloat16_quality")


if __name__ == "__main__":
    main()
