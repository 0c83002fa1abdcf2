import subprocess
import sys
from types import SimpleNamespace

import pytest
import tensorflow as tf

from gan_tf.book import colab, set_up
from gan_tf.environment import profiles

ROOT = profiles.ROOT


@pytest.fixture(autouse=True)
def no_profile_chosen(monkeypatch):
    monkeypatch.setattr(set_up, "_chosen", None)
    monkeypatch.setenv("GAN_TF_PROFILE", "")


class TestNotebook:
    def test_says_in_one_line_what_is_here(self, capfd):
        set_up.notebook("smoke")
        out, err = capfd.readouterr()
        assert out.startswith("gan_tf ") and out.count("\n") == 1 and err == ""
        assert f"TensorFlow {tf.__version__}; " in out and "; profile smoke\n" in out

    def test_takes_the_profile_of_the_last_call(self, capsys):
        set_up.notebook("smoke")
        set_up.notebook("quick")
        assert profiles.get().name == "quick"

    def test_the_environments_profile_goes_first(self, capsys, monkeypatch):
        monkeypatch.setenv("GAN_TF_PROFILE", "quick")
        set_up.notebook("smoke")
        assert profiles.get().name == "quick"

    def test_unknown_profile(self):
        with pytest.raises(ValueError, match="no profile 'huge'"):
            set_up.notebook("huge")

    def test_installs_what_is_lacking_only(self, capsys, monkeypatch):
        monkeypatch.setattr(set_up, "_is_installed", lambda name: name != "tf-keras-vis")
        calls = []

        def run(command, **_):
            calls.append(command)
            return SimpleNamespace(returncode=0)

        monkeypatch.setattr(subprocess, "run", run)
        set_up.notebook("smoke")
        assert calls == [[sys.executable, "-m", "pip", "install", "--quiet", "tf-keras-vis"]]

    def test_says_why_nothing_can_be_installed(self, monkeypatch):
        monkeypatch.setattr(set_up, "_is_installed", lambda name: name != "imageio")
        failed = SimpleNamespace(returncode=1, stderr="WARNING: slow\nERROR: No route to host\n")
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
        with pytest.raises(OSError, match="imageio could not be installed .No route to host.: run"):
            set_up.notebook("smoke")


class TestSetUpCell:
    """The cell as a program of its own, in the folder it would be started in."""

    @pytest.fixture
    def origin(self, tmp_path):
        """A repository with what the cell needs, and a `set_up` that says where it is."""
        origin = tmp_path / "origin"
        package = origin / "gan_tf"
        (package / "book").mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "book" / "set_up.py").write_text(
            "def notebook(profile):\n    print(f'{profile} from {__file__}')\n"
        )
        git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c"]
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "All"]):
            subprocess.run([*git, *words], cwd=origin, check=True)
        return origin

    def run(self, folder, address):
        """What the cell prints, and its errors, where gan_tf is not installed."""
        folder.mkdir(exist_ok=True)
        source = colab.SET_UP.format(address=address)
        # -I: neither the working directory nor the user's packages are in the way, -S: nor ours;
        # then the working directory goes first, as in a notebook.
        command = [sys.executable, "-I", "-S", "-c", f"import sys\nsys.path[:0] = ['']\n{source}"]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True)

    def test_fetches_once_and_runs_any_number_of_times(self, tmp_path, origin):
        for _ in range(3):
            done = self.run(tmp_path / "empty", f"file://{origin}")
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.startswith("paper from ") and "gan_tf_repository" in done.stdout
            origin.rename(tmp_path / "gone") if origin.exists() else None

    def test_finds_the_clone_that_it_lies_in(self, tmp_path, origin):
        done = self.run(origin / "notebooks", "https://github.com/OWNER/gan_tf")
        assert (done.stdout, done.stderr) == (f"paper from {origin}/gan_tf/book/set_up.py\n", "")

    def test_an_unrelated_folder_of_the_name_is_passed_over(self, tmp_path, origin):
        folder = tmp_path / "work"
        (folder / "gan_tf").mkdir(parents=True)
        (folder / "gan_tf" / "__init__.py").touch()
        done = self.run(folder, f"file://{origin}")
        assert done.stderr == "" and "gan_tf_repository" in done.stdout

    def test_what_a_stopped_start_left_is_no_hindrance(self, tmp_path, origin):
        folder = tmp_path / "work"
        (folder / "gan_tf_repository.new" / "gan_tf").mkdir(parents=True)
        done = self.run(folder, f"file://{origin}")
        assert done.stderr == "" and "gan_tf_repository" in done.stdout

    def test_placeholder(self, tmp_path):
        done = self.run(tmp_path / "empty", "https://github.com/OWNER/gan_tf")
        assert "ValueError: REPOSITORY is a placeholder: write" in done.stderr

    def test_address_that_cannot_be_reached(self, tmp_path):
        done = self.run(tmp_path / "empty", f"file://{tmp_path}/nowhere")
        last = done.stderr.strip().splitlines()
        assert any(line.startswith("ConnectionError: file://") for line in last)
        assert "nowhere cannot be fetched: fatal: " in done.stderr
        assert not list((tmp_path / "empty").iterdir())
