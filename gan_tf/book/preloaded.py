"""What most chapters import and read, once for the kernels that are copies of this process."""

import contextlib
import gc

import gan_tf.environment.quiet_tensorflow  # noqa: F401, before anything imports TensorFlow

# isort: split
import ipykernel.kernelapp  # noqa: F401
import pandas as pd
import seaborn  # noqa: F401

from gan_tf import data
from gan_tf.book import tables  # noqa: F401
from gan_tf.measures import attention_maps  # noqa: F401
from gan_tf.scoring import trials  # noqa: F401

# As in a notebook. Imported outside of one, pandas has set it for a terminal.
pd.set_option("display.max_columns", 20)
# What is wrong with the file the chapter says.
with contextlib.suppress(OSError, ValueError):
    data.load("mnist")
# The copies need not look for garbage in what was imported.
gc.freeze()
