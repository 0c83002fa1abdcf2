"""Published files: the user's copy, or the publisher's download, checked by its MD5 sum.

Sources, licences and checksums are in data/README.md.
"""

import hashlib
import os
from pathlib import Path

import keras

FOLDER = Path(__file__).resolve().parents[2] / "data"
MD5 = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    "train_32x32.mat": "e26dedcc434d2e4c54c9b2d4a06d8373",
    "test_32x32.mat": "eb5a983be6a315427106f1b164d9cef3",
}


def published_file(name: str, address: str) -> Path:
    """Path of the publisher's file `name`: the user's copy, else downloaded from `address`.

    Raises:
        ValueError: if it is damaged, or another file than the published one.
        FileNotFoundError: if it cannot be downloaded, or GAN_TF_DATA names no folder.
    """
    path = users_copy(name)
    return _download(name, address) if path is None else _verified(path)


def users_copy(name: str) -> Path | None:
    """Path of the file `name` in the folder that GAN_TF_DATA names, or None.

    Raises:
        FileNotFoundError: if that folder does not exist.
    """
    named = os.environ.get("GAN_TF_DATA")
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(
            f"GAN_TF_DATA names the folder {named}, which does not exist: make it, or unset the "
            "variable."
        )
    path = folder / name
    return path if path.is_file() else None


def _verified(path):
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "md5").hexdigest()
    if found != MD5[path.name]:
        raise ValueError(
            f"{path} is damaged or another file than the published one (its MD5 is {found}, not "
            f"{MD5[path.name]}): replace it by the original, which data/README.md names."
        )
    return path


def _download(name, address):
    try:
        path = keras.utils.get_file(
            name,
            address + name,
            file_hash=MD5[name],
            hash_algorithm="md5",
            cache_subdir="gan_tf",
        )
    except Exception as error:  # Keras raises no narrower class where the network fails.
        reason = str(error).split(" -- ")[-1].rstrip(".")
        raise FileNotFoundError(
            f"{name} could not be downloaded from {address + name} ({reason}): put the file into "
            "a folder and name that folder in the environment variable GAN_TF_DATA."
        ) from error
    return Path(path)
