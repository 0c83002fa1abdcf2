import numpy as np
import pytest

from gan_tf.training import batches, callbacks
from tests.training.helpers import digits, make_model, plain_networks


def test_progress_line(capsys):
    names = {"d_loss": "D loss", "d_real": "D(real)", "val_loss": "validation loss"}
    line = callbacks.ProgressLine(50, names, lambda epoch, logs: f"epoch {epoch} went wrong")
    line.set_params({"epochs": 3, "steps": 10})
    line.on_epoch_begin(1)
    line.on_epoch_end(1, {"d_loss": 1.2345, "g_loss": 0.8, "d_real": 0.61, "d_fake": 0.4})
    printed = capsys.readouterr().out
    assert printed.startswith("epoch   2/3  step  10/10  D loss 1.234  D(real) 0.610  ")
    assert "images/s" in printed and printed.endswith("left  ! epoch 2 went wrong\n")


def test_step_history_has_the_means_of_its_steps():
    history = callbacks.StepHistory()
    history.on_epoch_begin(1)
    # Losses 1 and 3, then 5 and 7: their means so far are 2 and 4.
    history.on_train_batch_end(1, {"loss": 2.0})
    history.on_train_batch_end(3, {"loss": 4.0})
    history.on_epoch_begin(2)
    history.on_train_batch_end(1, {"loss": 9.0})
    rows = [(row["epoch"], row["step"], row["loss"]) for row in history.rows]
    assert rows == [(2, 2, 2.0), (2, 4, 6.0), (3, 2, 9.0)]
    assert all(row["seconds"] >= 0 for row in history.rows)


def test_nan_stops_with_a_sentence():
    model = make_model(plain_networks)
    model.discriminator.layers[-1].bias.assign([np.nan])
    stop = callbacks.StopAtNaN()
    dataset = batches.batches(digits(), 64, 0, 1)
    with pytest.raises(callbacks.TrainingDiverged, match="NaN in epoch 1"):
        model.fit(dataset, steps_per_epoch=4, shuffle=False, verbose=0, callbacks=[stop])
