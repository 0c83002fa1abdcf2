"""The best epoch, kept whole, and the way back to an epoch."""

import dataclasses
import shutil

import numpy as np
import pytest

from gan_tf import recipes, runs
from gan_tf.__main__ import main
from gan_tf.runs.gan_experiment import GanExperiment
from tests import tiny
from tests.runs.helpers import epoch_kept, result, stop_after, train

pytestmark = pytest.mark.slow


def second_is_least(experiment, _):
    """The Fréchet distance of the second epoch is measured as the least."""
    epoch = len(experiment.samples) - 1
    return {"frechet": abs(epoch - 2) + 1.0, "class_entropy": 2.0}


@pytest.fixture
def second_is_best(home, lenet, monkeypatch):
    monkeypatch.setattr(GanExperiment, "_distance", second_is_least)
    return home


@pytest.fixture(scope="module")
def best_once(elsewhere, lenet_once):
    """The folder of a run that keeps its best epoch, trained once."""
    with pytest.MonkeyPatch.context() as patch:
        elsewhere(patch)
        patch.setattr(GanExperiment, "_distance", second_is_least)
        shutil.copytree(lenet_once, runs.folder("lenet", 0, "smoke"))
        return train(keep_best=True).folder


@pytest.fixture
def best(second_is_best, best_once):
    """A copy of it, as it is loaded."""
    shutil.copytree(best_once, second_is_best / "runs" / best_once.parent.name / best_once.name)
    return train(keep_best=True)


def test_the_best_epoch_is_kept_whole(second_is_best, best):
    run = best
    assert run.folder == second_is_best / "runs" / "tiny-best" / "seed0-3epochs-smoke"
    assert run.info["judge"] == "lenet" and run.best_epoch == 2
    assert [path.name for path in run.folder.glob("epoch-*")] == ["epoch-0002.npz"]
    assert train(keep_best=True).info == run.info
    plain = train()
    assert plain.folder != run.folder and not list(plain.folder.glob("epoch-*"))
    np.testing.assert_array_equal(run.generate(9), plain.generate(9))
    earlier = train(keep_best=True, epochs=2)
    np.testing.assert_array_equal(run.generate(9, best=True), earlier.generate(9))


def test_back_to_the_best_epoch_with_other_random_numbers(best, capsys):
    run = best
    losses, samples = run.history["g_loss"], run.samples
    back = train(keep_best=True, from_epoch=2)
    assert back.folder == run.folder and back.info["went_back"] == [2]
    assert str(back).endswith(", gone back to epoch 2")
    assert list(back.history["g_loss"][:2]) == list(losses[:2])
    assert back.history["g_loss"][3] != losses[3]
    np.testing.assert_array_equal(back.samples[:3], samples[:3])
    # The same again is the same run, and only once more if it is trained anew.
    assert "went back" not in capsys.readouterr().out
    assert train(keep_best=True, from_epoch=2).info == back.info
    assert "went back to epoch 2 before and is finished: --retrain" in capsys.readouterr().out
    again = train(keep_best=True, from_epoch=2, retrain=True)
    assert again.info["went_back"] == [2, 2]
    assert again.history["g_loss"][3] not in (losses[3], back.history["g_loss"][3])


def test_stopped_after_it_went_back(second_is_best, monkeypatch):
    begun = train(keep_best=True, epochs=4).folder
    shutil.copytree(begun, kept := second_is_best / "kept")
    whole = train(keep_best=True, epochs=4, from_epoch=2)
    expected = result(whole)
    shutil.rmtree(begun)
    kept.rename(begun)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 3)
        train(keep_best=True, epochs=4, from_epoch=2)
    assert epoch_kept(whole.folder) == 3
    assert result(train(keep_best=True, epochs=4, from_epoch=2)) == expected


def test_a_stopped_training_goes_on_with_other_random_numbers(home, monkeypatch):
    losses = train().history["g_loss"]
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 2)
        train(retrain=True)
    assert train(from_epoch=2).history["g_loss"][3] != losses[3]


def test_epochs_that_there_is_no_way_back_to(second_is_best):
    with pytest.raises(ValueError, match="keeps no epoch 1 to go back to, nor any other"):
        train(keep_best=True, from_epoch=1)
    assert not list(second_is_best.glob("runs/*/*.partial"))
    run = train(keep_best=True, epochs=2)
    with pytest.raises(ValueError, match="keeps no epoch 1 to go back to, only 2"):
        train(keep_best=True, epochs=2, from_epoch=1)
    with pytest.raises(ValueError, match="Epoch 2 is the last one"):
        train(keep_best=True, epochs=2, from_epoch=2)
    assert train(keep_best=True, epochs=2).info == run.info
    with pytest.raises(ValueError, match="'lenet' is a classifier: from_epoch is of GANs"):
        runs.train("lenet", profile="smoke", from_epoch=1)


@pytest.fixture
def drawings(home):
    images = np.random.default_rng(1).integers(0, 256, (100, 24, 24), np.uint8)
    np.savez(home / "drawings.npz", images=images, labels=np.arange(100) % 4)
    return home / "drawings.npz"


def test_a_judge_of_own_images(drawings, monkeypatch):
    options = {"profile": "smoke", "data": drawings}
    with pytest.raises(ValueError, match="No classifier is known .* 'drawings.npz' .* lenet"):
        runs.train("gavazzi", **options, size=28, keep_best=True)
    runs.train("lenet", **options, name="reader")
    run = runs.train("gavazzi", **options, keep_best="reader", name="drawn")
    assert np.isfinite(run.history["frechet"]).all() and run.info["judge"] == "reader"
    assert "class_entropy" not in run.history  # The bound on it is for ten classes.
    assert run.generate(2, best=True).shape == (2, 24, 24, 1)
    with pytest.raises(ValueError, match="with --keep-best reader, not without --keep-best"):
        runs.train("gavazzi", **options, name="drawn")


def test_judges_that_cannot_measure(drawings):
    options = {"profile": "smoke", "data": drawings}
    for recipe, sentence in (
        ("lenet", r"takes images of \(28, 28, 1\), but these are \(24, 24, 1\): train it on"),
        ("softmax", "has no layer called 'features'"),
        ("gavazzi", "'gavazzi' has no classifier"),
        ("nowhere", "no finished run at nowhere"),
    ):
        with pytest.raises((ValueError, FileNotFoundError), match=sentence):
            runs.train("gavazzi", **options, keep_best=recipe)
    with pytest.raises(ValueError, match="'lenet' is a classifier: the best epoch"):
        runs.train("lenet", **options, keep_best=True)


def test_a_recipe_of_ones_own(second_is_best):
    recipe = dataclasses.replace(tiny.RECIPE, name="mine", batch_size=32)
    run = runs.train(recipe, profile="smoke", epochs=3, keep_best=True)
    assert run.folder.parent.name == "mine" and run.best_epoch == 2
    loaded = runs.load(run.folder)
    np.testing.assert_array_equal(loaded.generate(4, best=True), run.generate(4, best=True))


def test_from_the_command_line(second_is_best, capsys):
    train = ["train", "tiny", "--profile", "smoke", "--epochs", "3", "--keep-best", "--name", "t"]
    assert main(train) == 0
    assert main([*train, "--from-epoch", "2"]) == 0
    assert "gone back to epoch 2" in capsys.readouterr().out
    named = ["sample", "t", "--profile", "smoke", "--epochs", "3", "--out"]
    assert main([*named, str(second_is_best / "best.png"), "--best"]) == 0
    assert main([*named, str(second_is_best / "last.png")]) == 0
    assert (second_is_best / "best.png").read_bytes() != (second_is_best / "last.png").read_bytes()
    assert main([*train, "--from-epoch", "1"]) == 2
    assert recipes.RECIPES["tiny"].feature_extractor is None
