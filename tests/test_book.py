import asyncio
import base64
import io

import nbformat
import numpy as np
import pytest
from PIL import Image

from gan_tf import book, profiles, tables


def png(level):
    buffer = io.BytesIO()
    Image.fromarray(np.full((8, 8), level, np.uint8)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def cell(source, *outputs, tags=()):
    new = nbformat.v4.new_code_cell(source, execution_count=1, outputs=list(outputs))
    new.metadata["tags"] = list(tags)
    return new


def stream(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def display(**data):
    data = {key.replace("_", "/"): value for key, value in data.items()}
    return nbformat.v4.new_output("display_data", data=data)


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


class TestKept:
    def test_what_is_the_same_up_to_rounding(self):
        before = notebook(
            cell("a", stream("accuracy 0.9893\n")), cell("b", display(image_png=png(100)))
        )
        after = notebook(
            cell("a", stream("accuracy 0.9894\n")), cell("b", display(image_png=png(101)))
        )
        assert book.kept(before, after)
        assert [c.outputs for c in after.cells] == [c.outputs for c in before.cells]

    @pytest.mark.parametrize(
        "output",
        [
            stream("accuracy 0.9\n"),
            display(image_png=png(200)),
            display(text_html="<b>1</b>"),
        ],
    )
    def test_what_is_not(self, output):
        before = notebook(cell("a", display(image_png=png(100))), cell("b", stream("1\n")))
        after = notebook(cell("a", output), cell("b", stream("2\n")))
        assert not book.kept(before, after)
        # That of the other cell is kept all the same, so that a change shows what has changed.
        assert after.cells[0].outputs == [output] and after.cells[1].outputs[0].text == "1\n"

    def test_what_is_of_the_machine(self):
        before = notebook(cell("a", stream("2 cores\n"), tags=["machine"]))
        assert book.kept(before, notebook(cell("a", stream("Tesla T4\n"), tags=["machine"])))

    def test_what_lacks_its_data(self):
        before = notebook(cell("a", display(image_png=png(100))))
        assert book.kept(before, notebook(cell("a", stream(f"{book.NOT_MADE}, for ...\n"))))

    def test_other_code(self):
        assert not book.kept(notebook(cell("a")), notebook(cell("b")))


@pytest.fixture
def chapters(home, monkeypatch):
    """Two chapters of one cell, in a folder of their own; without README."""
    (home / "notebooks").mkdir()
    for name, source in {"01_good": "print(1)", "02_bad": "1 / 0  # on purpose"}.items():
        new = nbformat.v4.new_code_cell(source, id="c")
        nbformat.write(notebook(new), home / "notebooks" / f"{name}.ipynb")
    monkeypatch.setattr(tables, "into_readme", lambda *_: None)
    monkeypatch.setattr(profiles, "ROOT", home)
    return home / "notebooks"


class TestMain:
    def test_says_a_line_a_chapter_and_writes_it(self, chapters, capfd):
        assert book.main(["01"]) == 0
        out, err = capfd.readouterr()
        assert out.startswith("01_good ") and out.splitlines()[0].endswith(" s, 0 of 1 left")
        assert "Error" not in err
        path = chapters / "01_good.ipynb"
        assert nbformat.read(path, as_version=4).cells[0].outputs[0].text == "1\n"
        before = path.stat().st_mtime_ns
        assert book.main(["01"]) == 0
        assert path.stat().st_mtime_ns == before

    def test_a_failure_ends_it_with_the_cell_and_the_error(self, chapters, capfd):
        before = (chapters / "02_bad.ipynb").read_bytes()
        assert book.main([]) == 1
        err = capfd.readouterr().err
        assert "02_bad.ipynb failed in the cell" in err and "1 / 0  # on purpose" in err
        assert err.endswith("ZeroDivisionError: division by zero\n")
        assert (chapters / "02_bad.ipynb").read_bytes() == before

    def test_small_profiles_are_written_apart(self, chapters, monkeypatch):
        monkeypatch.setenv("GAN_TF_PROFILE", "smoke")
        before = (chapters / "01_good.ipynb").read_bytes()
        assert book.main(["01"]) == 0
        assert (chapters / "01_good.ipynb").read_bytes() == before
        assert list((profiles.get("smoke").home / "notebooks").iterdir())


def test_execute_keeps_the_committed_outputs(chapters):
    path = chapters / "01_good.ipynb"
    asyncio.run(book.execute(path, path))
    shown = nbformat.read(path, as_version=4)
    shown.cells[0].outputs[0].text = "2\n"
    nbformat.write(shown, path)
    asyncio.run(book.execute(path, path))
    assert nbformat.read(path, as_version=4).cells[0].outputs[0].text == "2\n"
