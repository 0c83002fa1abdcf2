"""Tables as files: one cell a row, what the report printed beside what was measured here."""

import gan_tf.environment.quiet_tensorflow  # noqa: F401, before anything imports TensorFlow

# isort: split
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import pandas as pd

from gan_tf.networks import plain_layers
from gan_tf.storage import files, locks, same_but_for_rounding

TYPES = {
    "report": str,
    "table": str,
    "row": str,
    "column": str,
    "reported": float,
    "mean": float,
    "std": float,
    "n": int,
}
COLUMNS = list(TYPES)


def cell(
    row: str, column: str, measured: float | Sequence[float], reported: float | None = None
) -> dict[str, Any]:
    """One cell: its place in the table, the values of every seed, the report's number if any.

    It has as many digits as the seeds' spread justifies: three of the standard deviation, and the
    mean to the same decimal; of one seed, four digits. Whole numbers keep all of theirs.

    Raises:
        ValueError: if nothing was measured.
    """
    values = pd.Series(measured, dtype=float)
    if values.empty:
        raise ValueError(f"Cell ({row}, {column}) has no measured value: give one for each seed.")
    mean, std = values.mean(), values.std(ddof=1) if len(values) > 1 else None
    if std is not None and values.nunique() == 1:
        mean, std = values.iloc[0], 0.0  # Not what rounding makes of it.
    decimals = _decimals(mean, std)
    return {
        "row": row,
        "column": column,
        "reported": reported,
        "mean": round(mean, decimals),
        "std": None if std is None else round(std, decimals),
        "n": len(values),
    }


def write(cells: list[dict[str, Any]], folder: Path, report: str, table: str) -> pd.DataFrame:
    """Write `cells` into `<folder>/<report>_<table>.csv`, and return them to be read.

    Cells of the same row and column are replaced in their place and others stay, so that several
    notebooks can fill one table, one after the other. A cell that is the same but for a unit of
    its last digit stays, too: another processor rounds otherwise.

    Returns:
        DataFrame of these cells, as they are in the file, as `to_be_read` makes it, without the
        column of what was reported where nothing was.
    """
    path = folder / f"{report}_{table}.csv"
    new_cells = [{"report": report, "table": table, **new_cell} for new_cell in cells]
    with locks.locked(path, "written"):
        frame = pd.DataFrame(columns=COLUMNS).astype(TYPES)
        if path.is_file():
            frame = read(path)
        rows = {(cell["row"], cell["column"]): cell for cell in frame.to_dict("records")}
        for cell in new_cells:
            place = cell["row"], cell["column"]
            if place not in rows or not _same(rows[place], cell):
                rows[place] = cell
        frame = pd.DataFrame(rows.values(), columns=COLUMNS).astype(TYPES)
        if new_cells and not (path.is_file() and read(path).equals(frame)):
            files.write(path, frame.to_csv(index=False))
    written = [rows[cell["row"], cell["column"]] for cell in new_cells]
    shown = to_be_read(pd.DataFrame(written, columns=COLUMNS).astype(TYPES))
    return shown if shown["reported"].any() else shown.drop(columns="reported")


def _decimals(mean, std):
    return (
        same_but_for_rounding.decimals(std, 3) if std else same_but_for_rounding.decimals(mean, 4)
    )


def _same(old, new):
    """Whether two cells of one place differ by a unit of the last digit at most."""
    unit = 1.01 * 10.0 ** -_decimals(new["mean"], new["std"])
    tolerances = {"reported": 0, "mean": unit, "std": unit, "n": 0}
    one, other = (pd.Series([cell[key] for key in tolerances], dtype=float) for cell in (old, new))
    differences = (one - other).abs() <= list(tolerances.values())
    return (differences | (one.isna() & other.isna())).all()


def read(path: Path) -> pd.DataFrame:
    """The table in the file at `path` as a DataFrame.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if it is damaged.
    """

    def reader(content):
        return pd.read_csv(io.BytesIO(content), dtype=TYPES)[COLUMNS]

    return files.read(path, reader, "restore it with git, or run the chapters that write it")


def to_be_read(frame: pd.DataFrame) -> pd.DataFrame:
    """Cells as text: by row and column what was reported, the mean here ± the deviation, seeds."""
    text = frame[["row", "column"]].copy()
    text["reported"] = ["" if pd.isna(value) else f"{value:g}" for value in frame["reported"]]
    text["here"] = [
        _shown(mean, std) for mean, std in zip(frame["mean"], frame["std"], strict=True)
    ]
    text["seeds"] = frame["n"].astype(str)
    return text.set_index(["row", "column"])


def layers(model: keras.Model) -> pd.DataFrame:
    """The layers of a network: the shape of their outputs for one image, and their parameters.

    Layers that only bring their inputs into another shape are left out.
    """
    only_shape = keras.layers.Reshape, keras.layers.RepeatVector, keras.layers.InputLayer
    rows = [
        (
            plain_layers.kind(each).__name__,
            "×".join(map(str, each.output.shape[1:])),
            f"{each.count_params():,}",
        )
        for each in model.layers
        if not isinstance(each, only_shape)
    ]
    rows.append(("together", "", f"{model.count_params():,}"))
    return pd.DataFrame(rows, columns=["layer", "outputs", "parameters"]).set_index("layer")


def _shown(mean, std):
    """Two digits of the deviation, and the mean to the same decimal; four digits without one."""
    if pd.isna(std) or std == 0:
        places = 0 if mean == round(mean) else same_but_for_rounding.decimals(mean, 4)
        return f"{mean:.{places}f}" + ("" if pd.isna(std) else " ± 0")
    places = same_but_for_rounding.decimals(std, 2)
    return f"{mean:.{places}f} ± {std:.{places}f}"
