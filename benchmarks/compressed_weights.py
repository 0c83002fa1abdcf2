"""What compressed weights cost: released generators as they are, and compressed.

`cgan`, `dcgan` and `dcgan-28` were released with float16 weights. Each draws 10,000 images, also
with its weights through `gan_tf.compression`, of the same latents. The released LeNet scores
them: Fréchet distance of its features from those of the 10,000 real test digits (0 is best), and
inception score. `python -m benchmarks.compressed_weights` takes about a minute on two cores.
"""

import io

import gan_tf.quiet  # noqa: F401

# isort: split
import numpy as np

from gan_tf import compression, data, metrics, runs

RECIPES = "cgan", "dcgan", "dcgan-28"


def main():
    lenet = runs.train("lenet").classifier
    real, _ = metrics.read(lenet, data.load("mnist").x_test)
    for recipe in RECIPES:
        run = runs.train(recipe, retrain=False)
        weights = run.generator.get_weights()
        images, scores = drawn(run, lenet, real)
        arrays, file = compression.compressed(weights), io.BytesIO()
        np.savez_compressed(file, **arrays)
        run.generator.set_weights(compression.restored(arrays))
        others, others_scores = drawn(run, lenet, real)
        count, size = run.generator.count_params(), file.getbuffer().nbytes / 1e6
        print(f"{recipe}: {count:,} weights, compressed {size:.2f} MB")
        for name, score in scores.items():
            print(f"    {name:17} {score:7.3f} compressed {others_scores[name]:7.3f}")
        difference = np.abs(images.astype(int) - others).mean()
        print(f"    a pixel of [0, 255] differs by {difference:.2f} on average", flush=True)


def drawn(run, lenet, real):
    """Images that the run's generator draws, and how good they are."""
    images = run.generate(10_000)
    features, probabilities = metrics.read(lenet, images)
    return images, {
        "Frechet distance": metrics.frechet_distance(features, real),
        "inception score": metrics.inception_score(probabilities)[0],
    }


if __name__ == "__main__":
    main()
