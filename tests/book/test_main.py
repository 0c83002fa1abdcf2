import nbformat
import pytest

from gan_tf.book import __main__ as book
from gan_tf.book import results
from gan_tf.environment import profiles

# So slow that it still runs when the other one fails.
SLOW = "import time\ntime.sleep(1)\nprint(1)"


@pytest.fixture
def chapters(home, monkeypatch):
    """Two chapters of one cell each, in a folder of their own; without README."""
    (home / "notebooks").mkdir()
    for name, source in {"01_good": SLOW, "02_bad": "1 / 0  # on purpose"}.items():
        new = nbformat.v4.new_code_cell(source, id="c")
        notebook = nbformat.v4.new_notebook(cells=[new])
        nbformat.write(notebook, home / "notebooks" / f"{name}.ipynb")
    monkeypatch.setattr(results, "write", lambda *_: None)
    monkeypatch.setattr(profiles, "ROOT", home)
    for name in book.ONE_THREAD:  # So that they are put back afterwards.
        monkeypatch.setenv(name, "1")
    return home / "notebooks"


class TestMain:
    def test_says_a_line_a_chapter_and_writes_it(self, chapters, capfd):
        assert book.main(["01"]) == 0
        out, err = capfd.readouterr()
        assert out.startswith("01_good ") and out.splitlines()[0].endswith(" s, 0 of 1 left")
        assert "Error" not in err
        path = chapters / "01_good.ipynb"
        assert nbformat.read(path, as_version=4).cells[0].outputs[0].text == "1\n"

    def test_a_chapter_that_there_is_not(self, chapters, capsys):
        with pytest.raises(SystemExit) as end:
            book.main(["01", "99"])
        assert end.value.code == 2 and "there is no chapter 99" in capsys.readouterr().err

    def test_dask_scheduler_is_known_to_the_chapters(self, chapters, monkeypatch):
        monkeypatch.setenv("GAN_TF_DASK", "")  # So that it is put back afterwards.
        notebook = nbformat.read(chapters / "01_good.ipynb", as_version=4)
        notebook.cells[0].source = "import os\nprint(os.environ['GAN_TF_DASK'])"
        nbformat.write(notebook, chapters / "01_good.ipynb")
        assert book.main(["01", "--dask", "tcp://there:8786"]) == 0
        notebook = nbformat.read(chapters / "01_good.ipynb", as_version=4)
        assert notebook.cells[0].outputs[0].text == "tcp://there:8786\n"

    def test_a_failure_ends_it_with_the_cell_and_the_error(self, chapters, capfd):
        before = (chapters / "02_bad.ipynb").read_bytes()
        assert book.main([]) == 1
        assert capfd.readouterr().err == (
            "02_bad.ipynb failed in the cell\n\n1 / 0  # on purpose\n\n"
            "ZeroDivisionError: division by zero\n"
        )
        assert (chapters / "02_bad.ipynb").read_bytes() == before

    def test_small_profiles_are_written_apart(self, chapters, monkeypatch):
        monkeypatch.setenv("GAN_TF_PROFILE", "smoke")
        before = (chapters / "01_good.ipynb").read_bytes()
        assert book.main(["01"]) == 0
        assert (chapters / "01_good.ipynb").read_bytes() == before
        assert list((profiles.get("smoke").home / "notebooks").iterdir())
