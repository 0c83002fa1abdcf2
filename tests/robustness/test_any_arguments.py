"""Any argument of a public function gives what its docstring says, or one sentence.

`make fuzz` tries as many as it has time for.
"""

import numpy as np
import pytest

pytest.importorskip("hypothesis")
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from gan_tf import arguments, data, plotting, runs  # noqa: E402
from gan_tf.data import conversions  # noqa: E402
from gan_tf.measures import (  # noqa: E402
    copies,
    feature_distances,
    latent_space,
    metrics,
    modes,
    neighbourhoods,
    two_samples,
)
from gan_tf.networks import classifiers  # noqa: E402
from gan_tf.runs import run_folder  # noqa: E402
from gan_tf.training import sampling  # noqa: E402
from tests import tiny  # noqa: E402
from tests.robustness.helpers import (  # noqa: E402
    ANYTHING,
    FEATURES,
    IMAGES,
    LABELS,
    SCALARS,
    SMALL_IMAGES,
    answered,
    is_number,
)

pytestmark = pytest.mark.slow

IMAGE = st.one_of(IMAGES, SMALL_IMAGES, ANYTHING)
LABEL = st.one_of(LABELS, ANYTHING)
FEATURE = st.one_of(FEATURES, ANYTHING)
NUMBER = st.one_of(st.integers(-2, 12), SCALARS)
# Few enough to be drawn at once, or more than there is memory for.
COUNT = NUMBER.filter(lambda count: not isinstance(count, int) or not 3000 < count < 2**40)

CLASSIFIER = tiny.classifier()
LENET = classifiers.lenet()
GENERATOR = tiny.generator()
SPACE = latent_space.LatentSpace(GENERATOR, CLASSIFIER)


def is_images(found):
    return found.dtype == np.uint8 and found.ndim == 4 and len(found) and found.shape[3] in (1, 3)


# A function -> what it is given, and what is true of what it gives.
FUNCTIONS = {
    "whole_number": (
        lambda value: arguments.whole_number(value, "n", -3, 30),
        (NUMBER,),
        lambda found: type(found) is int and -3 <= found <= 30,
    ),
    "images": (arguments.images, (IMAGE,), is_images),
    "labels": (
        arguments.labels,
        (LABEL,),
        lambda found: found.ndim == 1 and found.dtype.kind in "ui",
    ),
    "features": (
        arguments.features,
        (FEATURE,),
        lambda found: found.dtype == np.float64 and np.isfinite(found).all(),
    ),
    "as_images": (data.as_images, (IMAGE,), is_images),
    "conversions.labels": (
        lambda value: conversions.labels("x", {"y": np.asarray(value)}, print),
        (LABEL,),
        lambda found: found.arrays["y"].max() < len(found.class_names) <= 256,
    ),
    "to_unit": (data.to_unit, (IMAGE,), lambda found: found.dtype == "float32"),
    "to_signed": (data.to_signed, (IMAGE,), lambda found: found.dtype == "float32"),
    "from_signed": (data.from_signed, (FEATURE,), lambda found: found.dtype == np.uint8),
    "balanced_order": (
        data.balanced_order,
        (LABEL, NUMBER),
        lambda found: sorted(found) == list(range(len(found))),
    ),
    "predicted": (
        lambda images: metrics.predicted(CLASSIFIER, images),
        (IMAGE,),
        lambda found: found.dtype == np.uint8 and found.max() < 10,
    ),
    "accuracy": (
        lambda images, labels: metrics.accuracy(CLASSIFIER, images, labels),
        (IMAGE, LABEL),
        lambda found: is_number(found, 0, 1),
    ),
    "read": (
        lambda images: metrics.read(LENET, images),
        (IMAGE,),
        lambda found: len(found[0]) == len(found[1]),
    ),
    "most_confused": (
        metrics.most_confused,
        (LABEL, LABEL, NUMBER),
        lambda found: type(found) is list,
    ),
    "inception_score": (
        metrics.inception_score,
        (FEATURE, NUMBER),
        lambda found: is_number(found[0], 1 - 1e-6),
    ),
    "frechet_distance": (
        metrics.frechet_distance,
        (FEATURE, FEATURE),
        lambda found: is_number(found, -1e-3),
    ),
    "class_entropy": (metrics.class_entropy, (LABEL,), lambda found: is_number(found, 0, 2.31)),
    "diversity": (metrics.diversity, (IMAGE,), lambda found: is_number(found, 0)),
    "nearest": (metrics.nearest, (IMAGE, IMAGE), lambda found: (found[0] >= 0).all()),
    "fine_detail": (metrics.fine_detail, (IMAGE,), lambda found: is_number(found, 0, 1 + 1e-9)),
    "modes": (modes.modes, (LABEL,), lambda found: 1 <= found.found <= 1000),
    "memorisation": (
        copies.memorisation,
        (ANYTHING, ANYTHING),
        lambda found: is_number(found.share, 0, 1),
    ),
    "nearest_within": (copies.nearest_within, (FEATURE,), lambda found: (found >= 0).all()),
    "duplicates": (copies.duplicates, (ANYTHING, ANYTHING), lambda found: found.dtype == bool),
    "frechet_distance_at_infinity": (
        feature_distances.frechet_distance_at_infinity,
        (FEATURE, FEATURE),
        lambda found: is_number(found),
    ),
    "kernel_distance": (
        feature_distances.kernel_distance,
        (FEATURE, FEATURE, NUMBER),
        lambda found: is_number(found.value),
    ),
    "class_balance": (
        lambda labels, real: two_samples.class_balance(labels, real, 10),
        (LABEL, LABEL),
        lambda found: is_number(found.value, 0, 1),
    ),
    "neighbourhoods": (
        neighbourhoods.neighbourhoods,
        (FEATURE, FEATURE, NUMBER),
        lambda found: (found.density >= 0).all(),
    ),
    "latents": (
        SPACE.label,
        (st.one_of(FEATURES.map(lambda f: np.resize(f, (len(f), 4))), ANYTHING),),
        lambda found: len(found.labels) == len(found.certainties),
    ),
    "linear": (
        latent_space.linear,
        (ANYTHING, ANYTHING, NUMBER),
        lambda found: found.ndim == 2,
    ),
    "spherical": (
        latent_space.spherical,
        (ANYTHING, ANYTHING, NUMBER),
        lambda found: found.ndim == 2,
    ),
    "with_noise": (
        latent_space.with_noise,
        (FEATURE, NUMBER, NUMBER),
        lambda found: found.ndim == 2,
    ),
    "sample": (
        lambda count, seed: sampling.sample(GENERATOR, count, seed),
        (COUNT, NUMBER),
        lambda found: found.shape[1:] == (28, 28, 1),
    ),
    "sample of classes": (
        lambda labels: sampling.sample(tiny.generator(14), 3, 0, 10, labels),
        (LABEL,),
        lambda found: found.shape == (3, 28, 28, 1),
    ),
    "tile": (plotting.tile, (IMAGE, NUMBER), lambda found: found.dtype == np.uint8),
    "checked_numbers": (
        run_folder.checked_numbers,
        (NUMBER, NUMBER, SCALARS),
        lambda found: type(found[0]) is int,
    ),
    "find": (runs.find, (st.text(max_size=5), NUMBER, st.text(max_size=3)), lambda found: found),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@given(given_=st.data())
def test_any_argument(name, given_):
    function, strategies, holds = FUNCTIONS[name]
    values = [given_.draw(strategy) for strategy in strategies]
    with np.errstate(all="ignore"):
        found = answered(function, *values)
    assert found is None or holds(found), found
