import numpy as np
import pytest
from keras import Sequential, layers
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from gan_tf.book import browser
from gan_tf.measures.latent_space import LatentSpace
from gan_tf.tools.latent_explorer import LatentExplorer
from tests.marks import needs_chromium


def explorer():
    """Latents of three values: an image shows them, and digit d is certain where value d is high.

    The means of the first three digits are the unit latents, those of the others zero.
    """
    generator = Sequential([layers.Input((3,)), layers.Reshape((1, 3, 1))])
    classifier = Sequential(
        [layers.Input((1, 3, 1)), layers.Flatten(), layers.Dense(10, activation="softmax")]
    )
    classifier.layers[-1].set_weights([20 * np.eye(3, 10), np.zeros(10)])
    means = np.zeros((10, 3), np.float32)
    means[:3] = np.eye(3)
    means[8] = [3, 0, -1]
    return LatentExplorer(generator, LatentSpace(generator, classifier), means)


@pytest.fixture
def shown():
    return explorer()


def test_begins_in_the_middle_of_8_1_and_0(shown):
    # (8 + 1 + 0) / 3 of their means is (4/3, 1/3, -1/3).
    assert shown._text.value.startswith("reads 0, certainty 1.00")


def test_moves_where_the_sliders_go(shown):
    before = shown._picture.value
    shown._right.value, shown._up.value = -1.5, 0.5
    assert shown._picture.value != before
    plane_moved = shown._text.value
    shown._digits[0].value = 2
    assert shown._text.value != plane_moved


def test_two_equal_digits_span_no_plane(shown):
    before = shown._picture.value
    shown._digits[1].value = 8
    assert "Choose three different digits" in shown._text.value
    assert shown._picture.value == before


@pytest.mark.slow
@needs_chromium
def test_in_a_browser(tmp_path):
    code = "from tests.tools.test_latent_explorer import explorer\nexplorer()"
    with browser.opened(code, tmp_path) as page:

        def text():
            return page.find_elements(By.CLASS_NAME, "widget-label")[-1].text

        def wait_for(condition):
            WebDriverWait(page, 60).until(lambda _: condition(text()), condition)

        wait_for(lambda shown: shown.startswith("reads 0, certainty 1.00"))
        first = Select(page.find_elements(By.TAG_NAME, "select")[0])
        first.select_by_visible_text("1")
        wait_for(lambda shown: "three different digits" in shown)
        first.select_by_visible_text("2")
        # The middle of the three unit latents: no digit is more certain than the other two.
        wait_for(lambda shown: shown.endswith("certainty 0.33"))
        handle = page.find_elements(By.CSS_SELECTOR, ".noUi-handle")[0]
        handle.send_keys(Keys.ARROW_RIGHT * 10)
        wait_for(lambda shown: "certainty 0.33" not in shown and shown.startswith("reads"))
