import dataclasses
import errno
import os
import signal
import subprocess
import sys
import time

import imageio.v3 as iio
import numpy as np
import pytest
import tensorflow as tf

from gan_tf import data, runs
from gan_tf.__main__ import main
from gan_tf.training import monitor
from tests import tiny
from tests.runs.helpers import stop_after


def without_tensorflow(code):
    """What a program prints that must not import TensorFlow, or others that take time."""
    code += "\nassert not {'tensorflow', 'keras', 'numpy', 'psutil', 'filelock'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_help_does_not_import_tensorflow():
    printed = without_tensorflow(
        "import sys\nfrom gan_tf.__main__ import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0"
    )
    for word in ("list", "train", "sample", "examples:", "--profile quick"):
        assert word in printed


def test_list_and_refusals_do_not_import_tensorflow(tmp_path):
    start = (
        "import sys\nfrom pathlib import Path\nfrom gan_tf.__main__ import main\n"
        "from gan_tf.environment import profiles\n"
        f"profiles.ROOT = Path({str(tmp_path)!r})\nsys.stderr = sys.stdout\n"
    )
    assert "dcgan " in without_tensorflow(f"{start}assert main(['list']) == 0")
    for command, sentence in (
        ("train gan", "There is no recipe 'gan'"),
        ("train dcgan --data nowhere", "there is no data set, no file and no folder nowhere"),
        ("data nowhere", "there is no data set, no file and no folder nowhere"),
        ("sample dcgan", "There is no finished run at"),
        ("gif nowhere", "There is no finished run at nowhere"),
        ("export lenet exported", "There is no finished run at"),
        ("score dcgna", "no run called 'dcgna': did you mean 'dcgan'?"),
        ("score dcgan", "There is no finished run at"),
    ):
        assert sentence in without_tensorflow(f"{start}assert main({command.split()}) == 2")


def test_runs_of_ones_own_are_listed(home, capsys):
    for name in ("mine", "damaged"):
        runs.train(dataclasses.replace(tiny.RECIPE, name=name), profile="smoke", epochs=1)
    folder = home / "runs" / "damaged" / "seed0-1epochs-smoke"
    (folder / "run.json").write_text("{}")
    (home / "runs" / "begun" / "seed0.partial").mkdir(parents=True)
    (home / "runs" / "begun" / "seed0.partial" / "epoch-0001.npz").touch()
    capsys.readouterr()
    assert main(["list"]) == 0
    *_, damaged, mine, begun = capsys.readouterr().out.splitlines()
    assert "mine seed 0: 1 epochs of 512 images in" in mine
    assert "is left out: " in damaged and "is damaged" in damaged
    assert begun == "runs/begun/seed0: stopped; the command that began it goes on"


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
        (["sample", "tiny"], "no finished run"),
        (["sample", "nowhere"], "no finished run at nowhere"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(home, capsys, arguments, sentence):
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert sentence in error and error.count("\n") == 1


REFUSED = [
    ([], "the following arguments are required: COMMAND"),
    (["dance"], "invalid choice: 'dance'"),
    (["train"], "the following arguments are required: RECIPE"),
    (["train", "tiny", "--seed", "x"], "--seed: 'x' must be a whole number from 0 to 2,147"),
    (["train", "tiny", "--seed=-1"], "--seed: '-1' must be a whole number"),
    (
        ["train", "tiny", "--epochs", "0"],
        "--epochs: '0' must be a whole number from 1 to 1,000,000",
    ),
    (["train", "tiny", "--profile", "big"], "invalid choice: 'big' (choose from"),
    (["train", "tiny", "--size", "9999"], "--size: '9999' must be a whole number from 1 to 4,096"),
    (["train", "tiny", "--tensorboard", "{file}"], "is a file: name a folder"),
    (["sample", "tiny", "--count", "0"], "--count: '0' must be a whole number of at least 1"),
    (["sample", "tiny", "--out", "{folder}"], "is there already: choose another folder"),
    (["sample", "tiny", "--latents", "4294967296"], "from 0 to 2,147,483,647"),
    (["sample", "tiny", "--out", "a.xyz"], "a.xyz must end in .png, .jpg, .jpeg, .pdf, .svg, .npz"),
    (["sample", "tiny", "--out", "{file}/a.png"], "which is a file: choose another place"),
    (["gif", "tiny", "--out", "a.png"], "a.png must end in .gif"),
    (["score", "tiny", "--out", "a.txt"], "a.txt must end in .html, .htm"),
    (["sample", "tiny", "--count", "20000"], "20,000 images are too many for a picture"),
    (["sample", "tiny", "--out", "a\nb.txt"], "a b.txt must end in"),
    (["train", "tiny", "--size", "28"], "--size and --skip-damaged are of images of your own"),
    (["score", "tiny", "--labels", "no.npy"], "there is no file no.npy: give the path of one"),
    (["data", "{folder}", "--out", "{folder}/a.png"], "would lie among the images"),
    (["export", "tiny", "{folder}"], "is there already: choose another folder"),
    (["export", "tiny", "a" * 300], "cannot be the name of a file or a folder"),
]


@pytest.mark.parametrize("arguments, sentence", REFUSED, ids=lambda value: str(value)[:40])
def test_refusals_are_one_line_and_exit_code_2(tmp_path, arguments, sentence, capsys):
    (tmp_path / "file").write_text("kept")
    arguments = [a.format(file=tmp_path / "file", folder=tmp_path) for a in arguments]
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("gan_tf: ") and sentence in error and error.count("\n") == 1
    assert (tmp_path / "file").read_text() == "kept" and len(list(tmp_path.iterdir())) == 1


def test_refusals_do_not_import_tensorflow():
    without_tensorflow(
        "import sys\nfrom gan_tf.__main__ import main\n"
        "assert main(['sample', 'dcgan', '--count', '0']) == 2"
    )


def test_output_that_cannot_be_written(home, capsys, monkeypatch):
    main(["train", "tiny", "--profile", "smoke"])
    out = home / "new" / "a.png"

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert main(["sample", "tiny", "--profile", "smoke", "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"gan_tf: Could not write {out}, for there is no room (")
    assert error.count("\n") == 1 and not out.parent.exists()


def test_sample_draws_the_digit_that_is_asked_for(home):
    main(["train", "tiny-conditional", "--profile", "smoke", "--epochs", "1"])
    sample = ["sample", "tiny-conditional", "--profile", "smoke", "--epochs", "1"]
    for digit in ("1", "7"):
        assert main([*sample, "--digit", digit, "--out", str(home / f"{digit}.png")]) == 0
    assert (home / "1.png").read_bytes() != (home / "7.png").read_bytes()


def test_sample_replaces_what_is_there(home):
    main(["train", "tiny", "--profile", "smoke"])
    out = home / "digits.png"
    out.write_bytes(b"")  # As `mktemp` makes it.
    sample = ["sample", "tiny", "--profile", "smoke", "--out", str(out)]
    contents = []
    for latents in ("0", "1"):
        assert main([*sample, "--latents", latents]) == 0
        contents.append(out.read_bytes())
    assert contents[0] != contents[1]


def test_sample_writes_what_can_be_read_again(home, capsys):
    main(["train", "tiny-conditional", "--profile", "smoke", "--epochs", "1"])
    sample = ["sample", "tiny-conditional", "--profile", "smoke", "--epochs", "1", "--count", "12"]
    drawn = runs.load(runs.folder("tiny-conditional", 0, "smoke", 1)).generate(12)
    assert main([*sample, "--out", str(home / "drawn.npz")]) == 0
    assert main([*sample, "--out", str(home / "drawn")]) == 0
    in_file, in_folder = data.load(home / "drawn.npz"), data.load(home / "drawn")
    assert np.array_equal(in_file.x_train, drawn)
    assert list(in_file.y_train) == [*range(10), 0, 1]
    order = np.argsort(in_file.y_train, kind="stable")
    assert np.array_equal(in_folder.x_train, drawn[order])
    assert np.array_equal(in_folder.y_train, in_file.y_train[order])
    assert main([*sample, "--digit", "7", "--out", str(home / "sevens.npz")]) == 0
    assert set(data.load(home / "sevens.npz").y_train) == {7}
    assert main([*sample[:-1], "10001", "--out", str(home / "a.png")]) == 2
    assert "10,001 images are too many for a picture" in capsys.readouterr().err
    assert main([*sample[:-1], "1000000000000", "--out", str(home / "a.npz")]) == 2
    assert "GiB of memory, but only" in capsys.readouterr().err
    assert not list(home.glob("a.*"))


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
    assert not list(home.glob("*.png"))


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
@pytest.mark.parametrize("moment", [0.3, 0.8, 1.5, 2.5])
def test_stopped_while_it_starts(moment):
    started = subprocess.Popen(
        [sys.executable, "-m", "gan_tf", "doctor", "dcgan"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(moment)
    started.send_signal(signal.SIGINT)
    _, error = started.communicate(timeout=60)
    assert (started.returncode, error) in ((130, "gan_tf: stopped.\n"), (0, ""))


def test_memory_that_does_not_suffice(home, capsys, monkeypatch):
    def too_much(*_, **options):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM")

    monkeypatch.setattr(runs, "train", too_much)
    assert main(["train", "tiny"]) == 2
    assert "the memory does not suffice: choose fewer" in capsys.readouterr().err


def test_a_sheet_of_samples_does_not_lie_among_the_images(home, capsys, monkeypatch):
    iio.imwrite(home / "0.png", np.zeros((1, 1, 3), np.uint8))
    iio.imwrite(home / "1.png", np.full((1, 1, 3), 9, np.uint8))
    monkeypatch.chdir(home)
    assert main(["data", "."]) == 2
    assert "data.png would lie among the images" in capsys.readouterr().err
    assert main(["data", ".", "--out", str(home.parent / "sheet.png")]) == 0
