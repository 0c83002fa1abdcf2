"""Runs the chapters in order and says how far it is: what `make figures` calls.

A chapter whose outputs are the committed ones up to rounding is not written again.
"""

import argparse
import asyncio
import base64
import io
import os
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from gan_tf import files, profiles, rounding, tables

# Chapters begin a line with it where their data are not to be had.
NOT_MADE = "Not made anew"


def main(arguments=None):
    """Run the chapters whose numbers are given, else all; the exit code is 1 if one fails."""
    parser = argparse.ArgumentParser(prog="python -m gan_tf.book", description=__doc__)
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="such as 03; default: all")
    numbers = parser.parse_args(arguments).numbers
    profile = profiles.get()
    chapters = sorted((profiles.ROOT / "notebooks").glob("*.ipynb"))
    chapters = [path for path in chapters if not numbers or path.name[:2] in numbers]
    loads = profile.name == "paper" and os.environ.get("GAN_TF_RETRAIN") != "1"
    # Trainings take both cores, and chapters share them; loading leaves one idle.
    try:
        asyncio.run(_run(chapters, profile.home / "notebooks", at_a_time=2 if loads else 1))
    except ChapterFailed as error:
        print(error, file=sys.stderr)
        return 1
    if profile.name == "paper":
        tables.into_readme(profiles.ROOT / "README.md", profile.figures / "tables")
    return 0


class ChapterFailed(Exception):
    """A cell of a chapter raised an error; says which, and what."""


async def _run(chapters, folder, at_a_time):
    begun, done = time.perf_counter(), []
    turns = asyncio.Semaphore(at_a_time)

    async def run(path):
        async with turns:
            start = time.perf_counter()
            await execute(path, folder / path.name)
            done.append(path)
            left = len(chapters) - len(done)
            seconds = time.perf_counter() - start
            print(f"{path.stem:30} {seconds:6.0f} s, {left} of {len(chapters)} left", flush=True)

    await asyncio.gather(*map(run, chapters))
    print(f"{'all':30} {time.perf_counter() - begun:6.0f} s")


async def execute(path, target):
    """Execute the notebook at `path` from top to bottom and keep it at `target`.

    Raises:
        ChapterFailed: if a cell fails; then nothing is written.
    """
    notebook = nbformat.read(path, as_version=4)
    before = nbformat.read(target, as_version=4) if target.is_file() else None
    client = NotebookClient(
        notebook,
        timeout=None,
        record_timing=False,
        resources={"metadata": {"path": path.parent}},
        extra_arguments=["--log-level=ERROR"],
    )
    try:
        await client.async_execute()
    except CellExecutionError as error:
        cell = next(cell for cell in notebook.cells if _failed(cell))
        raise ChapterFailed(
            f"{path.name} failed in the cell\n\n{cell.source}\n\n{error.ename}: {error.evalue}"
        ) from None
    if before is None or not kept(before, notebook):
        with files.written_whole(target) as new:
            nbformat.write(notebook, new)


def _failed(cell):
    return any(output.output_type == "error" for output in cell.get("outputs", ()))


def kept(before, notebook):
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
        if _is_of_the_machine(new) or _same_outputs(old.outputs, new.outputs):
            new.outputs = old.outputs
        else:
            everything = False
        everything = everything and old.execution_count == new.execution_count
    return everything


def _is_of_the_machine(cell):
    words = "".join(output.get("text", "") for output in cell.outputs)
    return "machine" in cell.metadata.get("tags", []) or words.startswith(NOT_MADE)


def _same_outputs(one, other):
    if [output.output_type for output in one] != [output.output_type for output in other]:
        return False
    return all(map(_same_output, one, other))


def _same_output(one, other):
    if "text" in one:
        return one.name == other.name and rounding.same_text(one.text, other.text)
    one, other = one.get("data", {}), other.get("data", {})
    return one.keys() == other.keys() and all(_same_data(k, one[k], other[k]) for k in one)


def _same_data(kind, one, other):
    if kind in ("image/png", "image/gif"):
        return rounding.same_picture(*(io.BytesIO(base64.b64decode(data)) for data in (one, other)))
    return rounding.same_text(str(one), str(other))


if __name__ == "__main__":
    sys.exit(main())
