"""Recipes trained on images of one's own."""

import numpy as np
import psutil
import pytest
from PIL import Image

from gan_tf import data, recipes, runs
from gan_tf.__main__ import main
from gan_tf.runs import own_data, tensorboard
from tests import tiny

pytestmark = pytest.mark.slow


def save(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def folder(home):
    """Sixty images in colour (12, 10), of three classes of 30, 20 and 10."""
    random = np.random.default_rng(0)
    for name, count in (("cat", 30), ("dog", 20), ("bird & fish", 10)):
        for number in range(count):
            pixels = random.integers(0, 256, (12, 10, 3), np.uint8)
            save(home / "my animals" / name / f"{number}.png", pixels)
    return home / "my animals"


@pytest.fixture
def drawings(home):
    """Forty grey images (28, 28) without labels in an .npz file."""
    images = np.random.default_rng(1).integers(0, 256, (40, 28, 28), np.uint8)
    np.savez(home / "drawings.npz", images=images)
    return home / "drawings.npz"


def train(recipe, path, **options):
    return runs.train(recipe, profile="smoke", data=path, **options)


def test_a_conditional_gan_on_a_folder(folder, home):
    run = train("cgan", folder, size=16, name="animals")
    assert run.folder == home / "runs" / "animals" / "seed0-smoke"
    assert run.generator.input_shape == (None, 103)
    assert run.generate(3).shape == (3, 16, 16, 3)
    assert run.class_names == ("bird & fish", "cat", "dog")
    np.testing.assert_array_equal(run.generate(2, labels="dog"), run.generate(2, labels=2))
    assert "cgan on my animals seed 0: 2 epochs of 60 images" in str(run)
    assert run.info["data"]["class_names"] == ["bird & fish", "cat", "dog"]
    with pytest.raises(ValueError, match="no class 'horse'. Known: bird & fish, cat, dog"):
        run.generate(2, labels="horse")


@pytest.mark.parametrize("recipe", ["gavazzi", "semi-supervised-20", "wgan-gp"])
def test_other_gans(recipe, folder):
    run = train(recipe, folder, size=16)
    assert run.samples.shape[2:] == (16, 16, 3)
    assert run.folder.parent.name == f"{recipe}-my animals"


@pytest.mark.parametrize("recipe", ["lenet", "softmax"])
def test_classifiers(recipe, folder):
    run = train(recipe, folder, size=24, name="animals")
    images = data.load(folder, size=24).x_train
    assert run.probabilities(images[:5]).shape == (5, 3)
    held_out = run.recipe.validation
    assert held_out == 6 and run.info["images"] == 60 - held_out
    assert "val_accuracy" in run.history
    with pytest.raises(ValueError, match="a run of one's own, and kept no readings"):
        run.read_after(1, "test")


def test_images_without_labels(drawings):
    assert train("gavazzi", drawings).generate(2).shape == (2, 28, 28, 1)
    for recipe in ("cgan", "lenet", "semi-supervised-20"):
        with pytest.raises(ValueError, match="needs labels, but 'drawings.npz' has none"):
            train(recipe, drawings)


def test_the_same_run_is_loaded_and_others_are_kept_apart(drawings):
    run = train("tiny", drawings)
    again = train("tiny", drawings)
    assert again.folder == run.folder and again.info == run.info
    assert train("tiny", drawings, name="others").folder != run.folder
    assert train("tiny", drawings, epochs=1).folder.name == "seed0-1epochs-smoke"


def test_a_stopped_training_goes_on_only_with_the_same_images(drawings, monkeypatch):
    from tests.runs.helpers import stop_after

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 1)
        train("tiny", drawings, name="mine")
    images = np.load(drawings)["images"]
    np.savez(drawings, images=255 - images)
    with pytest.raises(ValueError, match=r"partial was trained on other images.*--name"):
        train("tiny", drawings, name="mine")
    np.savez(drawings, images=images)
    assert len(train("tiny", drawings, name="mine").history) == 2


def test_a_finished_run_is_not_returned_for_other_images(drawings):
    run = train("gavazzi", drawings, name="mine")
    with pytest.raises(ValueError, match=r"images of 28×28×1, not 32×32×1 \(--size, or size="):
        train("gavazzi", drawings, name="mine", size=32)
    images = np.load(drawings)["images"]
    np.savez(drawings, images=255 - images)
    with pytest.raises(ValueError, match="trained on other images than those that drawings.npz"):
        train("gavazzi", drawings, name="mine")
    with pytest.raises(ValueError, match="trained by the recipe gavazzi, not dcgan-28"):
        train("dcgan-28", drawings, name="mine")
    new = train("gavazzi", drawings, name="mine", retrain=True)
    assert new.info["data"]["sha256"] != run.info["data"]["sha256"]


def test_retraining_on_other_images_does_not_go_on_with_a_training_on_these(
    drawings, monkeypatch, capsys
):
    from tests.runs.helpers import stop_after

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 1)
        train("tiny", drawings, name="mine")
    np.savez(drawings, images=255 - np.load(drawings)["images"])
    new = train("tiny", drawings, name="mine", retrain=True)
    assert "going on after epoch" not in capsys.readouterr().out
    other = train("tiny", drawings, name="other")
    assert (new.history["g_loss"] == other.history["g_loss"]).all()


def test_images_that_do_not_fit_into_memory(folder, monkeypatch):
    expected = train("gavazzi", folder, size=16, name="in memory")
    memory = psutil.virtual_memory()._replace(available=1000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    streamed = train("gavazzi", folder, size=16, name="streamed")
    assert (streamed.history["g_loss"] == expected.history["g_loss"]).all()


def test_images_in_an_order_of_chance_with_their_labels(folder):
    dataset, record = own_data.load(folder, 12, False)
    for part in (dataset.y_train[:12], dataset.y_train[-12:]):
        assert abs(np.bincount(part, minlength=3) - [2, 6, 4]).max() <= 1
    plain = data.load(folder, size=12)
    for image, label in zip(dataset.x_train, dataset.y_train, strict=True):
        (place,) = np.flatnonzero((plain.x_train == image).all(axis=(1, 2, 3)))
        assert plain.y_train[place] == label
    assert record["images"] == 60 and record["image_shape"] == [12, 12, 3]


@pytest.mark.parametrize(
    "recipe, size, sentence",
    [
        ("dcgan", 30, r"generator of recipe 'dcgan' cannot be built for .*multiples of 4"),
        ("lenet", 4, r"classifier of recipe 'lenet' cannot be built for images of 4×4×3"),
        ("gavazzi-certain", 28, "needs the classifier 'gavazzi-cnn'"),
        ("finetuned-discriminator", 28, "begins with the discriminator of 'dcgan'"),
        ("semi-supervised-5400", 28, "needs 5,400 labelled images, but there are 60"),
        ("tiny", 16, "generator of recipe 'tiny' is for images of 28×28 pixels, but .* 16×16"),
        ("tiny-conditional", 28, "with 3 planes of the label"),
    ],
)
def test_recipes_that_cannot_be_for_such_images(recipe, size, sentence, folder):
    with pytest.raises(ValueError, match=sentence):
        train(recipe, folder, size=size)


def test_too_few_images_and_equal_ones(home):
    np.savez(home / "two.npz", images=np.zeros((2, 28, 28), np.uint8))
    with pytest.raises(ValueError, match="only 2 images in .*two.npz"):
        train("gavazzi", home / "two.npz")
    np.savez(home / "equal.npz", images=np.zeros((100, 28, 28), np.uint8))
    with pytest.raises(ValueError, match="All images in .*equal.npz are the same"):
        train("gavazzi", home / "equal.npz")


def test_a_class_with_one_image(home, capsys):
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28), np.uint8)
    np.savez(home / "one.npz", images=images, labels=np.array([0] * 39 + [1]))
    assert train("softmax", home / "one.npz").probabilities(images[:1, ..., None]).shape == (1, 2)
    assert "one.npz: one image only of 1, of which nothing but" in capsys.readouterr().out


def test_options_of_data_without_data(home):
    with pytest.raises(ValueError, match="are of runs on images of your own"):
        runs.train("tiny", size=28)
    for options in ({"skip_damaged": True}, {"size": 28, "keep_best": True}, {"name": "mine"}):
        with pytest.raises(ValueError, match="are of runs on images of your own"):
            runs.train("tiny", **options)
    with pytest.raises(ValueError, match="'' cannot be the name of a run"):
        runs.train("tiny", data="mnist", name="")


def test_from_the_command_line(folder, home, capsys, monkeypatch):
    train_it = ["train", "cgan", "--profile", "smoke", "--data", str(folder), "--name", "animals"]
    assert main(train_it) == 2
    assert "cannot be built for images of 12×10×3" in capsys.readouterr().err
    assert main([*train_it, "--size", "16"]) == 0
    out = str(home / "dogs.png")
    sample = ["sample", "animals", "--profile", "smoke", "--out", out]
    assert main([*sample, "--digit", "dog"]) == 0
    assert main([*sample, "--digit", "cow"]) == 2
    assert "no class 'cow'" in capsys.readouterr().err
    assert main(["gif", "animals", "--profile", "smoke", "--out", str(home / "film.gif")]) == 0
    assert main(["list"]) == 0
    assert "runs/animals/seed0-smoke: cgan on my animals seed 0" in capsys.readouterr().out
    opened = []
    monkeypatch.setattr(tensorboard, "serve", opened.append)
    assert main(["tensorboard"]) == 0
    assert list((opened[0] / "animals" / "seed0-smoke").glob("events*"))


def test_list_names_stopped_runs_and_leaves_out_damaged_ones(drawings, home, capsys, monkeypatch):
    from tests.runs.helpers import stop_after

    kept = train("tiny", drawings, name="kept")
    (train("tiny", drawings, name="broken").folder / "run.json").write_text("{")
    (kept.folder.parent / "seedling").write_text("")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 1)
        train("tiny", drawings, name="stopped")
    assert main(["list"]) == 0
    said = capsys.readouterr().out
    assert "runs/kept/seed0-smoke: tiny on drawings.npz seed 0" in said
    assert "runs/broken/seed0-smoke is left out: " in said and "is damaged" in said
    assert "runs/stopped/seed0-smoke: stopped; the command that began it goes on" in said
    assert "seedling" not in said and said.count("runs/kept") == 1


def test_stratified_order_without_labels():
    order = data.stratified_order(None, 50, seed=3)
    assert sorted(order) == list(range(50)) and list(order) != list(range(50))


def test_recipes_without_options_for_the_images_stay_what_they_were(drawings):
    run = train("tiny", drawings)
    assert run.recipe.generator is tiny.RECIPE.generator
    assert recipes.get("tiny").describe()["dataset"] == "mnist"


def test_classes_without_training_images_are_said(home, capsys):
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28), np.uint8)
    np.savez(home / "gap.npz", images=images, labels=np.arange(40) % 2 * 5)
    train("softmax", home / "gap.npz", epochs=1)
    assert "gap.npz: no training image of 1, 2, 3, 4" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, options, sentence",
    [
        ((None,), {}, "None is no recipe"),
        (("tiny",), {"data": np.zeros((9, 28, 28, 1))}, "data is a ndarray, but must be the path"),
        (("tiny",), {"epochs": 1.5}, "epochs is 1.5, but must be a whole number from 1 to"),
        (("tiny",), {"seed": "a"}, "seed is 'a'"),
        (("tiny",), {"keep_best": ""}, "No classifier is known"),
        (("gavazzi",), {"data": "mnist", "size": "28"}, "size is '28', but must be"),
    ],
)
def test_arguments_that_cannot_be(arguments, options, sentence, home):
    with pytest.raises(ValueError, match=sentence):
        runs.train(*arguments, profile="smoke", **options)
    assert not list(home.rglob("*.partial"))
