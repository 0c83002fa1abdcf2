"""What the tests with inputs of chance share: the inputs, and what an answer to them may be."""

import math
import os
from pathlib import Path

import hypothesis
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

hypothesis.settings.register_profile(
    "ci", max_examples=40, deadline=None, derandomize=True, database=None
)
hypothesis.settings.register_profile(
    "long",
    max_examples=1500,
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.load_profile(os.environ.get("GAN_TF_FUZZ", "ci"))

_TYPES = st.one_of(
    arrays_of.boolean_dtypes(),
    arrays_of.integer_dtypes(),
    arrays_of.unsigned_integer_dtypes(sizes=(8, 16)),
    arrays_of.floating_dtypes(),
    arrays_of.complex_number_dtypes(),
    arrays_of.unicode_string_dtypes(max_len=3),
    arrays_of.byte_string_dtypes(max_len=3),
    arrays_of.datetime64_dtypes(),
)
_SHAPES = arrays_of.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=6)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 40),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=3),
    st.just(object()),
    st.sampled_from([np.int64(3), np.uint8(3), np.float32(0.5), np.array(2), Path("a"), b"a"]),
)
ARRAYS = arrays_of.arrays(_TYPES, _SHAPES)
ANYTHING = st.one_of(
    ARRAYS,
    SCALARS,
    st.lists(SCALARS, max_size=4),
    st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=2), SCALARS, max_size=2),
)
# Nearly right, so that what is refused late is met, too.
IMAGES = arrays_of.arrays(
    st.sampled_from([np.uint8, np.float32, np.int64]),
    st.tuples(st.integers(0, 4), st.just(28), st.just(28), st.sampled_from([1, 1, 1, 3])),
    elements=st.integers(0, 255),
    fill=st.just(0),
)
SMALL_IMAGES = arrays_of.arrays(
    np.uint8, st.tuples(st.integers(0, 30), st.just(4), st.just(4), st.just(1))
)
LABELS = arrays_of.arrays(
    st.sampled_from([np.uint8, np.int64, np.float32]),
    st.integers(0, 12),
    elements=st.integers(0, 12),
)
FEATURES = arrays_of.arrays(
    np.float32,
    st.tuples(st.integers(0, 30), st.integers(1, 3)),
    elements=st.floats(-1e3, 1e3, width=32),
)
REFUSALS = ValueError, FileNotFoundError, PermissionError


def answered(function, *arguments, **options):
    """What a function gives; `None` if it refuses in one sentence."""
    try:
        return function(*arguments, **options)
    except REFUSALS as error:
        sentence = str(error.strerror if isinstance(error, OSError) and error.strerror else error)
        assert is_one_sentence(sentence), (type(error), sentence)
        return None


def is_one_sentence(text):
    """Whether it can be read as one: a line, not long, that ends as a sentence does."""
    return "\n" not in text.strip() and 10 < len(text) < 2000 and text.rstrip()[-1] in ".?"


def is_number(value, low=-math.inf, high=math.inf):
    return isinstance(value, float | np.floating | int) and low <= value <= high
