"""Tables as files: one cell a row, what the report printed beside what was measured here."""

import pandas as pd

from gan_tf import files

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


def cell(row, column, measured, reported=None):
    """One cell: its place in the table, the values of every seed, the report's number if any.

    Raises:
        ValueError: if nothing was measured.
    """
    values = pd.Series(measured, dtype=float)
    if values.empty:
        raise ValueError(f"Cell ({row}, {column}) has no measured value: give one for each seed.")
    return {
        "row": row,
        "column": column,
        "reported": reported,
        "mean": values.mean(),
        "std": values.std(ddof=1) if len(values) > 1 else None,
        "n": len(values),
    }


def write(cells, folder, report, table):
    """Write `cells` into `<folder>/<report>_<table>.csv` and return the table as a DataFrame.

    Cells of the same row and column are replaced and others stay, so that several notebooks
    can fill one table.
    """
    path = folder / f"{report}_{table}.csv"
    new_cells = [{"report": report, "table": table, **new_cell} for new_cell in cells]
    frame = pd.DataFrame(new_cells, columns=COLUMNS).astype(TYPES)
    if path.is_file():
        frame = pd.concat([files.read(path, read), frame])
        frame = frame.drop_duplicates(["row", "column"], keep="last", ignore_index=True)
    with files.written_whole(path) as new:
        frame.to_csv(new, index=False, float_format="%.6g")
    return frame


def read(path):
    """The table in the file at `path` as a DataFrame."""
    return pd.read_csv(path, dtype=TYPES)[COLUMNS]
