from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gan_tf.book import tables


def test_cell():
    cell = tables.cell("LeNet", "accuracy", [0.9, 0.92], reported=0.91)
    assert cell["mean"] == pytest.approx(0.91) and cell["reported"] == 0.91 and cell["n"] == 2
    assert cell["std"] == 0.0141
    assert tables.cell("a", "b", [1])["std"] is None
    with pytest.raises(ValueError, match="no measured value"):
        tables.cell("a", "b", [])


def test_notebooks_fill_one_table(tmp_path):
    tables.write([tables.cell("a", "x", [1.0]), tables.cell("b", "x", [2.0])], tmp_path, "r", "t")
    shown = tables.write(
        [tables.cell("a", "x", [3.0, 5.0], 2.5), tables.cell("c", "x", [4])], tmp_path, "r", "t"
    )
    frame = tables.read(tmp_path / "r_t.csv")
    assert list(zip(frame["row"], frame["mean"], strict=True)) == [("a", 4), ("b", 2), ("c", 4)]
    text = (tmp_path / "r_t.csv").read_text()
    assert text.splitlines()[0] == "report,table,row,column,reported,mean,std,n"
    assert "r,t,a,x,2.5,4.0,1.41,2" in text
    assert shown.reset_index().to_numpy().tolist() == [
        ["a", "x", "2.5", "4 ± 1.4", "2"],
        ["c", "x", "", "4", "1"],
    ]


def test_digits_that_the_spread_justifies():
    several = tables.cell("a", "x", [0.96281, 0.96655, 0.95918])
    assert (several["mean"], several["std"]) == (0.96285, 0.00369)
    assert [tables.cell("a", "x", v)["mean"] for v in (0.123456, 39.4051, 12345.6)] == [
        0.1235,
        39.41,
        12346,
    ]
    assert tables.cell("a", "x", [1, 1])["std"] == 0


def test_a_cell_that_differs_by_a_unit_of_its_last_digit_stays(tmp_path):
    path = tmp_path / "r_t.csv"
    tables.write([tables.cell("a", "x", 39.41), tables.cell("b", "x", [1, 2])], tmp_path, "r", "t")
    before = path.read_text(), path.stat().st_mtime_ns
    shown = tables.write([tables.cell("a", "x", 39.42)], tmp_path, "r", "t")
    assert shown["here"].tolist() == ["39.41"]
    assert (path.read_text(), path.stat().st_mtime_ns) == before
    for other in (
        tables.cell("a", "x", 39.43),
        tables.cell("a", "x", 39.41, reported=39),
        tables.cell("a", "x", [39.41, 39.41]),
    ):
        shown = tables.write([other], tmp_path, "r", "t")
        assert shown.equals(tables.to_be_read(tables.read(path)[:1]))
        assert f"{other['mean']:g}" in path.read_text()


FRAME = pd.DataFrame(
    [
        ["r", "t", "CNN", "real", 0.994, 0.99351, 0.00041, 3],
        ["r", "t", "CNN", "synthetic", np.nan, 0.97, np.nan, 1],
    ],
    columns=tables.COLUMNS,
)


def test_shown_alike_before_and_after_the_file(tmp_path):
    # 0.01859 to four digits, but 0.0186 from the six of the file.
    shown = tables.write([tables.cell("a", "x", 0.01859496)], tmp_path, "r", "t")
    assert shown["here"].equals(tables.to_be_read(tables.read(tmp_path / "r_t.csv"))["here"])


def test_large_deviations_are_shown_without_exponent(tmp_path):
    cells = [tables.cell("a", "x", [2466, 2734, 3002]), tables.cell("a", "y", [9.0, 9.25])]
    shown = tables.write(cells, tmp_path, "r", "t")
    assert shown["here"].tolist() == ["2734 ± 268", "9.125 ± 0.18"]


def test_markdown():
    assert tables.markdown(FRAME).splitlines()[2:] == [
        "| CNN | real | 0.994 | 0.9935 ± 0.00041 | 3 |",
        "| CNN | synthetic |  | 0.97 | 1 |",
    ]


class TestSection:
    @pytest.fixture
    def path(self, tmp_path):
        return tmp_path / "r_t.csv"

    def test_what_the_report_has_not_is_folded_up(self, path):
        FRAME.to_csv(path, index=False)
        shown, folded = tables.section(path).split("<details>")
        assert "`r_t.csv`" in shown and tables.markdown(FRAME[:1]) in shown
        assert (
            "<summary>cells that the report has not: 1<" in folded
            and tables.markdown(FRAME[1:]) in folded
        )
        assert folded.endswith("</details>\n")

    def test_all_reported(self, path):
        FRAME[:1].to_csv(path, index=False)
        assert "<details>" not in tables.section(path)

    def test_none_reported(self, path):
        FRAME[1:].to_csv(path, index=False)
        assert tables.section(path).startswith("<details><summary>r_t.csv</summary>")


class TestReadme:
    def test_results_are_replaced(self, tmp_path):
        readme = tmp_path / "README.md"
        readme.write_text(f"# Title\n\n{tables.BEGIN}\nold\n{tables.END}\n\nThe end.\n")
        FRAME.to_csv(tmp_path / "r_t.csv", index=False)
        tables.into_readme(readme, tmp_path)
        once = readme.read_text()
        assert "old" not in once and tables.section(tmp_path / "r_t.csv") in once
        assert once.startswith("# Title\n\n<!--") and once.endswith("-->\n\nThe end.\n")
        tables.into_readme(readme, tmp_path)
        assert readme.read_text() == once

    def test_without_marks(self, tmp_path):
        readme = tmp_path / "README.md"
        readme.write_text("# Title\n")
        with pytest.raises(ValueError, match="needs the two lines <!-- results: begin -->"):
            tables.into_readme(readme, tmp_path)
        assert readme.read_text() == "# Title\n"

    def test_that_of_the_project_shows_the_committed_tables(self, tmp_path):
        root = Path(__file__).parents[2]
        readme = tmp_path / "README.md"
        readme.write_text((root / "README.md").read_text())
        tables.into_readme(readme, root / "figures" / "tables")
        assert readme.read_text() == (root / "README.md").read_text()
