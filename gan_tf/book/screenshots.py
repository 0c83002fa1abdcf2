"""Pictures of the book's tools, of a scorecard's page and of TensorBoard: `make screenshots`.

Each page is opened in headless Chromium and brought into a typical state as a reader does it.
The tools work with the released runs; for TensorBoard a small GAN is trained, for minutes.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

# Before anything else imports TensorFlow.
from gan_tf.environment import quiet_tensorflow  # noqa: F401

# isort: split
from selenium.common.exceptions import TimeoutException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from gan_tf import data, runs
from gan_tf.book import browser
from gan_tf.environment import profiles
from gan_tf.plotting.style import looks_the_same
from gan_tf.scoring import page as page_of_scorecard
from gan_tf.scoring import scorecard
from gan_tf.storage import files

LABELLING = """
from gan_tf import data
from gan_tf.tools.labelling import Labels, LabellingTool

images = data.synthetic_digits("dcgan-conditional").images[:50]
LabellingTool(images, Labels("labels.csv", 50))
"""
# Below the tool stands how far to the right the point is that it shows.
LATENT_EXPLORER = """
import ipywidgets
from IPython.display import display
from gan_tf import runs
from gan_tf.measures.latent_space import LatentSpace
from gan_tf.tools.latent_explorer import LatentExplorer

gan, cnn = (runs.train(name, profile="paper", retrain=False) for name in ("gavazzi", "gavazzi-cnn"))
space = LatentSpace(gan.generator, cnn.classifier)
explorer = LatentExplorer(gan.generator, space, space.find(100, 0.95).means())
shown = ipywidgets.Label()
right = explorer.children[1]
right.observe(lambda change: shown.set_trait("value", f"at {change.new:.2f}"), "value")
display(explorer, shown)
"""
DIGIT_WRITING = """\
from PIL import Image

from gan_tf import runs
from gan_tf.tools.digit_writing import ConditionalWriter, write

NUMBER = "2026"  # @param {type: "string"}
STYLE = 1  # @param {type: "integer"}
gan = runs.train("cgan", profile="paper", retrain=False)
number = write(NUMBER, ConditionalWriter(gan.generator), STYLE)
Image.fromarray(number.squeeze()).resize((448, 112))"""

# What TensorBoard shows: a GAN that learns something within minutes on two cores.
TRAINING = {"recipe": "cgan-half", "profile": "quick", "epochs": 15}
# Kept by its page in the browser: whole curves, unsmoothed, and no panel beside them.
_SETTINGS = {
    "ignoreOutliers": False,
    "scalarSmoothing": 0,
    "stepSelectorEnabled": False,
    "timeSeriesSettingsPaneOpened": False,
}

_PATIENCE = 300  # seconds


def labelling(folder: Path) -> bytes:
    """The labelling tool after seven labels, the first of those that were given by eye."""
    given = data.synthetic_digits("dcgan-conditional").first_labels[:7].tolist()
    with browser.opened(LABELLING, folder, scale=1.75) as page:
        for done, label in enumerate(given):
            _wait_for(page, f"{done} of 50 labelled")
            name = "not a digit (n)" if label < 0 else str(label)
            page.find_element(By.XPATH, f"//button[normalize-space()='{name}']").click()
        _wait_for(page, f"{len(given)} of 50 labelled")
        return _cropped(page, page.find_element(By.CLASS_NAME, "widget-vbox"))


def latent_explorer(folder: Path) -> bytes:
    """The latent explorer with the digits 4, 7 and 9, half a unit to the right."""
    with browser.opened(LATENT_EXPLORER, folder, scale=1.75) as page:
        _wait_for(page, "certainty")
        for choice, digit in zip(page.find_elements(By.TAG_NAME, "select"), "479", strict=True):
            Select(choice).select_by_visible_text(digit)
        slider = page.find_element(By.CLASS_NAME, "noUi-handle")
        slider.send_keys(Keys.ARROW_RIGHT * 10)
        _wait_for(page, "at 0.50")
        return _cropped(page, page.find_element(By.CLASS_NAME, "widget-vbox"))


def digit_writing(folder: Path) -> bytes:
    """A cell that writes 2026 with the conditional GAN, as in chapter 10, and its output."""
    size = (620, 600)
    with browser.opened(DIGIT_WRITING, folder, with_code=True, size=size, scale=1.3) as page:
        _wait_for(page, "Out[2]:")
        return _cropped(page, page.find_elements(By.CLASS_NAME, "jp-Cell")[-1])


def scorecard_page(folder: Path) -> bytes:
    """The top of the page that `python -m gan_tf score` writes of the conditional GAN."""
    path = folder / "report.html"
    page_of_scorecard.write(scorecard("cgan"), path)
    with browser.chromium(folder, size=(1120, 1000), scale=1.25) as page:
        page.get(path.as_uri())
        _wait_for_images(page)
        return page.get_screenshot_as_png()


def tensorboard(folder: Path) -> bytes:
    """TensorBoard's page with the losses and the samples of `TRAINING`."""
    events = folder / "events"
    name = str(TRAINING["recipe"])
    runs.train(**TRAINING, retrain=True, tensorboard=events / name)  # type: ignore[arg-type]
    arguments = ["--logdir", str(events), "--host=127.0.0.1"]
    with (
        browser.served("tensorboard.main", arguments, folder) as address,
        browser.chromium(folder, size=(960, 1000), scale=0.9) as page,
    ):
        # A page that needs no settings, but is of the same server, to leave them there.
        page.get(f"{address}data/environment")
        keep = "localStorage.setItem('_tb_global_settings', arguments[0])"
        page.execute_script(keep, json.dumps(_SETTINGS))
        page.get(f"{address}?tagFilter=loss|samples#timeseries")
        _wait_until(page, "the curves", lambda: _count(page, ".series-view path") == 2)
        _wait_until(page, "the samples", lambda: _count(page, "image-card img") == 1)
        _wait_for_images(page)
        return page.get_screenshot_as_png()


PICTURES: dict[str, Callable[[Path], bytes]] = {
    "tool_labelling": labelling,
    "tool_latent_explorer": latent_explorer,
    "tool_digit_writing": digit_writing,
    "scorecard_page": scorecard_page,
    "tensorboard": tensorboard,
}


def main(arguments: list[str] | None = None) -> int:
    """Make the pictures that are named, else all; the exit code is 2 if one cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m gan_tf.book.screenshots", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"default: all, {', '.join(PICTURES)}"
    )
    names = parser.parse_args(arguments).names or list(PICTURES)
    try:
        browser.check()
        for name in names:
            print(write(name), flush=True)
    except (OSError, ValueError) as error:
        print(f"gan_tf: {error}", file=sys.stderr)
        return 2
    return 0


def write(name: str) -> Path:
    """Make the picture called `name` and return where it is.

    One that is there already and looks the same is left alone.

    Raises:
        ValueError: if there is no such picture.
        OSError: if the page does not come, or the picture cannot be written.
    """
    if name not in PICTURES:
        raise ValueError(f"There is no picture {name!r}. Known: {', '.join(PICTURES)}.")
    path = profiles.get("paper").figures / f"{name}.png"
    with tempfile.TemporaryDirectory() as folder:
        picture = PICTURES[name](Path(folder))
    files.write(path, picture, same=looks_the_same)
    return path


def _wait_for(page: Chrome, text: str) -> None:
    """Wait until the page shows a text."""
    _wait_until(page, repr(text), lambda: text in _text(page))


def _wait_until(page: Chrome, what: str, is_there: Callable[[], bool]) -> None:
    try:
        WebDriverWait(page, _PATIENCE).until(lambda _: is_there())
    except TimeoutException:
        raise TimeoutError(
            f"A page did not show {what} in time. It shows: {_text(page) or 'nothing'}"
        ) from None


def _text(page: Chrome) -> str:
    return page.find_element(By.TAG_NAME, "body").text


def _wait_for_images(page: Chrome) -> None:
    """Wait until the images that the page has are drawn."""
    drawn = "return [...document.images].every(image => image.complete && image.naturalWidth)"
    _wait_until(page, "its images", lambda: page.execute_script(drawn))


def _count(page: Chrome, selector: str) -> int:
    return len(page.find_elements(By.CSS_SELECTOR, selector))


def _cropped(page: Chrome, element: WebElement) -> bytes:
    """PNG of one element of the page, as wide as its content, with a margin."""
    style = "arguments[0].style.cssText += 'width: fit-content; padding: 12px; background: white'"
    page.execute_script(style, element)
    _wait_for_images(page)
    return element.screenshot_as_png


if __name__ == "__main__":
    sys.exit(main())
