import signal
import subprocess
import sys
import time

import imageio.v3 as iio
import numpy as np
import pytest
import tensorflow as tf

from gan_tf import runs
from gan_tf.__main__ import main
from gan_tf.training import monitor
from tests.runs.helpers import stop_after


def test_help_does_not_import_tensorflow():
    code = (
        "import sys\nfrom gan_tf.__main__ import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "assert not {'tensorflow', 'keras', 'numpy'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for word in ("list", "train", "sample", "examples:", "--profile quick"):
        assert word in done.stdout


def test_list(home, capsys):
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("dcgan ") and "100 epochs" in line for line in lines)
    assert all("not trained here" in line for line in lines)
    runs.folder("tiny", 0, "paper").mkdir(parents=True)
    main(["list"])
    assert any(
        line.startswith("tiny ") and " released " in line
        for line in capsys.readouterr().out.splitlines()
    )


def test_train_then_sample(home, capsys):
    assert main(["train", "tiny", "--profile", "smoke", "--seed", "1"]) == 0
    out = capsys.readouterr().out
    assert "tiny seed 1: training on 512 images for 2 epochs" in out
    assert "epoch   2/2" in out and "tiny seed 1: 2 epochs of 512 images in" in out
    folder = runs.folder("tiny", 1, "smoke")
    by_name, by_folder = home / "a.png", home / "b.png"
    options = ["--count", "4", "--latents", "3"]
    name = ["sample", "tiny", "--profile", "smoke", "--seed", "1"]
    assert main([*name, *options, "--out", str(by_name)]) == 0
    assert main(["sample", str(folder), *options, "--out", str(by_folder)]) == 0
    assert iio.imread(by_name).shape[2] == 4
    gif = home / "training.gif"
    assert main(["gif", str(folder), "--out", str(gif)]) == 0
    assert len(iio.imread(gif)) == 3 and f"{gif}: 2 epochs" in capsys.readouterr().out
    assert (iio.imread(by_name) == iio.imread(by_folder)).all()


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["train", "gan"], "gan_tf: There is no recipe 'gan'. Known: dcgan, baseline-cnn, "),
        (["train", "tiny", "--epochs", "0"], "0 epochs were asked for"),
        (["train", "tiny", "--profile", "big"], "no profile 'big'"),
        (["train", "tiny", "--seed", "-1"], "seed is -1"),
        (["sample", "tiny"], "no finished run"),
        (["sample", "nowhere"], "no finished run at nowhere"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(home, capsys, arguments, sentence):
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert sentence in error and error.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["dance"], ["train"], ["train", "tiny", "--seed", "x"]])
def test_wrong_usage_has_exit_code_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2 and "usage:" in capsys.readouterr().err


def test_output_that_cannot_be_written(home, capsys):
    main(["train", "tiny", "--profile", "smoke"])
    (home / "file").write_text("kept")
    out = str(home / "file" / "a.png")
    assert main(["sample", "tiny", "--profile", "smoke", "--out", out]) == 2
    assert "Could not write" in capsys.readouterr().err
    assert (home / "file").read_text() == "kept"


def test_sample_draws_the_digit_that_is_asked_for(home):
    main(["train", "tiny-conditional", "--profile", "smoke", "--epochs", "1"])
    sample = ["sample", "tiny-conditional", "--profile", "smoke", "--epochs", "1"]
    for digit in ("1", "7"):
        assert main([*sample, "--digit", digit, "--out", str(home / f"{digit}.png")]) == 0
    assert (home / "1.png").read_bytes() != (home / "7.png").read_bytes()


def test_a_classifier_draws_nothing(home, capsys):
    main(["train", "softmax", "--profile", "smoke", "--epochs", "1"])
    capsys.readouterr()
    for command in ("sample", "gif"):
        assert main([command, "softmax", "--profile", "smoke", "--epochs", "1"]) == 2
        assert "is a classifier: it draws nothing" in capsys.readouterr().err


def test_wrong_sample(home, capsys):
    main(["train", "tiny", "--profile", "smoke"])
    sample = ["sample", "tiny", "--profile", "smoke"]
    assert main([*sample, "--digit", "3"]) == 2
    assert "told no labels" in capsys.readouterr().err
    assert main([*sample, "--best"]) == 2
    assert "has measured no epoch, so none is the best" in capsys.readouterr().err
    assert main([*sample, "--count", "0"]) == 2
    assert "0 images were asked for, but there must be at least 1" in capsys.readouterr().err
    assert main([*sample, "--out", str(home / "digits.xyz")]) == 2
    assert "xyz" in capsys.readouterr().err
    assert not list(home.glob("*.xyz"))


def test_data_says_what_is_understood_and_draws_samples(home, capsys):
    images = np.arange(3 * 8 * 8, dtype=np.uint8).reshape(3, 8, 8)
    np.savez(home / "own.npz", images=images, labels=np.array(["b", "a", "b"]))
    out = home / "sheet.png"
    assert main(["data", str(home / "own.npz"), "--size", "16", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "images is x_train, labels is y_train" in said
    assert "3 training images and none for testing, 16×16 pixels" in said
    assert "2 classes: a (1), b (2)" in said and f"{out}: 3 of them" in said
    assert iio.imread(out).ndim == 3


def test_data_that_cannot_be_understood(home, capsys):
    assert main(["data", str(home / "nowhere")]) == 2
    assert "no file and no folder" in capsys.readouterr().err
    assert not list(home.glob("*.png"))


def test_doctor_speaks_of_finished_and_of_stopped_trainings(home, capsys, monkeypatch):
    monkeypatch.setattr(monitor, "MOST_ACCURACY", -1)  # So every epoch gives a sign.
    doctor = ["doctor", "tiny", "--profile", "smoke"]
    assert main(doctor) == 2
    assert "no run at" in capsys.readouterr().err
    with monkeypatch.context() as patch:
        stop_after(patch, 1)
        assert main(["train", "tiny", "--profile", "smoke"]) == 130
    capsys.readouterr()
    assert main(doctor) == 0
    assert "over-confident discriminator: in 1 of 1 epochs" in capsys.readouterr().out
    assert main(["train", "tiny", "--profile", "smoke"]) == 0
    assert capsys.readouterr().out.count("Its usual cause") == 1
    assert main(doctor) == 0
    assert "over-confident discriminator: in 2 of 2 epochs" in capsys.readouterr().out
    assert runs.train("tiny", profile="smoke").info["signs"][monitor.OVERCONFIDENCE] == [1, 2]


def test_doctor_watches_no_classifiers(home, capsys):
    main(["train", "softmax", "--profile", "smoke", "--epochs", "1"])
    assert main(["doctor", "softmax", "--profile", "smoke", "--epochs", "1"]) == 2
    assert "is a classifier" in capsys.readouterr().err


@pytest.mark.slow
def test_stopped_while_it_starts():
    started = subprocess.Popen(
        [sys.executable, "-m", "gan_tf", "list"], stderr=subprocess.PIPE, text=True
    )
    time.sleep(1.5)
    started.send_signal(signal.SIGINT)
    _, error = started.communicate(timeout=60)
    assert (started.returncode, error) in ((130, "gan_tf: stopped.\n"), (0, ""))


def test_memory_that_does_not_suffice(home, capsys, monkeypatch):
    def too_much(*_):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM")

    monkeypatch.setattr(runs, "find", too_much)
    assert main(["sample", "tiny"]) == 2
    assert "the memory does not suffice: choose fewer" in capsys.readouterr().err


def test_a_sheet_of_samples_does_not_lie_among_the_images(home, capsys, monkeypatch):
    iio.imwrite(home / "0.png", np.zeros((1, 1, 3), np.uint8))
    iio.imwrite(home / "1.png", np.full((1, 1, 3), 9, np.uint8))
    monkeypatch.chdir(home)
    assert main(["data", "."]) == 2
    assert "data.png would lie among the images" in capsys.readouterr().err
    assert main(["data", ".", "--out", str(home.parent / "sheet.png")]) == 0
