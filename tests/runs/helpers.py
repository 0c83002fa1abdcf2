"""The tiny recipe, trained, stopped and killed."""

from gan_tf import runs
from gan_tf.runs import checkpoints
from gan_tf.storage.run_places import epoch_number, epochs_done


def train(**options):
    return runs.train("tiny", **{"profile": "smoke", "epochs": 3, **options})


def result(run):
    """All that must be the same to the bit: weights, history but for its seconds, samples."""
    weights = [w for kind in run.recipe.releases for w in getattr(run, kind).get_weights()]
    return (
        [w.tobytes() for w in weights],
        run.history.drop(columns="seconds").to_dict(),
        run.samples.tobytes(),
    )


def stop_after(monkeypatch, epoch):
    """Make the next training end, as a killed one would, once it has kept `epoch`."""
    keep = checkpoints.Checkpoint.on_epoch_end

    def keep_and_stop(self, index, logs=None):
        keep(self, index, logs)
        if index + 1 == epoch:
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoints.Checkpoint, "on_epoch_end", keep_and_stop)


def epoch_kept(folder):
    """The last epoch that the unfinished training of a run at `folder` has kept, 0 if none."""
    partial = folder.with_name(f"{folder.name}.partial")
    return max(map(epoch_number, epochs_done(partial)), default=0)
