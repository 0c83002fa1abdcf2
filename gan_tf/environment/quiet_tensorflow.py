"""Imports TensorFlow without the lines it writes to the terminal while it starts.

TensorFlow's C++ part logs to file descriptor 2 before it reads any setting, so the
descriptor itself is closed for the moment of the import. Errors in Python still show.
Afterwards TensorFlow no longer warns when several networks predict, each of which it compiles, and
does not name the places to which it saves.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

sys.stderr.flush()
_stderr = os.dup(2)
_nowhere = os.open(os.devnull, os.O_WRONLY)
os.dup2(_nowhere, 2)
try:
    import tensorflow
finally:
    os.dup2(_stderr, 2)
    os.close(_stderr)
    os.close(_nowhere)

_UNSAID = "tf.function retracing", "Assets written to"
tensorflow.get_logger().addFilter(
    lambda record: not any(words in record.getMessage() for words in _UNSAID)
)
