"""What a scorecard is given: images, labels and real images in the forms that people have."""

from pathlib import Path
from typing import Any

import numpy as np

from gan_tf import data, runs
from gan_tf.data import Dataset, checks, conversions, formats
from gan_tf.scoring.image_sets import ImageSet, Real, real_images, shuffled
from gan_tf.storage import run_places


def real_of(real: str | Path | Dataset, size: int | None, seed: int) -> Real:
    """The real images; `real` is what `data.load` takes, or a `data.Dataset`."""
    if isinstance(real, Dataset):
        checks.check(real, "the data set given")
        return real_images(real, "the data set given", seed)
    if not isinstance(real, str | Path):
        raise ValueError(
            f"The real images are a {type(real).__name__}: give a data.Dataset, or what data.load "
            "takes."
        )
    return real_images(data.load(real, size), str(real), seed)


def images_of(
    images: Any,
    labels: np.ndarray | None,
    real: Real,
    size: int | None,
    seed: int,
    count: int,
    skip_damaged: bool = False,
) -> tuple[ImageSet, str]:
    """The images to be scored in an order of chance, with labels if there are any, and their name.

    Args:
        images: an array, a GAN's run, the name of one, or a folder or a file.
        labels, size, seed, skip_damaged: as of `scorecard`.
        count: how many are drawn of a run.

    Raises:
        ValueError: for labels that are not those of the real images' classes.
        FileNotFoundError: if there is nothing of that name.
    """
    if isinstance(images, str | Path) and names_run(images):
        run_places.check_named(str(images))
        images = runs.load(runs.find(str(images)))
    if isinstance(images, runs.Run):
        found, names, called = _drawn(images, seed, count)
    elif isinstance(images, str | Path):
        dataset = data.load(images, size, skip_damaged)
        found, names, called = dataset[:2], dataset.class_names, Path(images).name
    else:
        pixels = conversions.pixels("the scorecard", {"images": np.asarray(images)}, _say)
        found, names, called = (pixels["images"], None), (), "the images"
    pixels, told = found
    if labels is not None:
        told, names = _checked(labels, len(pixels), real), real.class_names
    if told is not None and tuple(names) != tuple(real.class_names):
        told = _renumbered(told, names, real)
    return shuffled(pixels, told, seed), called


def names_run(images: str | Path) -> bool:
    """Whether that is the folder or the name of a run, and not of a folder or a file of images."""
    return not Path(images).expanduser().exists() or (Path(images) / "run.json").is_file()


def read_labels(path: Path) -> np.ndarray:
    """The labels in an .npy file, or those that an .npz file calls labels, y, y_train or arr_0.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it holds no labels, or is damaged.
    """
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}: give the path of one with the labels.")
    if path.suffix.lower() not in (".npy", ".npz"):
        raise ValueError(f"{path} is no .npy or .npz file: save the labels with numpy.save.")
    if path.suffix.lower() == ".npy":
        return formats.read_npy(path)["x_train"]
    names = "labels", "y", "y_train", "arr_0"
    found = formats.read_npz(path, names)
    if len(found) != 1:
        raise ValueError(
            f"{path} holds {', '.join(found) or 'no array of labels'}: save them alone, under one "
            f"of the names {', '.join(names)}."
        )
    return next(iter(found.values()))


def _drawn(run, seed, count):
    """Images and labels of a GAN's run, the names of its classes, and its own."""
    if not isinstance(run, runs.GanRun):
        raise ValueError(f"{run.folder} is a classifier: it draws nothing, choose a GAN.")
    classes = run.recipe.classes
    labels = np.arange(count) % classes if classes else None
    images = run.generate(count, seed, labels)
    return (images, labels), run.class_names, f"{run.recipe.name} seed {run.info['seed']}"


def _checked(labels, count, real):
    labels = np.asarray(labels)
    if labels.shape != (count,):
        raise ValueError(
            f"The labels have shape {labels.shape}, but there are {count} images: give one an "
            "image."
        )
    names = real.class_names or list(map(str, range(conversions.MOST_CLASSES)))
    return conversions.labels("the scorecard", {"labels": labels}, _say, names).arrays["labels"]


def _renumbered(labels, names, real):
    """Labels by the numbers that the real images' classes have; `None` where those have none."""
    if not real.class_names:
        return None
    unknown = [name for name in names if name not in real.class_names]
    if unknown:
        raise ValueError(
            f"The images have the class {unknown[0]!r}, but the real ones only "
            f"{conversions.listed(real.class_names, 12)}: give the classes the same names."
        )
    return np.array([real.class_names.index(name) for name in names])[labels]


def _say(conversion):
    print(f"{conversion}.")
