"""Pages in headless Chromium: a notebook that Voilà serves, or what another server shows.

Chromium is not a Python package: `make browser` installs Debian's.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from selenium import webdriver

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

_QUIET = "from gan_tf.environment import quiet_tensorflow"
_REPOSITORY = Path(__file__).resolve().parents[2]


def check() -> None:
    """Make sure that there is a browser.

    Raises:
        FileNotFoundError: if Chromium or its driver is lacking.
    """
    if not (CHROMIUM and DRIVER):
        raise FileNotFoundError(
            "Chromium and chromedriver are not installed: run `make browser`, then this again."
        )


@contextmanager
def opened(
    code: str,
    folder: Path,
    with_code: bool = False,
    size: tuple[int, int] = (1000, 900),
    scale: float = 1,
) -> Iterator[webdriver.Chrome]:
    """A browser that shows what a cell displays, in a notebook that keeps TensorFlow quiet.

    Args:
        code: of the cell.
        folder: an empty folder, in which the notebook is run.
        with_code: whether the page shows the code as well.
        size: as for `chromium`.
        scale: as for `chromium`.

    Raises:
        TimeoutError: if Voilà does not start.
    """
    path = folder / "page.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in (_QUIET, code)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    arguments = [str(path), "--no-browser", "--Voila.ip=127.0.0.1", "--show_tracebacks=True"]
    if with_code:
        arguments.append("--strip_sources=False")
    with (
        served("voila", arguments, folder, "voila/static/voila.js") as address,
        chromium(folder, size, scale) as browser,
    ):
        browser.get(address)
        yield browser


@contextmanager
def served(module: str, arguments: list[str], folder: Path, first: str = "") -> Iterator[str]:
    """The address on this machine at which a Python module serves pages; it ends afterwards.

    Args:
        module: what `python -m` runs; it must take the option --port.
        arguments: its other arguments.
        folder: where to keep what it says, in the file of its name.
        first: page that is there once it serves.

    Raises:
        TimeoutError: if it does not start.
    """
    port = _free_port()
    command = [sys.executable, "-m", module, *arguments, f"--port={port}"]
    environment = {**os.environ, "PYTHONPATH": str(_REPOSITORY)}
    path = folder / f"{module}.log"
    with path.open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            address = f"http://127.0.0.1:{port}/"
            if not _answers(address + first, server):
                said = path.read_text(encoding="utf-8").strip() or "nothing"
                raise TimeoutError(f"{module} did not answer at {address}. It says: {said}")
            yield address
        finally:
            server.terminate()
            server.wait()


@contextmanager
def chromium(
    folder: Path, size: tuple[int, int] = (1000, 900), scale: float = 1
) -> Iterator[webdriver.Chrome]:
    """A browser without a window, which waits up to a minute for what it is asked to find.

    Args:
        folder: where it may keep its files.
        size: width and height of the page in CSS pixels.
        scale: pixels of a screenshot for each of them.
    """
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "disable-3d-apis",
        "disable-dev-shm-usage",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "no-first-run",
        "hide-scrollbars",
        f"window-size={size[0]},{size[1]}",
        f"force-device-scale-factor={scale}",
        f"user-data-dir={folder / 'browser'}",
    ):
        options.add_argument(f"--{argument}")
    browser = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    try:
        browser.implicitly_wait(60)
        yield browser
    finally:
        browser.quit()


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _answers(address, server):
    """Whether the page comes, before the server ends or a time is over in which any would."""
    end = time.monotonic() + 300
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address).read()
            return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
    return False
