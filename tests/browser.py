"""A notebook in a real browser: served by Voilà, opened in headless Chromium.

Chromium is not a Python package: `make browser` installs Debian's. Tests that need it are
skipped where it is missing.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from selenium import webdriver

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

needs_chromium = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium and chromedriver here: `make browser`"
)


@contextmanager
def opened(code, folder):
    """A browser that shows what the notebook of one cell `code` displays, run in `folder`."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    path = folder / "page.ipynb"
    nbformat.write(notebook, path)
    port = _free_port()
    log = (folder / "voila.log").open("w")
    options = ["--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    command = [sys.executable, "-m", "voila", str(path), *options]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/voila/static/voila.js", server)
        browser = _browser(folder)
        try:
            browser.get(address)
            yield browser
        finally:
            browser.quit()
    finally:
        server.terminate()
        server.wait()
        log.close()


def _browser(folder):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "disable-dev-shm-usage",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "no-first-run",
        "window-size=1000,900",
        f"user-data-dir={folder / 'browser'}",
    ):
        options.add_argument(f"--{argument}")
    browser = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    browser.implicitly_wait(60)
    return browser


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _wait_for(address, server, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            return urllib.request.urlopen(address).read()
        except urllib.error.HTTPError:
            return None
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"Voilà did not answer at {address}.")
