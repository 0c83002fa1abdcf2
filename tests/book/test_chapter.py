import asyncio
import base64
import io

import nbformat
import numpy as np
import pytest
from PIL import Image

from gan_tf.book import chapter


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
        assert chapter.kept(before, after)
        assert [c.outputs for c in after.cells] == [c.outputs for c in before.cells]

    def test_a_result_that_is_kept_has_the_number_of_its_cell(self):
        before, after = (
            notebook(
                cell("a", nbformat.v4.new_output("execute_result", {"text/plain": "1"})),
            )
            for _ in range(2)
        )
        before.cells[0].outputs[0].execution_count = 9
        assert not chapter.kept(before, after)
        assert after.cells[0].outputs[0].execution_count == 1
        assert chapter.kept(after, after)

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
        assert not chapter.kept(before, after)
        # That of the other cell is kept all the same, so that a change shows what has changed.
        assert after.cells[0].outputs == [output] and after.cells[1].outputs[0].text == "1\n"

    def test_what_is_of_the_machine(self):
        before = notebook(cell("a", stream("2 cores\n"), tags=["machine"]))
        assert chapter.kept(before, notebook(cell("a", stream("Tesla T4\n"), tags=["machine"])))

    def test_what_lacks_its_data(self):
        before = notebook(cell("a", display(image_png=png(100))))
        for lines in ("", "Downloading ...\n"):
            after = notebook(cell("a", stream(f"{lines}{chapter.NOT_MADE}, for ...\n")))
            assert chapter.kept(before, after)

    def test_number_of_a_widget(self):
        before, after = (
            notebook(cell("a", display(**{chapter.WIDGET: {"model_id": number}})))
            for number in ("554600ff", "d52dffca")
        )
        assert chapter.kept(before, after)

    def test_other_code(self):
        assert not chapter.kept(notebook(cell("a")), notebook(cell("b")))


@pytest.fixture
def path(tmp_path):
    """A chapter of one cell."""
    new = nbformat.v4.new_code_cell("print(1)", id="c")
    nbformat.write(notebook(new), tmp_path / "01_one.ipynb")
    return tmp_path / "01_one.ipynb"


class TestExecute:
    def test_writes_the_outputs(self, path):
        target = path.parent / "build" / "01_one.ipynb"
        asyncio.run(chapter.execute(path, target))
        assert nbformat.read(target, as_version=4).cells[0].outputs[0].text == "1\n"

    def test_keeps_the_committed_outputs(self, path):
        asyncio.run(chapter.execute(path, path))
        shown = nbformat.read(path, as_version=4)
        shown.cells[0].outputs[0].text = "2\n"
        nbformat.write(shown, path)
        before = path.stat().st_mtime_ns
        asyncio.run(chapter.execute(path, path))
        assert nbformat.read(path, as_version=4).cells[0].outputs[0].text == "2\n"
        assert path.stat().st_mtime_ns == before

    def test_a_kernel_that_is_killed(self, path):
        new = nbformat.v4.new_code_cell("import os\nos.kill(os.getpid(), 9)", id="c")
        nbformat.write(notebook(new), path)
        with pytest.raises(chapter.ChapterFailed, match="01_one.ipynb failed: its kernel was kil"):
            asyncio.run(chapter.execute(path, path))
