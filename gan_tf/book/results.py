"""The results as pages: every table in RESULTS.md, and the headline numbers in README.md.

`python -m gan_tf.book.results` writes both from the files in figures/tables.
"""

from pathlib import Path

import pandas as pd

from gan_tf.book import tables
from gan_tf.environment import profiles
from gan_tf.storage import files

BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
INTRODUCTION = """# Results

Each table is made of the file in [`figures/tables`](figures/tables) that its heading names; the \
[notebooks](notebooks) and [`benchmarks`](benchmarks) write those files. "Reported" is what the \
report prints. "Here" is the mean over the seeds and, of several seeds, their standard deviation. \
Numbers that the report does not have are folded up. In `gan_tf_scorecards.csv` the seeds are \
those of the latent vectors; each network is one training, `gavazzi` and `gavazzi-certain` three.

"""
# Who reports it -> what is measured, in words -> the file, the row and the column of its cell.
HEADLINES = {
    "verzeni-yau": {
        "Real digits read by CNN-5l": ("verzeni-yau_table1", "CNN-5l", "real, 100 epochs"),
        "Generated digits read by CNN-5l": (
            "verzeni-yau_table1",
            "CNN-5l",
            "synthetic, 100 epochs",
        ),
        "Two-headed CNN-5l, 5,400 real digits": (
            "verzeni-yau_table3",
            "all labelled",
            "100 epochs",
        ),
    },
    "Salimans 2016": {
        "Semi-supervised GAN, 100 labels: test errors of 10,000": (
            "gan_tf_semi_supervised",
            "100 labels, fresh label sets",
            "errors, semi-supervised GAN",
        ),
        "the same, 20 labels": (
            "gan_tf_semi_supervised",
            "20 labels",
            "errors, semi-supervised GAN",
        ),
    },
    "Huang 2024": {
        "Kinds found of 1,000, stacked digits": (
            "gan_tf_stacked_modes",
            "stacked-modern",
            "found",
        ),
    },
    "mnist-assignment": {
        "Baseline CNN on real test digits": (
            "mnist-assignment_statements",
            "baseline CNN",
            "test accuracy",
        ),
        "Fine-tuned discriminator on real test digits": (
            "mnist-assignment_statements",
            "fine-tuned discriminator",
            "test accuracy",
        ),
    },
    "narman-dau": {
        "Inception score of the DCGAN": ("narman-dau_table1", "DCGAN", "inception score"),
        "Inception score of the conditional GAN": ("narman-dau_table1", "Base", "inception score"),
        "Conditional GAN's digits read by LeNet": ("narman-dau_table1", "Base", "LeNet reads them"),
        "LeNet taught by synthetic digits alone": ("narman-dau_table3", "0 real (0.000%)", "mixed"),
        "LeNet taught by real digits": ("narman-dau_table3", "55,000 real (100.000%)", "mixed"),
    },
    "gavazzi": {
        "Real digits that the discriminator takes for real": (
            "gavazzi_statements",
            "discriminator",
            "real training digits taken for real",
        ),
        "Share of 0 and 1 among certain digits": (
            "gavazzi_statements",
            "latents at .95",
            "share of 0 and 1",
        ),
        "CNN agrees with the nearest mean": (
            "gavazzi_statements",
            "agreement, nearest mean, 1,000 latents",
            "all latents",
        ),
    },
}


def markdown(frame: pd.DataFrame) -> str:
    """The table as Markdown, a row a cell."""
    lines = ["| | | reported | here | seeds |", "|---|---|---|---|---|"]
    rows = tables.to_be_read(frame).reset_index().to_numpy()
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def section(path: Path) -> str:
    """The table in the file at `path`: what the report has, and folded up what it has not."""
    frame = tables.read(path)
    has = frame["reported"].notna()
    parts = [f"## `{path.name}`"]
    if has.any():
        parts.append(markdown(frame[has]))
    if not has.all():
        name = f"not in the report: {(~has).sum()} numbers"
        parts += [f"<details><summary>{name}</summary>", markdown(frame[~has]), "</details>"]
    return "\n\n".join(parts) + "\n"


def headlines(folder: Path) -> str:
    """The headline numbers as a table in Markdown.

    Raises:
        ValueError: if a table of `folder` lacks one of them.
    """
    lines = ["| | report | reported | here | seeds |", "|---|---|---|---|---|"]
    cells = [(source, *cell) for source, named in HEADLINES.items() for cell in named.items()]
    for source, words, (name, row, column) in cells:
        frame = tables.read(folder / f"{name}.csv")
        found = frame[(frame["row"] == row) & (frame["column"] == column)]
        if found.empty:
            raise ValueError(
                f"{folder / name}.csv has no cell ({row}, {column}): execute the chapter that "
                "writes it, or change HEADLINES."
            )
        reported, here, seeds = tables.to_be_read(found).to_numpy()[0]
        lines.append(f"| {words} | {source} | {reported} | {here} | {seeds} |")
    return "\n".join(lines)


def write(root: Path, folder: Path) -> None:
    """Write RESULTS.md in `root`, and the headline numbers between two marks in its README.md.

    Raises:
        ValueError: if README.md does not have the two marks, or a headline has no cell.
    """
    readme = root / "README.md"
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{readme} needs the two lines {BEGIN} and {END} for the results.")
    # The reports' tables first.
    paths = sorted(folder.glob("*.csv"), key=lambda path: (path.name.startswith("gan_tf_"), path))
    pages = {
        readme: f"{before}{begin}\n\n{headlines(folder)}\n\n{end}{after}",
        root / "RESULTS.md": INTRODUCTION + "\n".join(map(section, paths)),
    }
    for path, text in pages.items():
        files.write(path, text)


if __name__ == "__main__":
    write(profiles.ROOT, profiles.get("paper").figures / "tables")
