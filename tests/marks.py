"""Marks that tests of several packages share."""

import pytest

from gan_tf.book import browser

needs_chromium = pytest.mark.skipif(
    not (browser.CHROMIUM and browser.DRIVER),
    reason="no chromium and chromedriver here: `make browser`",
)
