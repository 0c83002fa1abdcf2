import pandas as pd
import pytest
from keras import Sequential
from keras.layers import Conv2D, Dense, Flatten, Input, Reshape

from gan_tf.book import tables


def test_cell():
    cell = tables.cell("LeNet", "accuracy", [0.9, 0.92], reported=0.91)
    assert cell["mean"] == pytest.approx(0.91) and cell["reported"] == 0.91 and cell["n"] == 2
    assert cell["std"] == 0.0141
    assert tables.cell("a", "b", [1])["std"] is None
    # Nothing that rounding made, and of some rows of a table, too.
    assert tables.cell("a", "b", pd.Series([0.1 + 0.2] * 3, index=[7, 8, 9]))["std"] == 0
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
        ["a", "x", "2.5", "4.0 ± 1.4", "2"],
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
        assert shown["here"].equals(tables.to_be_read(tables.read(path)[:1])["here"])
        assert f"{other['mean']:g}" in path.read_text()


def test_shown_alike_before_and_after_the_file(tmp_path):
    # 0.01859 to four digits, but 0.0186 from the six of the file.
    shown = tables.write([tables.cell("a", "x", 0.01859496)], tmp_path, "r", "t")
    assert shown["here"].equals(tables.to_be_read(tables.read(tmp_path / "r_t.csv"))["here"])


def test_large_deviations_are_shown_without_exponent(tmp_path):
    cells = [tables.cell("a", "x", [2466, 2734, 3002]), tables.cell("a", "y", [9.0, 9.25])]
    shown = tables.write(cells, tmp_path, "r", "t")
    assert shown["here"].tolist() == ["2734 ± 268", "9.12 ± 0.18"]


def test_no_column_of_what_was_reported_where_nothing_was(tmp_path):
    shown = tables.write([tables.cell("a", "x", [1.0])], tmp_path, "r", "t")
    assert list(shown) == ["here", "seeds"]
    shown = tables.write([tables.cell("a", "x", [1.0], 0.9)], tmp_path, "r", "t")
    assert list(shown) == ["reported", "here", "seeds"]


def test_small_deviations_are_shown_without_exponent(tmp_path):
    cells = [tables.cell("a", "x", [0.999951, 1.0]), tables.cell("a", "y", [1.0, 1.0])]
    shown = tables.write(cells, tmp_path, "r", "t")
    assert shown["here"].tolist() == ["0.999976 ± 0.000035", "1 ± 0"]


def test_mean_and_deviation_end_at_the_same_decimal(tmp_path):
    cells = [
        tables.cell("a", "w", [0.002, -0.0018]),
        tables.cell("a", "x", [0.94, 0.942]),
        tables.cell("a", "y", 0.99),
        tables.cell("a", "z", 30),
    ]
    shown = tables.write(cells, tmp_path, "r", "t")
    assert shown["here"].tolist() == ["0.0001 ± 0.0027", "0.9410 ± 0.0014", "0.9900", "30"]


def test_layers():
    network = Sequential([Input((16,)), Reshape((4, 4, 1)), Conv2D(2, 3), Flatten(), Dense(3)])
    shown = tables.layers(network)
    assert shown.index.tolist() == ["Conv2D", "Flatten", "Dense", "together"]
    assert shown["outputs"].tolist() == ["2×2×2", "8", "3", ""]
    assert shown["parameters"].tolist() == ["20", "0", "27", "47"]
