import errno
import os
import shutil
import subprocess
import sys

import pytest

from gan_tf.storage import files


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class TestWrite:
    def test_takes_its_place_whole(self, tmp_path):
        path = tmp_path / "new" / "a.txt"
        files.write(path, "one")
        files.write(str(path), "zwölf")
        assert path.read_text(encoding="utf-8") == "zwölf" and names(path.parent) == ["a.txt"]

    def test_what_is_the_same_stays(self, tmp_path):
        path = tmp_path / "a.txt"
        files.write(path, b"1.0")
        files.write(path, b"1.00", same=lambda there, new: float(there.read_text()) == float(new))
        assert path.read_text() == "1.0"
        files.write(path, b"1.5", same=lambda there, new: float(there.read_text()) == float(new))
        assert path.read_text() == "1.5"

    def test_on_a_full_disk(self, tmp_path, monkeypatch):
        path = tmp_path / "a.txt"
        path.write_text("kept")
        monkeypatch.setattr(os, "fsync", full)
        free = rf"\(4 bytes are needed and [\d,]+ bytes are free in {tmp_path}\): make room there"
        with pytest.raises(
            OSError, match=f"Could not write {path}, for there is no room {free}"
        ) as e:
            files.write(path, "half")
        assert e.value.errno == errno.ENOSPC
        assert path.read_text() == "kept" and names(tmp_path) == ["a.txt"]
        with pytest.raises(OSError, match="no room"):
            files.write(tmp_path / "new" / "folder" / "a.txt", "half")
        assert names(tmp_path) == ["a.txt"]

    def test_below_a_file_and_in_the_place_of_a_folder(self, tmp_path):
        (tmp_path / "file").write_text("kept")
        (tmp_path / "folder").mkdir()
        with pytest.raises(OSError, match="file is there already and is a file: choose another"):
            files.write(tmp_path / "file" / "a.txt", "")
        with pytest.raises(OSError, match="folder is there already and is a folder: choose"):
            files.write(tmp_path / "folder", "")
        assert names(tmp_path) == ["file", "folder"]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_where_nothing_may_be_written(self, tmp_path):
        tmp_path.chmod(0o500)
        with pytest.raises(PermissionError, match=f"{tmp_path} may not be written: change its"):
            files.write(tmp_path / "a.txt", "")

    def test_another_error_of_the_system(self, tmp_path, monkeypatch):
        def broken(*_):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        monkeypatch.setattr(os, "fsync", broken)
        with pytest.raises(OSError, match="a.txt, for the system says 'Input/output error': mend"):
            files.write(tmp_path / "a.txt", "")


class TestNewFolder:
    def test_takes_the_place_of_another(self, tmp_path):
        path = tmp_path / "run"
        for text in ("one", "two"):
            with files.new_folder(path, replace=True) as new:
                (new / "a.txt").write_text(text)
                assert not path.exists() or (path / "a.txt").read_text() == "one"
        assert (path / "a.txt").read_text() == "two" and names(tmp_path) == ["run"]

    def test_failure_leaves_what_was_there(self, tmp_path):
        path = tmp_path / "run"
        with files.new_folder(path) as new:
            (new / "a.txt").write_text("kept")
        with (
            pytest.raises(OSError, match="1,234 bytes are needed"),
            files.new_folder(path, 1234) as new,
        ):
            (new / "a.txt").write_text("half")
            full()
        with pytest.raises(KeyError), files.new_folder(path) as new:
            raise KeyError("passes unchanged")
        assert (path / "a.txt").read_text() == "kept" and names(tmp_path) == ["run"]

    def test_what_appears_meanwhile_stays(self, tmp_path):
        path = tmp_path / "exported"
        with (
            pytest.raises(OSError, match="exported is there already and is a folder: choose"),
            files.new_folder(path),
        ):
            path.mkdir()
            (path / "mine.txt").write_text("kept")
        assert (path / "mine.txt").read_text() == "kept" and names(tmp_path) == ["exported"]

    def test_failure_between_its_renames_brings_the_old_one_back(self, tmp_path):
        path = tmp_path / "run"
        with files.new_folder(path) as new:
            (new / "a.txt").write_text("kept")
        with pytest.raises(OSError), files.new_folder(path, replace=True) as new:
            new.rmdir()
        assert (path / "a.txt").read_text() == "kept" and names(tmp_path) == ["run"]


class TestAfterAKill:
    def test_between_the_renames_of_a_folder(self, tmp_path):
        path = tmp_path / "run"
        path.mkdir()
        path.rename(files._replaced(path))
        assert files.is_replaced(path)
        files.put_right(path)
        assert names(tmp_path) == ["run"]

    def test_before_the_old_folder_was_removed(self, tmp_path):
        path = tmp_path / "run"
        path.mkdir()
        shutil.copytree(path, files._replaced(path))
        files.put_right(path)
        assert names(tmp_path) == ["run"]

    @pytest.mark.parametrize("kind", ["new", "removed"])
    def test_what_dead_processes_left_goes_and_of_living_ones_stays(self, tmp_path, kind):
        code = f"from gan_tf.storage import files; print(files._temporary({kind!r}), end='')"
        dead = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
        (tmp_path / dead).mkdir()
        (tmp_path / dead / "half").write_text("")
        mine, users = files._temporary(kind), ".gan_tf-mine.new"
        for name in (mine, users):
            (tmp_path / name).write_text("")
        files.write(tmp_path / "a.txt", "")
        assert names(tmp_path) == sorted(["a.txt", mine, users])

    def test_of_another_machine_after_a_week(self, tmp_path, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(files, "_machine", lambda: "0" * 8)
            path = tmp_path / files._temporary("new")
        path.write_text("")
        files.sweep(tmp_path)
        assert path.exists()
        os.utime(path, (0, 0))
        files.sweep(tmp_path)
        assert not path.exists()


def test_remove(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_text("")
    for name in ("folder", "nothing"):
        files.remove(tmp_path / name)
    assert names(tmp_path) == []


class TestRead:
    def test_what_the_reader_makes_of_it(self, tmp_path):
        (tmp_path / "a.txt").write_text("three")
        assert files.read(tmp_path / "a.txt", len) == 5

    def test_missing(self, tmp_path):
        (tmp_path / "file").write_text("")
        for path in (tmp_path / "a.json", tmp_path / "file" / "a.json"):
            with pytest.raises(FileNotFoundError, match="a.json is missing: make it anew."):
                files.read(path, len, "make it anew")

    def test_damaged(self, tmp_path):
        path = tmp_path / "a.json"
        path.write_text("{")
        for error in (ValueError("no end.\nmore"), KeyError("x"), RecursionError()):

            def reader(content, error=error):
                raise error

            with pytest.raises(ValueError, match=r"a.json is damaged \(.*\): restore it."):
                files.read(path, reader)

    def test_what_does_not_fit_into_memory_is_not_damaged(self, tmp_path):
        def reader(content):
            raise MemoryError

        (tmp_path / "a.txt").write_text("")
        with pytest.raises(ValueError, match="a.txt does not fit into the memory that is free"):
            files.read(tmp_path / "a.txt", reader)

    def test_a_folder(self, tmp_path):
        with pytest.raises(ValueError, match="is a folder, but must be a file: restore it."):
            files.read(tmp_path, len)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_what_may_not_be_read(self, tmp_path):
        (tmp_path / "a.txt").touch(0o000)
        with pytest.raises(PermissionError, match="a.txt may not be read: change its permissions"):
            files.read(tmp_path / "a.txt", len)


def test_reasons_are_one_line():
    assert files.reason(ValueError("It is cut.\nSee the manual.")) == "It is cut"
    assert files.reason(EOFError()) == "EOFError"
    assert files.reason(OSError(errno.EIO, "Input/output error", "a")) == "Input/output error"
    assert len(files.reason(ValueError("long " * 100))) <= 200
