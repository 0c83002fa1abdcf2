import keras
import pytest


@pytest.fixture(autouse=True)
def no_user_folder(monkeypatch):
    monkeypatch.delenv("GAN_TF_DATA", raising=False)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Keras's download fails as it does on a machine without network."""

    def get_file(fname, origin, **kwargs):
        raise Exception(f"URL fetch failure on {origin}: None -- [Errno -2] Name not known")

    monkeypatch.setattr(keras.utils, "get_file", get_file)


@pytest.fixture
def user_folder(tmp_path, monkeypatch):
    folder = tmp_path / "publishers"
    folder.mkdir()
    monkeypatch.setenv("GAN_TF_DATA", str(folder))
    return folder
