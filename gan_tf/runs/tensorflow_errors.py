"""TensorFlow's errors on writing files, which are none of Python's, as those."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf


@contextmanager
def as_os_errors() -> Iterator[None]:
    """Turns what TensorFlow raises where it cannot write into an `OSError`."""
    try:
        yield
    except tf.errors.OpError as error:
        is_full = isinstance(error, tf.errors.ResourceExhaustedError)
        raise OSError(errno.ENOSPC if is_full else errno.EIO, error.message) from error
