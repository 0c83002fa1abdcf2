import errno
import os

import pytest

from gan_tf.storage import files


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_file_takes_its_place_whole(tmp_path):
    path = tmp_path / "new" / "a.txt"
    with files.written_whole(path) as new:
        new.write_text("one")
        assert not path.exists() and new.suffix == ".txt"
    with files.written_whole(path) as new:
        new.write_text("two")
        assert path.read_text() == "one"
    assert path.read_text() == "two" and names(path.parent) == ["a.txt"]


def test_folder_takes_the_place_of_another(tmp_path):
    path = tmp_path / "run"
    for text in ("one", "two"):
        with files.written_whole(path) as new:
            new.mkdir()
            (new / "a.txt").write_text(text)
    assert (path / "a.txt").read_text() == "two" and names(tmp_path) == ["run"]


@pytest.mark.parametrize("folder", [False, True])
def test_failure_leaves_what_was_there(tmp_path, folder):
    path = tmp_path / "a.txt"
    path.write_text("kept")
    with (
        pytest.raises(
            OSError, match=r"Could not write .*a.txt \(No space left.*make room"
        ) as caught,
        files.written_whole(path) as new,
    ):
        new.mkdir() if folder else new.write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.errno == errno.ENOSPC
    assert path.read_text() == "kept" and names(tmp_path) == ["a.txt"]


def test_other_errors_pass_unchanged(tmp_path):
    with pytest.raises(KeyError), files.written_whole(tmp_path / "a.txt") as new:
        new.write_text("half")
        raise KeyError("x")
    assert names(tmp_path) == []


def test_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with (
        pytest.raises(OSError, match="Could not write"),
        files.written_whole(tmp_path / "file" / "a.txt"),
    ):
        pass


def test_replacement_stopped_between_its_renames_is_undone(tmp_path):
    path = tmp_path / "run"
    path.mkdir()
    path.rename(files._replaced(path))
    files.restore_replaced(path)
    assert names(tmp_path) == ["run"]


def test_read(tmp_path):
    path = tmp_path / "a.json"
    with pytest.raises(FileNotFoundError, match="a.json is missing: restore"):
        files.read(path, len)
    path.write_text("{")

    def reader(path):
        raise ValueError("no end")

    with pytest.raises(ValueError, match=r"a.json is corrupt \(no end\): restore"):
        files.read(path, reader)


def test_reasons_are_one_line():
    assert files.reason(ValueError("It is cut.\nSee the manual.")) == "It is cut"
    assert files.reason(EOFError()) == "EOFError"
