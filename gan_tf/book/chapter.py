"""Executes a chapter; outputs that are the committed ones up to rounding are kept as they are."""

import base64
import io
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

from gan_tf.book import kernels
from gan_tf.storage import files, same_but_for_rounding

# Chapters begin a line with it where their data are not to be had.
NOT_MADE = "Not made anew"
WIDGET = "application/vnd.jupyter.widget-view+json"


class ChapterFailed(Exception):
    """A chapter did not run to its end; says why."""


async def execute(path: Path, target: Path) -> None:
    """Execute the notebook at `path` from top to bottom and keep it at `target`.

    Raises:
        ChapterFailed: if a cell fails or the kernel dies; then nothing is written.
    """
    notebook = nbformat.read(path, as_version=4)
    before = nbformat.read(target, as_version=4) if target.is_file() else None
    client = NotebookClient(
        notebook,
        timeout=None,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": path.parent}},
        kernel_manager_class=kernels.FASTEST,
    )
    try:
        await client.async_execute()
    except CellExecutionError as error:
        cell = next(cell for cell in notebook.cells if _failed(cell))
        raise ChapterFailed(
            f"{path.name} failed in the cell\n\n{cell.source}\n\n{error.ename}: {error.evalue}"
        ) from None
    except DeadKernelError:
        raise ChapterFailed(
            f"{path.name} failed: its kernel was killed, perhaps for want of memory"
        ) from None
    if before is None or not kept(before, notebook):
        files.write(target, nbformat.writes(notebook) + "\n")


def _failed(cell):
    return any(output.output_type == "error" for output in cell.get("outputs", ()))


def kept(before: NotebookNode, notebook: NotebookNode) -> bool:
    """Put what `before` shows in the place of each output of `notebook` that is the same.

    Outputs are the same up to rounding; those of the set-up cell, which are of the machine, and
    of cells whose data are not to be had, always.

    Returns:
        Whether nothing new is left.
    """
    if [cell.source for cell in before.cells] != [cell.source for cell in notebook.cells]:
        return False
    notebook.metadata = before.metadata
    everything = True
    for old, new in zip(before.cells, notebook.cells, strict=True):
        if new.cell_type != "code":
            continue
        if (_is_of_the_machine(new) and old.outputs) or _same_outputs(old.outputs, new.outputs):
            new.outputs = old.outputs
        else:
            everything = False
        same_number = old.execution_count == new.execution_count
        everything = _numbered(new) and same_number and everything
    return everything


def _numbered(cell):
    """Whether its outputs have the cell's own number; afterwards they have."""
    results = [o for o in cell.outputs if o.output_type == "execute_result"]
    right = all(output.execution_count == cell.execution_count for output in results)
    for output in results:
        output.execution_count = cell.execution_count
    return right


def _is_of_the_machine(cell):
    lines = "".join(output.get("text", "") for output in cell.outputs).splitlines()
    lacks_data = any(line.startswith(NOT_MADE) for line in lines)
    return lacks_data or "machine" in cell.metadata.get("tags", [])


def _same_outputs(one, other):
    if [output.output_type for output in one] != [output.output_type for output in other]:
        return False
    return all(map(_same_output, one, other))


def _same_output(one, other):
    if "text" in one:
        return one.name == other.name and same_but_for_rounding.same_text(one.text, other.text)
    one, other = one.get("data", {}), other.get("data", {})
    return one.keys() == other.keys() and all(_same_data(k, one[k], other[k]) for k in one)


def _same_data(kind, one, other):
    if kind == WIDGET:  # Its number is drawn anew each time.
        return True
    if kind in ("image/png", "image/gif"):
        return same_but_for_rounding.same_picture(
            *(io.BytesIO(base64.b64decode(data)) for data in (one, other))
        )
    return same_but_for_rounding.same_text(str(one), str(other))
