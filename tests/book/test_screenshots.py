from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from gan_tf.book import browser, screenshots
from tests.marks import needs_chromium


def grey(picture):
    """The shades (height, width) of the bytes of a picture."""
    return np.asarray(Image.open(BytesIO(picture)).convert("L"))


@pytest.fixture
def red(monkeypatch):
    """In the place of all pictures one of a red page that Chromium does not open."""
    new = BytesIO()
    Image.new("RGB", (8, 6), "red").save(new, "PNG")
    monkeypatch.setattr(screenshots, "PICTURES", {"red": lambda folder: new.getvalue()})
    monkeypatch.setattr(browser, "check", lambda: None)


class TestMain:
    @pytest.mark.usefixtures("red")
    def test_writes_pictures_and_says_where(self, home, capsys):
        assert screenshots.main([]) == 0
        path = home / "figures" / "red.png"
        assert capsys.readouterr().out == f"{path}\n"
        assert Image.open(path).size == (8, 6)
        assert [place.name for place in path.parent.iterdir()] == ["red.png"]

    @pytest.mark.usefixtures("red")
    def test_unknown_picture(self, home, capsys):
        assert screenshots.main(["blue"]) == 2
        assert capsys.readouterr().err == "gan_tf: There is no picture 'blue'. Known: red.\n"

    @pytest.mark.parametrize("lacking", ["CHROMIUM", "DRIVER"])
    def test_without_chromium(self, home, capsys, monkeypatch, lacking):
        monkeypatch.setattr(browser, lacking, None)
        assert screenshots.main([]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1 and "run `make browser`, then this again" in error
        assert not (home / "figures").exists()


@pytest.mark.slow
@needs_chromium
class TestInABrowser:
    def test_labelling_tool(self, tmp_path):
        picture = grey(screenshots.labelling(tmp_path))
        assert 700 <= picture.shape[1] <= 900
        labels = (tmp_path / "labels.csv").read_text().splitlines()
        assert labels[0] == "image,label" and len(labels) == 1 + 7

    @pytest.mark.usefixtures("home")
    def test_tensorboard(self, tmp_path, monkeypatch):
        training = {"recipe": "tiny", "profile": "smoke", "epochs": 3}
        monkeypatch.setattr(screenshots, "TRAINING", training)
        picture = grey(screenshots.tensorboard(tmp_path))
        assert 700 <= picture.shape[1] <= 900
