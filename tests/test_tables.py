import pandas as pd
import pytest

from gan_tf import tables


def test_cell():
    cell = tables.cell("LeNet", "accuracy", [0.9, 0.92], reported=0.91)
    assert cell["mean"] == pytest.approx(0.91) and cell["reported"] == 0.91 and cell["n"] == 2
    assert cell["std"] == pytest.approx(0.01414, abs=1e-5)
    assert tables.cell("a", "b", [1])["std"] is None
    with pytest.raises(ValueError, match="no measured value"):
        tables.cell("a", "b", [])


def test_notebooks_fill_one_table(tmp_path):
    tables.write([tables.cell("a", "x", [1.0]), tables.cell("b", "x", [2.0])], tmp_path, "r", "t")
    frame = tables.write(
        [tables.cell("a", "x", [3.0], 2.5), tables.cell("c", "x", [4])], tmp_path, "r", "t"
    )
    assert dict(zip(frame["row"], frame["mean"], strict=True)) == {"b": 2.0, "a": 3.0, "c": 4.0}
    text = (tmp_path / "r_t.csv").read_text()
    assert text.splitlines()[0] == "report,table,row,column,reported,mean,std,n"
    assert "r,t,a,x,2.5,3,,1" in text
    pd.testing.assert_frame_equal(tables.read(tmp_path / "r_t.csv"), frame)
