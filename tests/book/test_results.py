from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gan_tf.book import results, tables

ROOT = Path(__file__).parents[2]
FRAME = pd.DataFrame(
    [
        ["r", "t", "CNN", "real", 0.994, 0.99351, 0.00041, 3],
        ["r", "t", "CNN", "synthetic", np.nan, 0.97, np.nan, 1],
    ],
    columns=tables.COLUMNS,
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a README and one table, of which one number is a headline."""
    monkeypatch.setattr(results, "HEADLINES", {"r": {"Real digits": ("r_t", "CNN", "real")}})
    FRAME.to_csv(tmp_path / "r_t.csv", index=False)
    readme = f"# Title\n\n{results.BEGIN}\nold\n{results.END}\n\nThe end.\n"
    (tmp_path / "README.md").write_text(readme)
    return tmp_path


def test_markdown():
    assert results.markdown(FRAME).splitlines()[2:] == [
        "| CNN | real | 0.994 | 0.99351 ± 0.00041 | 3 |",
        "| CNN | synthetic |  | 0.9700 | 1 |",
    ]


class TestSection:
    def test_what_the_report_has_not_is_folded_up(self, folder):
        shown, folded = results.section(folder / "r_t.csv").split("<details>")
        assert "`r_t.csv`" in shown and results.markdown(FRAME[:1]) in shown
        assert "<summary>not in the report: 1 numbers<" in folded
        assert results.markdown(FRAME[1:]) in folded and folded.endswith("</details>\n")

    def test_all_reported(self, folder):
        FRAME[:1].to_csv(folder / "r_t.csv", index=False)
        assert "<details>" not in results.section(folder / "r_t.csv")


class TestWrite:
    def test_headlines_are_replaced_and_the_rest_of_the_readme_stays(self, folder):
        results.write(folder, folder)
        once = (folder / "README.md").read_text()
        assert "old" not in once and "| Real digits | r | 0.994 | 0.99351 ± 0.00041 | 3 |" in once
        assert once.startswith("# Title\n\n<!--") and once.endswith("-->\n\nThe end.\n")
        results.write(folder, folder)
        assert (folder / "README.md").read_text() == once

    def test_every_table_is_in_the_results(self, folder):
        results.write(folder, folder)
        text = (folder / "RESULTS.md").read_text()
        assert text.startswith("# Results") and results.section(folder / "r_t.csv") in text

    def test_without_marks(self, folder):
        (folder / "README.md").write_text("# Title\n")
        with pytest.raises(ValueError, match="needs the two lines <!-- results: begin -->"):
            results.write(folder, folder)
        assert (folder / "README.md").read_text() == "# Title\n"
        assert not (folder / "RESULTS.md").exists()

    def test_headline_that_no_table_has(self, folder, monkeypatch):
        monkeypatch.setattr(results, "HEADLINES", {"r": {"Real digits": ("r_t", "CNN", "unread")}})
        with pytest.raises(ValueError, match=r"r_t.csv has no cell \(CNN, unread\)"):
            results.write(folder, folder)

    @pytest.mark.parametrize("page", ["README.md", "RESULTS.md"])
    def test_pages_of_the_project_show_the_committed_tables(self, tmp_path, page):
        (tmp_path / "README.md").write_text((ROOT / "README.md").read_text())
        results.write(tmp_path, ROOT / "figures" / "tables")
        assert (tmp_path / page).read_text() == (ROOT / page).read_text()


def test_readme_is_short():
    assert len((ROOT / "README.md").read_bytes()) < 10_000
