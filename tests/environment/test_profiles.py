import pytest

from gan_tf.environment import profiles


def test_environment_chooses_and_paper_is_the_default(home, monkeypatch):
    assert profiles.get().name == "paper"
    monkeypatch.setenv("GAN_TF_PROFILE", "quick")
    assert profiles.get().name == "quick"
    assert profiles.get("smoke").name == "smoke"


def test_only_paper_is_kept_with_what_is_committed(home):
    assert profiles.get("paper").figures == home / "figures"
    assert profiles.get("quick").figures == home / "build" / "quick" / "figures"


def test_small_profiles_train_once():
    assert list(profiles.get("paper").seeds(3)) == [0, 1, 2]
    assert [list(profiles.get(name).seeds(3)) for name in ("quick", "smoke")] == [[0], [0]]


def test_unknown(monkeypatch):
    with pytest.raises(ValueError, match="no profile 'huge'. Known: paper, quick, smoke"):
        profiles.get("huge")
    monkeypatch.setenv("GAN_TF_PROFILE", "tiny")
    with pytest.raises(ValueError, match="no profile 'tiny'"):
        profiles.get()
