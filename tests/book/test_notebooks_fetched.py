"""The chapters as Colab starts them: in an empty folder, gan_tf neither installed nor beside them.

The set-up cell fetches the last commit from a file:// address. Run by `make test-colab`.
"""

import os

import filelock
import nbformat
import pytest
from nbclient import NotebookClient

from gan_tf.book import colab
from gan_tf.environment import profiles

NOTEBOOKS = sorted((profiles.ROOT / "notebooks").glob("*.ipynb"))
pytestmark = pytest.mark.colab


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """One working directory for all chapters and workers, in which the first start fetches."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder = folder / "content"
    folder.mkdir(exist_ok=True)
    with filelock.FileLock(f"{folder}.lock"):
        started = start(folder, nbformat.v4.new_notebook())
    assert "profile smoke" in started.cells[0].outputs[0].text
    return folder


def start(folder, notebook):
    """The notebook, executed in `folder` with the set-up cell of this repository's address."""
    cells = [cell for cell in notebook.cells if "@title Set-up" not in cell.source]
    source = colab.SET_UP.format(address=f"file://{profiles.ROOT}")
    first = nbformat.v4.new_code_cell(source.replace('"paper"  #', '"smoke"  #'))
    notebook.cells = [first, *cells]
    resources = {"metadata": {"path": folder}}
    NotebookClient(
        notebook, timeout=900, resources=resources, extra_arguments=["--log-level=ERROR"]
    ).execute()
    return notebook


@pytest.fixture(autouse=True)
def as_in_colab(monkeypatch):
    for name in ("GAN_TF_PROFILE", "GAN_TF_RETRAIN", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.usefixtures("noise_for_svhn")
def test_runs_where_others_ran_before(path, folder):
    # One after the other in one folder: each start but the first finds what was fetched. Two of
    # them, without a sweep and with one, find their own runs, too.
    for _ in range(2 if path.stem in ("01_dcgan", "07_retraining") else 1):
        notebook = start(folder, nbformat.read(path, as_version=4))
        outputs = [o for cell in notebook.cells for o in cell.get("outputs", ())]
        assert not [o.text for o in outputs if o.get("name") == "stderr"]
        assert sum("image/png" in o.get("data", {}) for o in outputs) >= 2
    assert sorted(path.name for path in folder.iterdir()) == ["gan_tf_repository"]
    figures = folder / "gan_tf_repository" / "build" / "smoke" / "figures"
    assert list(figures.glob(f"{path.stem[:2]}_*.png"))
