"""Sweeps: the same work for many cells, several at a time, each kept as soon as it is done."""

import os
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from joblib import Parallel, delayed, parallel_config
from tqdm.auto import tqdm

import gan_tf.environment.quiet_tensorflow  # noqa: F401, for the workers, which begin with this module
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
            to a dict of results: numbers and strings.
        cells: dicts of numbers and strings, all with the same keys.
        path: of the CSV file: one row a cell, its values and then its results.
        jobs: cells at the same time; -1 is one for each core. Dask's workers each take one.

    Returns:
        DataFrame of `cells` in their order, with their results; cells that are in the file but
        not wanted are left out.

    Raises:
        ValueError: if the file at `path` is of other cells, or GAN_TF_DASK is not the address of
            a scheduler that answers.
    """
    keys = list(cells[0])
    with locks.locked(path):
        rows = _kept(path, keys)
        todo = [cell for cell in cells if tuple(cell.values()) not in rows]
        dask = os.environ.get("GAN_TF_DASK") if todo else None
        # Workers read their environment when they begin.
        one_thread = {} if jobs == 1 else _ONE_THREAD
        with _environment(one_thread), warnings.catch_warnings(), _dask_workers(dask):
            # TensorFlow's memory grows; joblib then lets another worker go on, and says so.
            warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
            carried_out = Parallel(n_jobs=-1 if dask else jobs, return_as="generator_unordered")(
                delayed(_carry_out)(work, cell) for cell in todo
            )
            for cell, results in tqdm(carried_out, total=len(todo), disable=not todo, unit="cell"):
                rows[tuple(cell.values())] = {**cell, **results}
                with files.written_whole(path) as new:
                    pd.DataFrame(rows.values()).to_csv(new, index=False, na_rep=MISSING)
    return pd.DataFrame([rows[tuple(cell.values())] for cell in cells])


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


def _carry_out(work, cell):
    return cell, work(**cell)


def _kept(path, keys):
    """The rows at `path` by the values of their cell."""
    if not path.is_file():
        return {}
    frame = files.read(path, lambda path: _read(path, keys))
    if list(frame.columns[: len(keys)]) != keys:
        raise ValueError(
            f"{path} holds the sweep of other cells ({', '.join(frame.columns)}): choose another "
            "file, or delete it to begin anew."
        )
    records = frame.to_dict("records")
    return {tuple(row[key] for key in keys): row for row in records}


def _read(path, keys):
    """The table as it was written: of all words only MISSING stands for a missing result."""
    results = [name for name in pd.read_csv(path, nrows=0) if name not in keys]
    return pd.read_csv(path, keep_default_na=False, na_values={name: [MISSING] for name in results})
