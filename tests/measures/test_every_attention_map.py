import keras
import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from keras import Sequential, layers, ops

from gan_tf.measures import attention_maps
from gan_tf.measures.attention_maps import (
    METHODS,
    RULES,
    class_activation,
    randomised,
    saliency,
)
from gan_tf.networks import classifiers, discriminators
from tests.measures.helpers import (
    CLASSES,
    FOUR_PIXELS,
    IMAGES,
    all_maps,
    convolutional,
    functional_with_norm,
    maps_of_convolutional,
    model_state,
    random,
    scaled,
    with_weights,
)


class TestEveryMap:
    def test_separate_activation_layers_are_the_same(self):
        inside = convolutional()
        separate = with_weights(convolutional(layers.ReLU, seed=1), *inside.get_weights())
        expected = maps_of_convolutional()
        for kind, maps in all_maps(separate, IMAGES, CLASSES).items():
            assert maps == pytest.approx(expected[kind], abs=1e-5), kind

    def test_batch_is_image_by_image(self, monkeypatch):
        together = maps_of_convolutional()
        monkeypatch.setattr(attention_maps, "_BATCH", 3)
        last = all_maps(convolutional(), IMAGES[2:], CLASSES[2:])
        for kind, maps in together.items():
            assert maps.shape == (7, 8, 8) and maps.dtype == np.float32
            assert maps[2:] == pytest.approx(last[kind], abs=1e-5), kind

    def test_between_0_and_1(self):
        for kind, maps in maps_of_convolutional().items():
            strongest = maps.max(axis=(1, 2))
            assert maps.min() >= 0, kind
            assert np.all(np.isclose(strongest, 1) | (strongest == 0)), kind
            assert np.isclose(strongest, 1).any(), kind

    def test_no_attention_is_0_and_no_nan(self):
        model = convolutional()
        *inner, weights, bias = model.get_weights()
        with_weights(model, *inner, 0 * weights, bias)
        maps = all_maps(model, IMAGES, CLASSES)
        maps.pop(
            ("score-cam", None, False)
        )  # It has no gradient: every channel is as probable as another.
        assert not np.any(list(maps.values()))

    @pytest.mark.parametrize(
        "build", [classifiers.lenet, discriminators.dcgan, functional_with_norm]
    )
    def test_leaves_the_model_as_it_was(self, build):
        model = build()
        model.layers[0].trainable = False
        model.compile("adam", "mse")
        images = random.uniform(0, 1, (3, *model.input_shape[1:]))
        state = model_state(model, images)
        all_maps(model, images, 0)
        saliency(model, images, 0, smooth=2)
        randomised(model, 0)
        for before, after in zip(state, model_state(model, images), strict=True):
            assert before == after
        assert np.isfinite(model.fit(images, np.zeros((3, 1)), verbose=0).history["loss"][0])

    def test_dcgan_discriminator(self):
        model = discriminators.dcgan()
        images = tf.constant(random.uniform(-1, 1, (4, 28, 28, 1)), tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(images)
            logits = model(images)
        gradients = tape.gradient(logits, images).numpy()[..., 0]
        vanilla, relu, guided = (saliency(model, images, 0, rule) for rule in RULES)
        assert vanilla == pytest.approx(scaled(np.abs(gradients)), abs=1e-4)
        assert min(np.abs(a - b).max() for a, b in ((vanilla, relu), (relu, guided))) > 0.1
        negated = saliency(model, images, 0, negate=True)
        assert negated == pytest.approx(scaled(np.maximum(-gradients, 0)), abs=1e-4)
        for method in METHODS:
            maps = class_activation(model, images, 0, method=method)
            assert maps.shape == (4, 28, 28) and maps.max() == 1

    def test_score_cam_of_one_logit_weighs_by_its_sigmoid(self):
        model = Sequential(
            [layers.Input((2, 2, 1)), layers.Conv2D(2, 1), layers.Flatten(), layers.Dense(1)]
        )
        # Logits 5 and -5: the second pixel is bright through one mask and dark through the other.
        score = np.reshape([0, 0, 5, 0, 0, 0, 0, 0], (8, 1))
        with_weights(model, [[[[1, -1]]]], [0, 2], score, [-5])
        x = FOUR_PIXELS[0]
        features = np.concatenate([x, 2 - x], axis=-1)
        masks = (features - features.min(axis=(0, 1))) / np.ptp(features, axis=(0, 1))
        weights = tf.sigmoid(model(np.moveaxis(masks * x, -1, 0)[..., None])).numpy()[:, 0]
        expected = (features * weights).sum(axis=-1)
        maps = class_activation(model, FOUR_PIXELS, 0, method="score-cam")
        assert maps[0] == pytest.approx(expected / expected.max(), abs=1e-5)

    def test_convolution_as_last_layer_is_passed_over(self):
        # Its last convolution is one pixel: a map of it would be the same everywhere.
        images = random.uniform(-1, 1, (2, 28, 28, 1))
        maps = class_activation(discriminators.dcgan_28(), images, 0)
        assert np.ptp(maps, axis=(1, 2)) == pytest.approx(1, abs=0.3)

    def test_mixed_precision_is_drawn_in_float32(self):
        expected = convolutional()
        keras.config.set_dtype_policy("mixed_bfloat16")
        try:
            model = with_weights(convolutional(), *expected.get_weights())
        finally:
            keras.config.set_dtype_policy("float32")
        assert model.layers[0].compute_dtype == "bfloat16"
        others = maps_of_convolutional()
        for kind, maps in all_maps(model, IMAGES, CLASSES).items():
            assert np.array_equal(maps, others[kind]), kind

    def test_prelu_starts_as_a_relu(self):
        expected = maps_of_convolutional()
        for kind, maps in all_maps(convolutional(layers.PReLU), IMAGES, CLASSES).items():
            assert maps == pytest.approx(expected[kind], abs=1e-5), kind

    def test_score_cam_draws_no_progress_bar(self, capsys):
        class_activation(convolutional(), IMAGES, CLASSES, method="score-cam")
        assert capsys.readouterr().out == ""

    def test_sanity_check_other_weights_give_other_maps(self):
        model = classifiers.lenet()
        images = random.uniform(0, 1, (10, 28, 28, 1))
        shuffled = all_maps(randomised(model, 0), images, np.arange(10))
        for kind, maps in all_maps(model, images, np.arange(10)).items():
            pairs = [(a.ravel(), b.ravel()) for a, b in zip(maps, shuffled[kind], strict=True)]
            ranks = [scipy.stats.spearmanr(a, b)[0] for a, b in pairs if a.any() and b.any()]
            negated = kind[2]  # Negated maps may well be empty.
            assert (negated and not ranks) or np.mean(ranks) < 0.6, kind

    def test_randomised(self):
        model = convolutional()
        one, same, other = randomised(model, 0), randomised(model, 0), randomised(model, 1)
        for a, b, c, d in zip(*(m.get_weights() for m in (model, one, same, other)), strict=True):
            assert np.array_equal(np.sort(a.ravel()), np.sort(b.ravel()))
            assert np.array_equal(b, c)
            if a.any():  # The biases are still 0.
                assert not np.array_equal(a, b) and not np.array_equal(b, d)


def ending(end):
    """A network of one convolution, with the same weights each time, that ends in `end`."""
    keras.utils.set_random_seed(0)
    images = layers.Input((8, 8, 1))
    features = layers.Conv2D(3, 3, activation="relu")(images)
    return keras.Model(images, end(layers.Dense(4)(layers.Flatten()(features))))


class TestSoftmax:
    """It is left out of the score, wherever it is."""

    @pytest.mark.parametrize(
        "end",
        [
            ops.softmax,
            lambda x: layers.Activation("linear", dtype="float32")(layers.Softmax()(x)),
            lambda x: ops.cast(ops.softmax(x), "float32"),
            lambda x: ops.reshape(ops.softmax(x), (-1, 4)),
            lambda x: layers.Rescaling(1)(layers.Softmax()(x)),
            lambda x: layers.ActivityRegularization(0.1)(layers.Softmax()(x)),
        ],
    )
    def test_is_found(self, end):
        model, logits = ending(end), ending(layers.Identity())
        for draw in saliency, class_activation:
            expected = draw(logits, IMAGES, 1)
            np.testing.assert_allclose(draw(model, IMAGES, 1), expected, atol=1e-5)

    @pytest.mark.parametrize(
        "end",
        [
            lambda x: ops.softmax(x) * 1.0,
            lambda x: ops.exp(x) / ops.sum(ops.exp(x), axis=1, keepdims=True),
            lambda x: layers.Lambda(lambda y: ops.softmax(y))(x),
        ],
    )
    def test_is_asked_for_where_it_is_not(self, end):
        with pytest.raises(ValueError, match="softmax, .* is not found: end it in a layer with"):
            saliency(ending(end), IMAGES, 1)

    def test_a_lambda_is_taken_as_it_is(self):
        doubled = ending(lambda x: layers.Lambda(lambda y: 2 * y)(x))
        expected = saliency(ending(layers.Identity()), IMAGES, 1)
        np.testing.assert_allclose(saliency(doubled, IMAGES, 1), expected, atol=1e-5)


class TestOperations:
    def bent(self, bend):
        keras.utils.set_random_seed(0)
        images = layers.Input((8, 8, 1))
        features = bend(layers.Conv2D(3, 3)(images))
        return keras.Model(images, layers.Dense(4)(layers.Flatten()(features)))

    @pytest.mark.parametrize("rule", RULES)
    def test_follow_the_rules_as_layers_do(self, rule):
        by_layer, by_operation = self.bent(layers.ReLU()), self.bent(ops.relu)
        expected = saliency(by_layer, IMAGES, 1, rule)
        np.testing.assert_allclose(saliency(by_operation, IMAGES, 1, rule), expected, atol=1e-6)

    def test_that_may_be_activations_are_refused_by_rules(self):
        model = self.bent(lambda x: ops.maximum(x, 0.0))
        assert saliency(model, IMAGES, 1).any()
        with pytest.raises(ValueError, match="operation Maximum, of which the rule 'guided'"):
            saliency(model, IMAGES, 1, "guided")

    def test_a_convolution_within_another_layer(self):
        images = layers.Input((8, 8, 1))
        inner = layers.Conv2D(3, 3, activation="relu")
        features = layers.SpectralNormalization(inner)(images)
        model = keras.Model(images, layers.Dense(4)(layers.Flatten()(features)))
        assert class_activation(model, IMAGES, 1).shape == (7, 8, 8)


class TestModelsThatAreRefused:
    def test_channels_first(self):
        model = Sequential(
            [
                layers.Input((1, 8, 8)),
                layers.Conv2D(3, 3, data_format="channels_first"),
                layers.Flatten(),
                layers.Dense(3),
            ]
        )
        with pytest.raises(ValueError, match="takes the channels first"):
            saliency(model, np.moveaxis(IMAGES, 3, 1), 1)

    def test_whole_numbers_in(self):
        model = Sequential(
            [layers.Input((8, 8, 1), dtype="uint8"), layers.Flatten(), layers.Dense(3)]
        )
        with pytest.raises(ValueError, match="takes uint8, which has no gradient"):
            saliency(model, IMAGES, 1)

    def test_methods_that_are_no_names(self):
        with pytest.raises(ValueError, match="There is no method"):
            class_activation(convolutional(), IMAGES, CLASSES, method=["grad-cam"])
