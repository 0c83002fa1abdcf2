"""The page of a scorecard, and the command that writes it."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from gan_tf.__main__ import main
from gan_tf.book import browser
from gan_tf.scoring import page
from tests.marks import needs_chromium
from tests.scoring.conftest import blobs


def test_it_is_whole_by_itself(card):
    html = page.page(card)
    assert "<h1>the images: how real?</h1>" in html
    assert not re.findall(r"(?:src|href)='(?!data:|https://arxiv.org/)", html)
    assert html.count("<img") == html.count("alt='") == 4  # No labels: no confusions.
    embedded = re.search(r"id='scorecard'>(.*)</script>", html, re.S).group(1)
    assert json.loads(embedded) == json.loads(card.to_json())
    assert "https://arxiv.org/abs/1904.06991" in html
    assert "64 principal components" in html and "seconds on" in html


def test_summary_names_what_is_as_real_and_what_is_farthest(card, wide):
    assert re.match(r"By \d+ of \d+ measures \(.*recall.*\) they are as real", page.summary(card))
    assert re.search(r"The farthest from real images they are by .*%", page.summary(wide))


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize("width", [1100, 500])
def test_in_a_browser(card, tmp_path, width):
    page.write(card, tmp_path / "score.html")
    with browser.chromium(tmp_path, (width, 900)) as shown:
        shown.get((tmp_path / "score.html").as_uri())
        assert shown.title == "the images: how real?"
        for image in shown.find_elements("tag name", "img"):
            assert int(image.get_attribute("naturalWidth")) > 100
            assert image.size["width"] <= width
        rows = shown.find_elements("css selector", "tbody tr")
        assert len(rows) == len(card.values["these"])
        # The page itself does not scroll sideways.
        assert shown.execute_script("return document.documentElement.scrollWidth") <= width
        assert not [each for each in shown.get_log("browser") if each["level"] == "SEVERE"]


class TestCommand:
    @pytest.fixture
    def folders(self, home):
        for name, seed, count in (("mine", 2, 150), ("real", 0, 400)):
            (home / name).mkdir()
            for number, image in enumerate(blobs(count, seed)):
                Image.fromarray(image).save(home / name / f"{number}.png")
        return home

    def test_a_folder_gets_its_page(self, folders, capsys):
        out = folders / "mine.html"
        score = ["score", str(folders / "mine"), "--real", str(folders / "real")]
        assert main([*score, "--out", str(out)]) == 0
        said = capsys.readouterr().out
        # A third of 400 real images is held out.
        assert "mine: 133 of 150 images beside as many of" in said and f"{out}: the page" in said
        assert "mine: how real?" in out.read_text()

    def test_damaged_images_are_left_out_where_asked(self, folders, capsys):
        (folders / "mine" / "7.png").write_bytes(b"no image")
        score = ["score", str(folders / "mine"), "--real", str(folders / "real")]
        score += ["--out", str(folders / "mine.html")]
        assert main(score) == 2 and "--skip-damaged" in capsys.readouterr().err
        assert main([*score, "--skip-damaged", "--count", "120"]) == 0
        assert "mine: 120 of 149 images" in capsys.readouterr().out

    @pytest.mark.slow
    def test_labels_and_a_classifier(self, home, capsys):
        main(["train", "softmax", "--profile", "smoke", "--epochs", "1"])
        random = np.random.default_rng(0)
        images = random.integers(0, 256, (120, 28, 28), np.uint8)
        np.savez(home / "noise.npz", images=images)
        np.save(home / "labels.npy", np.arange(120) % 10)
        score = ["score", str(home / "noise.npz"), "--labels", str(home / "labels.npy")]
        out = ["--classifier", str(next(home.rglob("softmax/seed0*/run.json")).parent)]
        assert main([*score, *out, "--out", str(home / "noise.html")]) == 0
        assert "read as labelled" in capsys.readouterr().out
        assert "what the classifier reads" in (home / "noise.html").read_text()

    @pytest.mark.parametrize(
        "arguments, sentence",
        [
            (["nowhere"], "There is no folder, no file and no run called 'nowhere'"),
            (["lenett"], "did you mean 'lenet'?"),
            (
                ["mine", "--real", "real", "--latents", "-1"],
                "--latents: '-1' must be a whole number",
            ),
            (["mine", "--real", "real", "--count", "50"], "only 50 images to be taken"),
            (["mine", "--out", "mine/1.png/page.html"], "1.png"),
            (["mine", "--out", "page.pdf"], "page.pdf must end in .html"),
            (["mine"], "those of mnist are (28, 28, 1): name real images like them (--real"),
            (["mine", "--labels", "no.npy"], "there is no file no.npy"),
            (["mine", "--real", "mnist", "--size", "12", "--classifier", "no"], "(12, 12, 3)"),
        ],
    )
    def test_bad_input(self, folders, capsys, monkeypatch, arguments, sentence):
        monkeypatch.chdir(folders)
        assert main(["score", *arguments]) == 2
        error = capsys.readouterr().err
        assert sentence in error and len(error.strip().splitlines()) == 1
        assert not list(folders.glob("*.html"))
