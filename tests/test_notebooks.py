"""Every notebook, run small from top to bottom."""

import ast
import html
import importlib
import inspect
import os
import pkgutil
import re
import textwrap
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import gan_tf
from gan_tf.book import kernels, tables
from gan_tf.environment import profiles

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BY_BENCHMARKS = {"gan_tf_bfloat16_quality.csv"}
TABLES = sorted(
    path for path in (ROOT / "figures" / "tables").glob("*.csv") if path.name not in BY_BENCHMARKS
)


def outputs(notebook):
    return [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]


@pytest.mark.slow  # tests/book/test_notebooks_fetched.py runs them under Colab's versions.
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.usefixtures("noise_for_svhn")
def test_runs_small_without_warnings_and_writes_its_figures(path, monkeypatch):
    monkeypatch.setenv("GAN_TF_PROFILE", "smoke")
    monkeypatch.setenv("GAN_TF_RETRAIN", "0")
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=600,
        resources={"metadata": {"path": path.parent}},
        kernel_manager_class=kernels.FASTEST,
    ).execute()
    assert not [o for o in outputs(notebook) if o.get("name") == "stderr"]
    assert sum("image/png" in o.get("data", {}) for o in outputs(notebook)) >= 2
    assert list(profiles.get("smoke").figures.glob(f"{path.stem[:2]}_*.png"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_short_enough_to_see_whole(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 25


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_with_the_outputs_of_one_execution(path):
    notebook = nbformat.read(path, as_version=4)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert not [o for o in outputs(notebook) if o.get("name") == "stderr"]
    assert not [o for o in outputs(notebook) if o.output_type == "error"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_size(path):
    assert os.path.getsize(path) < 2_000_000


# What chapters call `gan` and `recipe` are no modules.
MODULES = {
    name.rsplit(".", 1)[-1]: name
    for _, name, _ in pkgutil.walk_packages(gan_tf.__path__, "gan_tf.")
    if not name.endswith((".__main__", ".preloaded", ".gan", ".recipe"))
}


def calls_in_prose(path):
    """What the text, exercises above all, calls of gan_tf's modules: dotted name, and ast.Call."""
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    for block, word in re.findall(r"```python\n(.*?)```|`([^`\n]+)`", text, re.DOTALL):
        try:
            tree = ast.parse(textwrap.dedent(block or word))
        except SyntaxError:  # It is no code.
            continue
        for node in ast.walk(tree):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if re.fullmatch(r"\w+(\.\w+)+", name) and name.split(".")[0] in MODULES:
                yield name, node


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_the_text_calls_is_there_and_takes_what_it_is_given(path):
    for called, call in calls_in_prose(path):
        module, *names = called.split(".")
        function = importlib.import_module(MODULES[module])
        for name in names:
            function = getattr(function, name)
        inspect.signature(function).bind(*call.args, **{k.arg: k for k in call.keywords})


@pytest.fixture(scope="module")
def shown_tables():
    """What the tables in the outputs of all notebooks say."""
    data = [o.get("data", {}) for p in NOTEBOOKS for o in outputs(nbformat.read(p, as_version=4))]
    return html.unescape("".join(d["text/html"] for d in data if "text/html" in d))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_notebooks_show_every_cell_of_the_committed_tables(path, shown_tables):
    for (row, column), texts in tables.to_be_read(tables.read(path)).iterrows():
        assert f">{row}</th>" in shown_tables and f">{column}</th>" in shown_tables
        assert f">{texts['here']}</td>" in shown_tables, (row, column)
