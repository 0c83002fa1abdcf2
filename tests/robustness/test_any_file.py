"""A file in which anything is changed is refused in one sentence, or read as something whole.

What a run was finished with is never taken for another file. `make fuzz` tries more.
"""

import io
import os
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io
from PIL import Image

pytest.importorskip("hypothesis")
from hypothesis import example, given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from gan_tf import data, runs  # noqa: E402
from gan_tf.__main__ import main  # noqa: E402
from gan_tf.book import tables  # noqa: E402
from gan_tf.environment import profiles  # noqa: E402
from gan_tf.runs import run_folder  # noqa: E402
from gan_tf.scoring import inputs  # noqa: E402
from gan_tf.storage import run_places  # noqa: E402
from gan_tf.studies import sweeps  # noqa: E402
from gan_tf.tools import labelling  # noqa: E402
from tests import tiny  # noqa: E402
from tests.data.helpers import idx  # noqa: E402
from tests.robustness.helpers import answered, is_one_sentence  # noqa: E402
from tests.runs.helpers import stop_after  # noqa: E402

pytestmark = pytest.mark.slow

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 5, 5), np.uint8)
LABELS = np.arange(6) % 3


def npz(file):
    np.savez_compressed(file, x_train=IMAGES, y_train=LABELS)


def csv(file):
    rows = [f"label,{','.join(f'pixel{k}' for k in range(25))}"]
    rows += [
        ",".join(map(str, [label, *image.ravel()]))
        for image, label in zip(IMAGES, LABELS, strict=True)
    ]
    file.write("\n".join(rows).encode())


def hdf5(file):
    with h5py.File(file, "w") as stored:
        stored["x_train"], stored["y_train"] = IMAGES, LABELS


WRITERS = {
    "a.npz": npz,
    "a.npy": lambda file: np.save(file, IMAGES),
    "a.csv": csv,
    "a.h5": hdf5,
    "a.mat": lambda file: scipy.io.savemat(file, {"x_train": IMAGES}, do_compression=True),
    "a-idx3-ubyte": lambda file: file.write(idx(IMAGES)),
    "folder/a.png": lambda file: Image.fromarray(IMAGES[0]).save(file, "png"),
    "folder/a.gif": lambda file: Image.fromarray(IMAGES[0]).save(file, "gif"),
    "folder/a.tif": lambda file: Image.fromarray(IMAGES[0]).save(file, "tiff"),
}


def written(write):
    file = io.BytesIO()
    write(file)
    return file.getvalue()


CONTENTS = {name: written(write) for name, write in WRITERS.items()}
CHANGE = st.tuples(
    st.sampled_from(["flip", "cut", "insert", "remove", "repeat", "overwrite"]),
    st.floats(0, 1, exclude_max=True),
    st.integers(0, 7),
    st.binary(min_size=1, max_size=9),
)
CHANGES = st.lists(CHANGE, min_size=1, max_size=3)


def changed(content, changes):
    """The content after changes (kind, place in [0, 1), bit, bytes)."""
    content = bytearray(content)
    for kind, share, bit, some in changes:
        place = int(share * len(content))
        if kind == "flip" and content:
            content[place] ^= 1 << bit
        elif kind == "cut":
            del content[place:]
        elif kind == "insert":
            content[place:place] = some
        elif kind == "remove":
            del content[place : place + len(some)]
        elif kind == "repeat":
            content[place:place] = content[place : place + 50 * len(some)]
        else:
            content[place : place + len(some)] = some
    return bytes(content)


def in_folder(name, content, use):
    """What `use` makes of the path of a file with that content, in a folder for it alone."""
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
        path = Path(folder).resolve() / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return use(path)


@pytest.mark.parametrize("name", WRITERS)
@given(changes=CHANGES)
def test_images(name, changes):
    def load(path):
        return answered(data.load, path.parent if "/" in name else path)

    found = in_folder(name, changed(CONTENTS[name], changes), load)
    if found is not None:
        assert found.x_train.dtype == np.uint8 and found.x_train.ndim == 4 and len(found.x_train)
        if found.y_train is not None:
            assert len(found.y_train) == len(found.x_train)
            assert found.y_train.max() < len(found.class_names)


@given(changes=CHANGES, name=st.sampled_from(["a.npy", "a.npz"]))
def test_labels(changes, name):
    content = written(
        {"a.npy": lambda f: np.save(f, LABELS), "a.npz": lambda f: np.savez(f, LABELS)}[name]
    )
    in_folder(name, changed(content, changes), lambda path: answered(inputs.read_labels, path))


@given(changes=CHANGES)
def test_table(changes):
    content = b"report,table,row,column,reported,mean,std,n\nr,t,a,b,1.0,2.0,,1\n"
    found = in_folder("r_t.csv", changed(content, changes), lambda p: answered(tables.read, p))
    assert found is None or list(found) == tables.COLUMNS


def square(number):
    return {"square": number**2}


@given(changes=CHANGES)
def test_sweep(changes):
    def use(path):
        return answered(sweeps.sweep, square, [{"number": 1}, {"number": 2}], path, 1)

    found = in_folder("sweep.csv", changed(b"number,square\n1,1\n", changes), use)
    assert found is None or len(found) == 2


@given(changes=CHANGES)
def test_labels_given_by_eye(changes):
    def use(path):
        return answered(labelling.Labels, path, 9)

    in_folder("labels.csv", changed(b"image,label\n0,7\n1,n\n", changes), use)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A home with a finished run of seed 0, and one of seed 1 that was stopped."""
    home = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profiles, "ROOT", home)
        tiny.registered(patch, tiny.RECIPE)
        patch.setenv("GAN_TF_PROFILE", "smoke")
        runs.train("tiny")
        with pytest.MonkeyPatch.context() as stop, pytest.raises(KeyboardInterrupt):
            stop_after(stop, 1)
            runs.train("tiny", 1)
        yield home


def used_with_changes(path, changes, use):
    """What `use()` gives while a file is changed, and whether it was."""
    content = path.read_bytes()
    new = changed(content, changes)
    try:
        path.write_bytes(new)
        return answered(use), new != content
    finally:
        path.write_bytes(content)


@pytest.mark.parametrize(
    "name", ["run.json", "history.csv", "samples.npz", "generator.npz", "discriminator.npz"]
)
@given(changes=CHANGES)
@example(changes=[("cut", 0.0, 0, b"0")])
def test_finished_run(trained, name, changes):
    folder = runs.folder("tiny")
    info = runs.load(folder).info
    found, is_changed = used_with_changes(folder / name, changes, lambda: runs.load(folder))
    # White space in run.json means nothing.
    assert found is None or not is_changed or (name == "run.json" and found.info == info)


@given(changes=CHANGES)
def test_begun_run(trained, changes):
    path = runs.folder("tiny", 1)
    info = run_folder.latest_info(path)
    record = run_places.partial_folder(path) / "run.json"
    found, is_changed = used_with_changes(record, changes, lambda: run_folder.latest_info(path))
    assert found is None or not is_changed or found == info


@given(changes=CHANGES)
def test_checkpoint(trained, changes):
    path = runs.folder("tiny", 1)
    history = run_folder.latest_history(path)
    (checkpoint,) = run_places.epochs_done(run_places.partial_folder(path))
    found, _ = used_with_changes(checkpoint, changes, lambda: run_folder.latest_history(path))
    assert found is None or found.equals(history)


WORDS = st.one_of(
    st.sampled_from(
        ["list", "data", "train", "sample", "gif", "export", "doctor", "score", "--seed", "--out"]
        + [
            "--count",
            "--epochs",
            "--profile",
            "--latents",
            "tiny",
            "0",
            "-1",
            "a.png",
            ".",
            "smoke",
        ]
    ),
    st.text(max_size=6).filter(lambda text: "\0" not in text),
)


@given(words=st.lists(WORDS, max_size=6))
def test_command_line(trained, words):
    if "train" in words or {"-h", "--help"} & {*words}:
        return  # That would train, or print its help and end.
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
        before = os.getcwd()
        os.chdir(folder)
        error = io.StringIO()
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("sys.stderr", error)
                code = main(words)
        except SystemExit as end:
            code = end.code
        finally:
            os.chdir(before)
    assert code in (0, 2)
    assert code == 0 or is_one_sentence(error.getvalue().strip()), error.getvalue()
