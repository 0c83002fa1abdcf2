"""Sweeps: the same work for many cells, several at a time, each kept as soon as it is done."""

import io
import math
import os
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed, parallel_config
from tqdm.auto import tqdm

import gan_tf.environment.quiet_tensorflow  # noqa: F401, for the workers, which begin with this module
from gan_tf import arguments
from gan_tf.storage import files, locks

MISSING = "nan"
_ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}


def sweep(
    work: Callable[..., dict[str, Any]], cells: list[dict[str, Any]], path: Path, jobs: int = -1
) -> pd.DataFrame:
    """What `work` gives for each cell, from the table at `path` or carried out now.

    Cells are carried out by joblib: in `jobs` processes of this machine, or on several machines
    by the workers of the Dask scheduler whose address GAN_TF_DASK holds ("tcp://host:8786"), each
    of which has its own copy of this repository. Each finished cell is written at once, so that a
    stopped sweep goes on where it stopped; the cell of a worker that is lost goes to another one.

    Where cells are carried out at the same time on this machine, TensorFlow has one thread for
    each: two LeNets on two cores took a third longer one after the other, with both cores.

    Args:
        work: function of the module's top level from a cell's values, as keyword arguments,
            to a dict of results: numbers and strings, of other names than the cell's.
        cells: dicts of numbers and strings, all with the same keys, each cell once.
        path: of the CSV file: one row a cell, its values and then its results.
        jobs: cells at the same time; -1 is one for each core. Dask's workers each take one.

    Returns:
        DataFrame of `cells` in their order, with their results; cells that are in the file but
        not wanted are left out.

    Raises:
        ValueError: for cells or results that are not as described, if the file at `path` is
            damaged or of other cells, or GAN_TF_DASK is not the address of a scheduler that
            answers.
    """
    cells, path = _checked(cells), arguments.path(path)
    if path.is_dir():
        raise ValueError(f"{path} is a folder, but must be the name of a file: name one in it.")
    with locks.locked(path, "carried out"):
        rows = _kept(path, cells[0])
        # joblib's workers are begun only where there is work for them.
        if todo := [cell for cell in cells if _key(cell) not in rows]:
            _carry_out(work, todo, jobs, rows, path)
    return pd.DataFrame([rows[_key(cell)] for cell in cells])


def _carry_out(work, cells, jobs, rows, path):
    """Carry the cells out, and put the row of each into `rows` and at `path` as it is done."""
    dask = os.environ.get("GAN_TF_DASK")
    # Workers read their environment when they begin.
    one_thread = {} if jobs == 1 else _ONE_THREAD
    with _environment(one_thread), warnings.catch_warnings(), _dask_workers(dask):
        # TensorFlow's memory grows; joblib then lets another worker go on, and says so.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
        carried_out = Parallel(n_jobs=-1 if dask else jobs, return_as="generator_unordered")(
            delayed(_with_results)(work, cell) for cell in cells
        )
        for cell, results in tqdm(carried_out, total=len(cells), unit="cell"):
            rows[_key(cell)] = _row(cell, results)
            table = pd.DataFrame(rows.values()).to_csv(index=False, na_rep=MISSING)
            files.write(path, table)


def _checked(cells):
    """Cells in the order of the first one's keys, with Python's own numbers."""
    cells = list(cells)
    if not all(isinstance(cell, dict) for cell in cells):
        raise ValueError("The cells must be dicts of numbers and texts: give those.")
    if not cells:
        raise ValueError("There is no cell to carry out: give at least one.")
    keys = list(cells[0])
    for cell in cells:
        if set(cell) != set(keys):
            raise ValueError(
                f"The cells have the keys {', '.join(keys)} and {', '.join(cell)}: give all the "
                "same."
            )
    cells = [{key: _plain(key, cell[key]) for key in keys} for cell in cells]
    if len({_key(cell) for cell in cells}) < len(cells):
        raise ValueError("A cell is there twice: give each once.")
    for key in keys:
        if len({isinstance(cell[key], str) for cell in cells}) > 1:
            raise ValueError(f"{key!r} is a number in some cells and text in others: choose one.")
    return cells


def _plain(key, value):
    """A number or a string of Python's own."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    raise ValueError(f"{key!r} is {value!r} in a cell: give a finite number, or text.")


def _key(cell):
    """What a row is found by: the names and values of its cell."""
    return tuple(sorted(cell.items()))


def _row(cell, results):
    """The row of a cell with its results."""
    if not isinstance(results, dict):
        raise ValueError(f"The results are a {type(results).__name__}, but must be a dict.")
    if both := set(cell) & set(results):
        raise ValueError(f"The results have {', '.join(both)}, as the cells do: rename it.")
    return {**cell, **{key: _result(key, value) for key, value in results.items()}}


def _result(key, value):
    """A number, NaN where it is missing, or a text that is not taken for one when it is read."""
    value = value.item() if isinstance(value, np.generic) else value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number or isinstance(value, str) and not _reads_as_number(value):
        return value
    raise ValueError(f"The result {key!r} is {value!r}: give a number, or text that is none.")


def _reads_as_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


@contextmanager
def _dask_workers(address):
    """Carry out on the workers of the Dask scheduler at `address`, or here if there is none."""
    if not address:
        yield
        return
    from dask.distributed import Client  # A second to import, and not part of every installation.

    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(
            f"No Dask scheduler answers at {address!r}, which GAN_TF_DASK (--dask) names: start "
            "one with `dask scheduler`, and workers with `dask worker ADDRESS`."
        ) from error
    with client, parallel_config("dask"):
        yield


@contextmanager
def _environment(variables):
    """Set environment variables, and afterwards what was there before."""
    before = {name: os.environ.pop(name, None) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            del os.environ[name]
        os.environ.update({name: value for name, value in before.items() if value is not None})


def _with_results(work, cell):
    return cell, work(**cell)


def _kept(path, cell):
    """The rows at `path` by the key of their cell, which has the keys of `cell`."""
    if not path.is_file():
        return {}
    remedy = "restore it, or move it away to begin anew"
    frame = files.read(path, lambda content: _read(content, cell), remedy)
    if set(frame.columns[: len(cell)]) != set(cell):
        raise ValueError(
            f"{path} holds the sweep of other cells ({', '.join(frame.columns)}): choose another "
            "file, or move it away to begin anew."
        )
    records = frame.to_dict("records")
    return {_key({key: row[key] for key in cell}): row for row in records}


def _read(content, cell):
    """The table as it was written: of all words only MISSING stands for a missing result."""
    results = [name for name in pd.read_csv(io.BytesIO(content), nrows=0) if name not in cell]
    frame = pd.read_csv(
        io.BytesIO(content),
        dtype=dict.fromkeys(cell, str),
        keep_default_na=False,
        na_values={name: [MISSING] for name in results},
    )
    for key, value in cell.items():
        if not isinstance(value, str) and key in frame:
            # By Python, for some versions of pandas round the last bit.
            frame[key] = [
                float(text) if set(".en") & set(text) else int(text) for text in frame[key]
            ]
    return frame
