import numpy as np
import pytest
from PIL import Image

from gan_tf import plotting


def test_gif_loops_and_holds_its_last_frame(tmp_path):
    samples = np.stack([np.full((9, 8, 8, 1), value, np.uint8) for value in (0, 90, 200)])
    path = tmp_path / "training.gif"
    plotting.training_gif(samples, path, count=9, seconds=3, hold=2)
    with Image.open(path) as gif:
        assert gif.n_frames == 3 and gif.info["loop"] == 0
        durations, frames = [], []
        for index in range(3):
            gif.seek(index)
            durations.append(gif.info["duration"])
            frames.append(np.asarray(gif.convert("L")))
    assert durations == [1000, 1000, 2000]
    # The label above the images differs from frame to frame, and the images are those given.
    labels = [frame[:26] for frame in frames]
    assert not np.array_equal(labels[0], labels[1])
    assert [int(frame[40, 12]) for frame in frames] == pytest.approx([0, 90, 200], abs=9)


def test_gif_of_every_second_epoch_ends_with_the_last(tmp_path):
    samples = np.stack([np.full((4, 8, 8, 1), value, np.uint8) for value in (0, 80, 160, 240)])
    plotting.training_gif(samples, tmp_path / "training.gif", count=4, every=2)
    shown = []
    with Image.open(tmp_path / "training.gif") as gif:
        for index in range(gif.n_frames):
            gif.seek(index)
            shown.append(int(np.asarray(gif.convert("L"))[45, 20]))
    assert shown == pytest.approx([0, 160, 240], abs=9)


def test_gifs_that_cannot_be_written(tmp_path, capfd):
    frames = np.zeros((2, 8, 8), np.uint8)
    with pytest.raises(ValueError, match="no name of a GIF"):
        plotting.gif(frames, tmp_path / "film.mp4", 1, 1)
    (tmp_path / "file").write_text("kept")
    with pytest.raises(OSError, match="Could not write"):
        plotting.gif(frames, tmp_path / "file" / "film.gif", 1, 1)
    assert (tmp_path / "file").read_text() == "kept" and not capfd.readouterr().err


def test_one_frame(tmp_path):
    plotting.gif(np.zeros((1, 8, 8), np.uint8), tmp_path / "one.gif", 1, 1)
    plotting.training_gif(np.zeros((1, 4, 8, 8, 1), np.uint8), tmp_path / "training.gif")
    for name in ("one", "training"):
        with Image.open(tmp_path / f"{name}.gif") as gif:
            assert gif.n_frames == 1


@pytest.mark.parametrize("seconds", [-1, "1", float("nan")])
def test_impossible_times(seconds, tmp_path):
    with pytest.raises(ValueError, match="seconds is .*, but must be a number"):
        plotting.gif(np.zeros((2, 8, 8), np.uint8), tmp_path / "a.gif", seconds, 1)
    assert not list(tmp_path.iterdir())
