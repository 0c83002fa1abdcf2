"""Images of one's own: which reader a folder or a file has."""

from pathlib import Path

from gan_tf.data import formats, image_folder
from gan_tf.data.conversions import Arrays

_READERS = {
    ".npz": formats.named_npz,
    ".npy": formats.read_npy,
    ".mat": formats.read_mat,
    ".csv": formats.read_csv,
    ".h5": formats.read_hdf5,
    ".hdf5": formats.read_hdf5,
}


def read(path: Path, size: int | None, skip_damaged: bool) -> tuple[Arrays, tuple[str, ...]]:
    """The arrays of a folder or a file by the names of `checks.ARRAYS`, and the classes' names.

    Args:
        path: one of

            a folder of images, as `image_folder.read` takes it;
            an .npz file that holds x_train, and any of y_train, x_test, y_test, or calls them
                train_images and so on, images and labels, x and y, or arr_0 and arr_1;
            an HDF5 or a MATLAB file with the same names, or MATLAB's of SVHN's layout;
            an .npy file of images;
            an IDX file of images, plain or gzipped, with MNIST's own names beside it, or a folder
                of such files;
            a CSV file in the layout of Kaggle's digit recogniser.
        size: side to which the images of a folder are brought.
        skip_damaged: whether to leave out images of a folder that cannot be read.

    Raises:
        FileNotFoundError: if there is nothing there.
        PermissionError: if it may not be read.
        ValueError: for another kind of file, or a damaged one.
    """
    path = min(path.glob("train-images*idx3*"), default=path)
    if path.is_dir():
        return image_folder.read(path, size, skip_damaged)
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file and no folder {path}: give the path of a folder of images, or of a "
            f"file that ends in {', '.join(_READERS)}."
        )
    reader = _READERS.get(path.suffix.lower())
    if reader is None and ("idx" in path.name or "ubyte" in path.name):
        reader = formats.named_idx
    if reader is None:
        raise ValueError(
            f"{path} is of no kind that can be read: give a folder of images, an IDX file, or one "
            f"that ends in {', '.join(_READERS)}."
        )
    try:
        path.open("rb").close()
    except PermissionError as error:
        raise PermissionError(
            error.errno, f"{path} may not be read: change its permissions."
        ) from error
    return reader(path), ()
