"""Tables as files: one cell a row, what the report printed beside what was measured here.

`python -m gan_tf.book.tables` writes all of figures/tables into the results of README.md.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from gan_tf.environment import profiles
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
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"


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
        DataFrame of these cells, as they are in the file, as `to_be_read` makes it.
    """
    path = folder / f"{report}_{table}.csv"
    new_cells = [{"report": report, "table": table, **new_cell} for new_cell in cells]
    with locks.locked(path, "written"):
        frame = pd.DataFrame(columns=COLUMNS).astype(TYPES)
        if path.is_file():
            frame = files.read(path, read)
        rows = {(cell["row"], cell["column"]): cell for cell in frame.to_dict("records")}
        for cell in new_cells:
            place = cell["row"], cell["column"]
            if place not in rows or not _same(rows[place], cell):
                rows[place] = cell
        frame = pd.DataFrame(rows.values(), columns=COLUMNS).astype(TYPES)
        if new_cells and not (path.is_file() and files.read(path, read).equals(frame)):
            with files.written_whole(path) as new:
                frame.to_csv(new, index=False)
    written = [rows[cell["row"], cell["column"]] for cell in new_cells]
    return to_be_read(pd.DataFrame(written, columns=COLUMNS).astype(TYPES))


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
    """The table in the file at `path` as a DataFrame."""
    return pd.read_csv(path, dtype=TYPES)[COLUMNS]


def to_be_read(frame: pd.DataFrame) -> pd.DataFrame:
    """Cells as text: by row and column what was reported, the mean here ± the deviation, seeds."""
    text = frame[["row", "column"]].copy()
    text["reported"] = ["" if pd.isna(value) else f"{value:g}" for value in frame["reported"]]
    text["here"] = [
        f"{mean:.4g}" + ("" if pd.isna(std) else f" ± {_short(std)}")
        for mean, std in zip(frame["mean"], frame["std"], strict=True)
    ]
    text["seeds"] = frame["n"].astype(str)
    return text.set_index(["row", "column"])


def _short(std):
    """Two digits, or all before the point where they are more."""
    return f"{std:.2g}" if std < 99.5 else f"{std:.0f}"


def markdown(frame: pd.DataFrame) -> str:
    """The table as Markdown, a row a cell."""
    lines = ["| | | reported | here | seeds |", "|---|---|---|---|---|"]
    lines += [f"| {' | '.join(cell)} |" for cell in to_be_read(frame).reset_index().to_numpy()]
    return "\n".join(lines)


def section(path: Path) -> str:
    """The table in the file at `path` for the README: what the report has, the rest folded up."""
    frame = files.read(path, read)
    has = frame["reported"].notna()
    parts = [f"`{path.name}`", markdown(frame[has])] if has.any() else []
    if not has.all():
        name = f"cells that the report has not: {(~has).sum()}" if parts else path.name
        parts += [f"<details><summary>{name}</summary>", markdown(frame[~has]), "</details>"]
    return "\n\n".join(parts) + "\n"


def into_readme(readme: Path, folder: Path) -> None:
    """Put every table of `folder` between the two marks in the file `readme`.

    Raises:
        ValueError: if the file does not have the two marks.
    """
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{readme} needs the two lines {BEGIN} and {END} for the results.")
    # The reports' tables first.
    paths = sorted(folder.glob("*.csv"), key=lambda path: (path.name.startswith("gan_tf_"), path))
    sections = map(section, paths)
    with files.written_whole(readme) as new:
        new.write_text("\n".join([before + begin + "\n", *sections, end + after]), encoding="utf-8")


if __name__ == "__main__":
    into_readme(profiles.ROOT / "README.md", profiles.get("paper").figures / "tables")
