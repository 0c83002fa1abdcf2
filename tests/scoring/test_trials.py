import numpy as np
import pandas as pd
import pytest

from gan_tf import data
from gan_tf.scoring import trials
from gan_tf.scoring.image_sets import ImageSet
from gan_tf.scoring.measure_names import MEASURES


def test_every_released_generator_is_scored():
    cells = trials.generators("paper")
    named = {(cell["recipe"], cell["run"], cell["dataset"]) for cell in cells}
    assert len(cells) == 3 * len(named)
    assert {("dcgan", 0, "mnist"), ("cgan", 0, "mnist"), ("gavazzi", 2, "mnist")} <= named
    assert {("svhn-wgan-sample", 0, "svhn-sample"), (trials.REAL, 0, "svhn-sample")} <= named
    # These keep no generator, or never had one.
    assert not {name for name, *_ in named if "semi" in name or "cnn" in name}
    # These are chapter 13's.
    assert not {name for name, *_ in named if name.startswith(("modern", "stacked"))}
    small = trials.generators("smoke")
    assert [cell["recipe"] for cell in small] == [*trials.FEW, trials.REAL]


def test_ablations_are_of_chapter_13_and_judged_without_the_test_images():
    cells = trials.ablations("paper")
    assert all(cell["validation"] == 5000 for cell in cells)
    whole = [cell["run"] for cell in cells if cell["recipe"] == "modern-whole"]
    assert whole == [0, 1, 2]
    assert {"modern-hinge", "modern-no-r2", trials.REAL} <= {cell["recipe"] for cell in cells}
    assert len(trials.ablations("smoke")) == 3


def test_held_out_training_images_take_the_place_of_the_test_images(monkeypatch):
    monkeypatch.setattr(trials.runs, "train", lambda *_, **__: None)  # No classifier: pixels.
    digits = data.load("mnist")
    tested = {image.tobytes() for image in digits.x_test}
    beside = trials._real_images("mnist", 10_000, 0, "smoke", validation=500)
    assert len(beside.held_out) == 500 and len(beside.training) == 512
    held_out = sorted(image.tobytes() for image in digits.x_train[-500:])
    assert sorted(image.tobytes() for image in beside.held_out.images) == held_out
    training = {image.tobytes() for image in beside.training.images}
    assert not training & tested and not training & set(held_out)
    trials._real_images.cache_clear()


def test_defects_are_what_they_are_called():
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (400, 8, 8, 1), np.uint8)
    rest = ImageSet(images, np.arange(400) % 10)
    training = ImageSet(images[::-1], rest.labels)
    made = {name: spoil(rest, training, random) for name, spoil in trials.DEFECTS.items()}
    assert 7 not in made["no sevens"].labels and len(made["no sevens"]) == 360
    assert len(np.unique(made["100 images repeated"].images, axis=0)) == 100
    assert len(made["100 images repeated"]) == 400
    change = made["5% noise"].images.astype(float) - images
    assert change.std() == pytest.approx(0.05 * 255, rel=0.1)  # A little is cut off at 0 and 255.
    assert made["blurred"].images.std() < images.std() / 2
    assert made["training images"] is training and made[trials.NONE] is rest
    sevens = made["all sevens the same"].images[rest.labels == 7]
    assert (sevens == images[rest.labels == 7][0]).all()
    others = rest.labels != 7
    assert (made["all sevens the same"].images[others] == images[others]).all()


def test_seen_counts_errors_of_the_difference_by_the_seed_that_shows_it_least():
    blank = {key: 0.5 for key in MEASURES} | {f"{key}_error": 0.03 for key in MEASURES}
    changed = {"precision": [0.2, 0.3], "frechet": [0.9, 1.0], "fine_detail": [0.45, 0.60]}
    rows = [
        {"defect": defect, "seed": seed}
        | blank
        | ({key: pair[seed] for key, pair in changed.items()} if defect == "blurred" else {})
        for defect in (trials.REAL, *trials.DEFECTS)
        for seed in (0, 1)
    ]
    frame = pd.DataFrame(rows)
    frame["inception"] = np.nan
    found = trials.seen(frame.sample(frac=1, random_state=0))  # In any order.
    assert found.columns.tolist() == list(trials.DEFECTS)
    error = 0.03 * np.sqrt(2)
    expected = {"precision": 0.2, "Fréchet distance": 0.4, "fine detail": 0.05, "recall": 0}
    for name, apart in expected.items():
        assert found.loc[name, "blurred"] == pytest.approx(apart / error)
    assert found["none"].drop("inception score").eq(0).all()
    assert found.loc["inception score"].isna().all()


@pytest.mark.slow
def test_small(home):
    found = trials.score_defect("training images", 0, "smoke")
    assert set(found) == {name for key in MEASURES for name in (key, f"{key}_error")}
    # 256 images are too few for some.
    assert np.isnan(found["inception"]) and found["memorisation"] > 0.99
    found = trials.score_generator("tiny-conditional", 0, "mnist", 0, "smoke")
    assert 0 <= found["gan_test"] <= 1 and found["recall"] < 0.5
    real = trials.score_generator(trials.REAL, 0, "mnist", 0, "smoke")
    assert real["recall"] > 0.5 and real["memorisation"] == 0.5
