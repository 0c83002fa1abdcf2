import numpy as np
import pandas as pd

from gan_tf import runs
from gan_tf.runs import run_folder
from gan_tf.storage import files


def test_folders(home):
    assert runs.folder("tiny", 2, "paper") == home / "data/runs/tiny/seed2"
    assert runs.folder("tiny", 2, "paper", 3) == home / "data/runs/tiny/seed2"
    assert runs.folder("tiny", 2, "smoke") == home / "build/smoke/data/runs/tiny/seed2"
    # Another run than the report's is never released.
    build = home / "build/paper/data/runs/tiny"
    assert runs.folder("tiny", 2, "paper", 1) == build / "seed2-1epochs"
    assert runs.folder("tiny", 2, "paper", precision="float32") == build / "seed2-float32"


def test_history_is_read_back_to_the_bit(tmp_path):
    values = np.random.default_rng(0).normal(size=1000)
    path = tmp_path / "history.csv"
    pd.DataFrame({"epoch": range(1000), "d_loss": values}).to_csv(path, index=False)
    assert (files.read(path, run_folder.read_history)["d_loss"].to_numpy() == values).all()
