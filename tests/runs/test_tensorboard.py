import numpy as np
import pytest
import tensorflow as tf

from gan_tf import runs
from gan_tf.__main__ import main
from gan_tf.runs import tensorboard
from tests.runs.helpers import epoch_kept

pytestmark = pytest.mark.slow


def events(folder):
    """What the event files of a folder hold: (name, epoch) -> a number, or the bytes of a PNG."""
    found = {}
    for path in folder.rglob("events.out.tfevents.*"):
        for record in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            for value in event.summary.value:
                content = tf.make_ndarray(value.tensor)
                # An image has its width and height before it.
                found[value.tag, event.step] = content.item() if content.ndim == 0 else content[2]
    return found


def test_a_finished_run_as_it_was_written_live(home):
    run = runs.train("tiny", profile="smoke", tensorboard=home / "live")
    tensorboard.write(run, home / "afterwards")
    live, afterwards = events(home / "live"), events(home / "afterwards")
    for epoch, row in run.history.iterrows():
        for name, value in row.items():
            assert afterwards[name, epoch] == pytest.approx(value)
            assert name == "seconds" or live[name, epoch] == pytest.approx(value)
        sheet = tf.io.decode_png(afterwards["samples", epoch]).numpy()
        assert live["samples", epoch] == afterwards["samples", epoch]
        # The first image, with two pixels of margin.
        assert np.array_equal(sheet[2:30, 2:30], run.samples[epoch][0])
    assert {epoch for _, epoch in afterwards} == {1, 2}


def test_a_full_disk_is_said_and_the_epoch_is_kept(home, monkeypatch):
    def full(*_):
        raise tf.errors.ResourceExhaustedError(None, None, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(tf.summary, "scalar", full)
        with pytest.raises(
            OSError, match="Could not write .*live, for there is no room .* free in"
        ):
            runs.train("tiny", profile="smoke", tensorboard=home / "live")
    assert epoch_kept(runs.folder("tiny", profile="smoke")) == 1
    assert len(runs.train("tiny", profile="smoke").history) == 2


def test_written_again_instead_of_besides(home):
    run = runs.train("tiny", profile="smoke")
    tensorboard.write(run, home / "events")
    tensorboard.write(run, home / "events")
    assert len(list((home / "events").iterdir())) == 1


def test_classifier_has_no_samples(home):
    run = runs.train("softmax", profile="smoke", epochs=1)
    tensorboard.write(run, home / "events")
    names = {name for name, _ in events(home / "events")}
    assert names == set(run.history.columns)


class TestCommand:
    def test_opens_all_finished_runs(self, home, monkeypatch, capsys):
        opened = []
        monkeypatch.setattr(tensorboard, "serve", opened.append)
        for seed in ("0", "1"):
            main(["train", "tiny", "--profile", "smoke", "--seed", seed])
        assert main(["tensorboard", "--profile", "smoke"]) == 0
        (folder,) = opened
        assert {path.parent.relative_to(folder).as_posix() for path in folder.rglob("events*")} == {
            "tiny/seed0",
            "tiny/seed1",
        }
        assert f"{folder}: 2 runs" in capsys.readouterr().out

    def test_without_runs(self, home, capsys):
        assert main(["tensorboard", "--profile", "quick"]) == 2
        assert "There are no finished runs of the profile quick" in capsys.readouterr().err

    def test_a_file_in_the_place_of_the_folder(self, home, capsys):
        (home / "events").write_text("kept")
        train = ["train", "tiny", "--profile", "smoke", "--tensorboard", str(home / "events")]
        assert main(train) == 2
        assert "events is a file: name a folder" in capsys.readouterr().err
        assert (home / "events").read_text() == "kept" and not list(home.rglob("*.partial"))

    def test_is_stopped_without_a_word(self, tmp_path, monkeypatch):
        def stopped(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr(tensorboard.subprocess, "run", stopped)
        tensorboard.serve(tmp_path)

    def test_serves_the_folder(self, tmp_path, monkeypatch):
        calls = []
        monkeypatch.setattr(
            tensorboard.subprocess, "run", lambda command, **_: calls.append(command)
        )
        tensorboard.serve(tmp_path)
        assert calls[0][1:] == ["-m", "tensorboard.main", "--logdir", tmp_path]
