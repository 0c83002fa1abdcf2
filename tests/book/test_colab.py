import nbformat
import pytest

from gan_tf.book import colab
from gan_tf.environment import profiles

NOTEBOOKS = sorted((profiles.ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_chapters_have_the_badge_and_the_set_up_cell_of_the_address(path):
    text = path.read_text(encoding="utf-8")
    notebook = colab.headed(nbformat.reads(text, as_version=4), path.stem)
    assert nbformat.writes(notebook).strip() == text.strip()


def test_the_readme_opens_the_first_chapter():
    readme = (profiles.ROOT / "README.md").read_text(encoding="utf-8")
    assert colab.PAGE.findall(readme) == [NOTEBOOKS[0].stem]
    assert colab.page(NOTEBOOKS[0].stem) in readme


def test_another_address_replaces_the_first(monkeypatch):
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    monkeypatch.setattr(colab, "address", lambda: "https://github.com/someone/else")
    notebook = colab.headed(notebook, "01_dcgan")
    page = (
        "https://colab.research.google.com/github/someone/else/blob/main/notebooks/01_dcgan.ipynb"
    )
    title = notebook.cells[0].source
    assert title.count("Open in Colab") == 1 and page in title
    assert 'REPOSITORY = "https://github.com/someone/else"' in notebook.cells[1].source
