"""Data sets by name: MNIST, stacked or not, Fashion-MNIST, SVHN, or images of one's own."""

import copy
import functools
import hashlib
import os
from pathlib import Path

from gan_tf import arguments
from gan_tf.data import downloads, fitting, own_images, stacked_mnist, svhn
from gan_tf.data.checks import ARRAYS, Dataset, checked
from gan_tf.data.formats import read_idx, read_npz
from gan_tf.options import MOST_SIDE

FASHION_MNIST = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
# Of the bytes of its four arrays, one after the other: files of the same arrays may differ.
MNIST_MD5 = "bd3808b2414328cf71cc2764408ae4c5"
CLOTHES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def load(name: str | Path, size: int | None = None, skip_damaged: bool = False) -> Dataset:
    """The data set called `name`, as a `Dataset`.

    Args:
        name: one of

            "mnist": handwritten digits, 60,000 and 10,000 of (28, 28, 1); it lies in data/.
            "fashion-mnist": clothes of Zalando Research, the same sizes.
            "stacked-mnist": three digits of MNIST as the three colours, 60,000 and 10,000 of
                (28, 28, 3), without labels.
            "svhn": house numbers of Stanford (format 2), 73,257 and 26,032 of (32, 32, 1),
                made grey by the luma of ITU-R BT.601; non-commercial use only.
            "svhn-sample": the first 1,083 of its training images, without labels; from
                svhn_sample.npz (`x_train`, colour) if the folder that GAN_TF_DATA names has it.
            the path of a folder or a file of images, as `own_images.read` takes it. What has to be
                converted is printed, a line each; what can be read in two ways is refused.
        size: side in pixels to which all images are brought, by `fitting.fitted`.
        skip_damaged: of a folder, whether to leave out images that cannot be read.

    Files of all named ones but the first are looked for in the folder that the environment
    variable GAN_TF_DATA names, and downloaded from their publisher into Keras's cache otherwise.

    Raises:
        ValueError: for an unknown name, a file that is damaged or not the published one, or
            arrays that are not as described above.
        FileNotFoundError: if a file is missing and cannot be downloaded, or GAN_TF_DATA names
            a folder that does not exist.
        PermissionError: for what may not be read.
    """
    if size is not None:
        size = arguments.whole_number(size, "size", least=1, most=MOST_SIDE)
    loaders = {
        "mnist": _load_mnist,
        "fashion-mnist": _load_fashion_mnist,
        "stacked-mnist": lambda: stacked_mnist.stacked(_load_mnist()),
        "svhn": svhn.load,
        "svhn-sample": svhn.load_sample,
    }
    if isinstance(name, str) and name in loaders:
        dataset = loaders[name]()
    elif isinstance(name, str | Path) and _is_path(name):
        arrays, class_names = own_images.read(Path(os.path.expanduser(name)), size, skip_damaged)
        dataset = checked(name, arrays, class_names)
    else:
        raise ValueError(
            f"There is no data set {name!r}: use one of {', '.join(loaders)}, or the path of a "
            "folder or a file of images."
        )
    if size is None:
        return dataset
    x_train, x_test = (
        images if images is None else fitting.all_fitted(images, size)
        for images in (dataset.x_train, dataset.x_test)
    )
    return dataset._replace(x_train=x_train, x_test=x_test)


def _is_path(name):
    name = str(name)
    return any(mark in name for mark in {os.sep, os.altsep or os.sep, "."}) or (
        name != "" and os.path.exists(os.path.expanduser(name))
    )


def _load_mnist():
    path = downloads.FOLDER / "mnist.npz"
    if not path.is_file():
        path = downloads.users_copy("mnist.npz")
    if path is None:
        raise FileNotFoundError(
            f"mnist.npz is not in {downloads.FOLDER}: restore it with git, or put it into a folder "
            "and name that folder in the environment variable GAN_TF_DATA."
        )
    file = path.stat()
    # A copy, so that what a caller writes into the arrays does not come back from the next call.
    return copy.deepcopy(_read_mnist(path, file.st_mtime_ns, file.st_size))


@functools.lru_cache(maxsize=1)
def _read_mnist(path, *_unchanged):
    """What the file holds, unpacked and checked once as long as it is unchanged."""
    try:
        arrays = read_npz(path, ARRAYS)
        dataset = checked(path, arrays, [str(digit) for digit in range(10)])
        found = hashlib.md5(b"".join(array.tobytes() for array in arrays.values())).hexdigest()
        if found != MNIST_MD5:
            raise ValueError(f"the MD5 of its arrays is {found}, not {MNIST_MD5}")
    except ValueError as error:
        raise ValueError(
            f"{path} is damaged or not MNIST ({str(error).rstrip('.')}): restore it with git, or "
            "replace it by Keras's mnist.npz."
        ) from error
    return dataset


def _load_fashion_mnist():
    def read(name, rank):
        return read_idx(downloads.published_file(name, FASHION_MNIST), rank)

    arrays = {
        "x_train": read("train-images-idx3-ubyte.gz", rank=3),
        "y_train": read("train-labels-idx1-ubyte.gz", rank=1),
        "x_test": read("t10k-images-idx3-ubyte.gz", rank=3),
        "y_test": read("t10k-labels-idx1-ubyte.gz", rank=1),
    }
    return checked("Fashion-MNIST", arrays, CLOTHES)
