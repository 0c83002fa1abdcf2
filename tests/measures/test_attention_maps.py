import keras
import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from keras import Sequential, layers
from tf_keras_vis.saliency import Saliency
from tf_keras_vis.utils.model_modifiers import GuidedBackpropagation, ReplaceToLinear
from tf_keras_vis.utils.scores import CategoricalScore

from gan_tf.measures import attention_maps
from gan_tf.measures.attention_maps import (
    METHODS,
    RULES,
    class_activation,
    randomised,
    saliency,
    similarity,
)
from gan_tf.networks import classifiers, discriminators

random = np.random.default_rng(0)
IMAGES = random.uniform(0, 1, (7, 8, 8, 1)).astype(np.float32)
CLASSES = random.integers(0, 3, 7, dtype=np.uint8)

# An image of four pixels for three hidden units. Their inputs are 3, -1 and 2: only the
# second is not active.
FOUR_PIXELS = np.reshape([1.0, 2.0, 1.0, 0.0], (1, 2, 2, 1))
HIDDEN = np.array([[1.0, -1, 0], [0, 0, 1], [2, 0, 0], [0, 3, 1]])
SCORES = np.array([[1.0, 0], [2, 1], [-1, 1]])


def inside():
    middle = [layers.Dense(3, "relu", use_bias=False), layers.Dense(2, "softmax", use_bias=False)]
    return Sequential([layers.Input((2, 2, 1)), layers.Flatten(), *middle])


def separate(hidden, output):
    dense = [layers.Dense(3, use_bias=False), layers.Dense(2, use_bias=False)]
    return Sequential(
        [layers.Input((2, 2, 1)), layers.Flatten(), dense[0], hidden, dense[1], output]
    )


def functional():
    image = layers.Input((2, 2, 1))
    x = layers.Dense(3, use_bias=False)(layers.Flatten()(image))
    x = layers.Dense(2, use_bias=False, activation="softmax")(layers.ReLU()(x))
    return keras.Model(image, x)


def with_weights(model, *weights):
    model.set_weights([np.array(w) for w in weights])
    return model


SAME_NETWORKS = {
    "inside": inside,
    "layers": lambda: separate(layers.ReLU(), layers.Softmax()),
    "activation layers": lambda: separate(layers.Activation("relu"), layers.Activation("softmax")),
    "functional": functional,
}


def convolutional(separate=None, seed=0):
    """Two convolutions, two dense layers; ReLUs inside them or in layers made by `separate`."""
    keras.utils.set_random_seed(seed)
    inside = None if separate else "relu"
    own = [(separate or layers.Identity)() for _ in range(3)]
    return Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(4, 3, activation=inside),
            own[0],
            layers.MaxPooling2D(),
            layers.Conv2D(5, 2, activation=inside),
            own[1],
            layers.Flatten(),
            layers.Dense(6, inside),
            own[2],
            layers.Dense(3),
        ]
    )


def all_maps(model, images, classes):
    """Every kind of map there is, by name."""
    maps = {}
    for negate in (False, True):
        for rule in RULES:
            maps["saliency", rule, negate] = saliency(model, images, classes, rule, negate)
            for method in ("grad-cam", "grad-cam++"):
                maps[method, rule, negate] = class_activation(
                    model, images, classes, rule, method, negate
                )
    maps["score-cam", None, False] = class_activation(model, images, classes, method="score-cam")
    return maps


def functional_with_norm():
    image = layers.Input((8, 8, 1))
    x = layers.LeakyReLU()(layers.BatchNormalization()(layers.Conv2D(2, 3)(image)))
    return keras.Model(image, layers.Dense(1, "sigmoid")(layers.Flatten()(x)))


def model_state(model, images):
    """All that a map could have changed in a model, in values that compare."""
    return [
        model.to_json(),
        [weight.numpy().tobytes() for weight in model.weights],
        [(layer, layer.trainable, layer.call, len(layer._inbound_nodes)) for layer in model.layers],
        [getattr(layer, "activation", None) for layer in model.layers],
        model.predict,
        model(images).numpy().tolist(),
    ]


def scaled(maps):
    return maps / np.maximum(maps.max(axis=(1, 2), keepdims=True), 1e-30)


class TestSaliency:
    @pytest.mark.parametrize("build", SAME_NETWORKS.values(), ids=SAME_NETWORKS)
    @pytest.mark.parametrize(
        "label, rule, negate, gradient",
        [
            # Class 0 has weights 1, 2, -1: the active first less the third, w1 - w3.
            (0, "vanilla", False, [1, 1, 2, 1]),
            (0, "vanilla", True, [0, 1, 0, 1]),
            # The third is clipped, the second passes though not active: w1 + 2 w2.
            (0, "relu", False, [1, 0, 2, 6]),
            (0, "relu", True, [1, 0, 0, 0]),
            # w1 alone.
            (0, "guided", False, [1, 0, 2, 0]),
            (0, "guided", True, [0, 0, 0, 0]),
            # Class 1 has weights 0, 1, 1.
            (1, "vanilla", False, [0, 1, 0, 1]),
            (1, "relu", False, [1, 1, 0, 4]),
            (1, "guided", False, [0, 1, 0, 1]),
        ],
    )
    def test_hand_worked(self, build, label, rule, negate, gradient):
        model = with_weights(build(), HIDDEN, SCORES)
        maps = saliency(model, FOUR_PIXELS, label, rule, negate)
        expected = np.reshape(gradient, (1, 2, 2)) / max(1, *gradient)
        assert maps.dtype == np.float32 and maps == pytest.approx(expected)

    @pytest.mark.parametrize(
        "rule, gradient",
        # A slope of .5 counts in the true gradient alone: w1 + .5 * 2 w2 - w3.
        [("vanilla", [0, 1, 2, 2]), ("relu", [1, 0, 2, 6]), ("guided", [1, 0, 2, 0])],
    )
    def test_leaky_hand_worked(self, rule, gradient):
        model = with_weights(separate(layers.LeakyReLU(0.5), layers.Softmax()), HIDDEN, SCORES)
        expected = np.reshape(gradient, (1, 2, 2)) / max(gradient)
        assert saliency(model, FOUR_PIXELS, 0, rule) == pytest.approx(expected)

    @pytest.mark.parametrize("rule", RULES)
    def test_rules_agree_in_a_linear_model(self, rule):
        model = classifiers.softmax_regression()
        images = random.uniform(0, 1, (3, 28, 28, 1))
        weights = np.abs(model.get_weights()[0]).T.reshape(10, 28, 28)[[4, 0, 9]]
        assert saliency(model, images, [4, 0, 9], rule) == pytest.approx(scaled(weights))

    def test_strongest_colour(self):
        model = Sequential([layers.Input((1, 2, 3)), layers.Flatten(), layers.Dense(1)])
        with_weights(model, np.reshape([1, -4, 2, 0, 1, 1], (6, 1)), [0])
        assert saliency(model, np.zeros((1, 1, 2, 3)), 0) == pytest.approx(np.array([[[1, 0.25]]]))

    def test_guided_is_the_librarys_guided(self):
        model = classifiers.lenet()
        images = random.uniform(0, 1, (5, 28, 28, 1)).astype(np.float32)
        library = Saliency(
            keras.Model(model.inputs, model.outputs), [GuidedBackpropagation(), ReplaceToLinear()]
        )
        expected = library(CategoricalScore([0, 3, 3, 9, 1]), images, normalize_map=False)
        maps = saliency(model, images, [0, 3, 3, 9, 1], "guided")
        assert maps == pytest.approx(scaled(expected), abs=1e-5)

    def test_smooth_averages_signed_gradients(self):
        # Scores relu(a - .1), relu(b) + relu(-b) and c at the image (0, 0, 1): under noise of
        # deviation .2 the first is active with probability .31 and the second's slopes of 1
        # and -1 cancel.
        hidden = np.array([[1.0, 0, 0, 0], [0, 1, -1, 0], [0, 0, 0, 1]])
        model = Sequential(
            [layers.Input((1, 3, 1)), layers.Flatten(), layers.Dense(4, "relu"), layers.Dense(1)]
        )
        with_weights(model, hidden, [-0.1, 0, 0, 0], np.ones((4, 1)), [0])
        image = np.reshape([0.0, 0, 1], (1, 1, 3, 1))
        assert saliency(model, image, 0) == pytest.approx(np.array([[[0, 0, 1]]]))
        smooth = saliency(model, image, 0, smooth=200)
        expected = np.reshape([scipy.stats.norm.sf(0.5), 0, 1], (1, 1, 3))
        assert smooth == pytest.approx(expected, abs=0.15)

    def test_smooth_is_the_same_each_time_and_leaves_the_generators_alone(self):
        model = convolutional()
        before = np.random.get_state()[1].tolist()
        first = saliency(model, IMAGES, CLASSES, smooth=3)
        assert np.array_equal(first, saliency(model, IMAGES, CLASSES, smooth=3))
        assert np.random.get_state()[1].tolist() == before


class TestClassActivation:
    @pytest.fixture
    def network(self):
        """One convolution to the channels x and 2 - x, and scores linear in their pixels."""
        model = Sequential(
            [
                layers.Input((2, 2, 1)),
                layers.Conv2D(2, 1, activation="relu"),
                layers.Flatten(),
                layers.Dense(2, activation="softmax"),
            ]
        )
        gradients = np.array([[[4.0, 1], [0, 2]], [[0, -1], [-4, 0]]])
        scores = np.stack([gradients.ravel(), np.zeros(8)], axis=1)
        return with_weights(model, [[[[1, -1]]]], [0, 2], scores, [0, 0])

    X = FOUR_PIXELS[0, :, :, 0]

    def test_grad_cam_hand_worked(self, network):
        # Mean gradients 0 and .5, of channel 2 - x alone.
        expected = (2 - self.X) / 2
        assert class_activation(network, FOUR_PIXELS, 0)[0] == pytest.approx(expected)
        assert class_activation(network, FOUR_PIXELS, 0, negate=True).max() == 0

    def test_grad_cam_plus_plus_hand_worked(self, network):
        # Channel x has one positive gradient, 4. Those of 2 - x are 1 and 2, weighted by
        # 1 / (2 + gradient * sum of the channel): 1/6 and 1/10, that is .625 and .375.
        expected = 4 * self.X + (0.625 * 1 + 0.375 * 2) * (2 - self.X)
        maps = class_activation(network, FOUR_PIXELS, 0, method="grad-cam++")
        assert maps[0] == pytest.approx(expected / expected.max())
        # Negated, each channel has one positive gradient: 4 and 1.
        expected = 4 * self.X + 1 * (2 - self.X)
        maps = class_activation(network, FOUR_PIXELS, 0, method="grad-cam++", negate=True)
        assert maps[0] == pytest.approx(expected / expected.max())

    def test_score_cam_by_the_papers_formula(self, network):
        features = np.stack([self.X, 2 - self.X], axis=-1)
        masks = features / features.max(axis=(0, 1))
        masked = np.moveaxis(masks * FOUR_PIXELS[0], -1, 0)[..., None]
        for label in (0, 1):
            weights = network(masked).numpy()[:, label]
            expected = (features * weights).sum(axis=-1)
            maps = class_activation(network, FOUR_PIXELS, label, method="score-cam")
            assert maps[0] == pytest.approx(expected / expected.max(), abs=1e-5)

    def test_grad_cam_plus_plus_of_large_scores(self, network):
        small = class_activation(network, FOUR_PIXELS, 0, method="grad-cam++")
        *weights, _ = network.get_weights()
        for bias in (1000, -1000):
            with_weights(network, *weights, [bias, 0])
            large = class_activation(network, FOUR_PIXELS, 0, method="grad-cam++")
            assert large == pytest.approx(small)

    def test_stretched_to_the_image(self):
        model = convolutional()
        maps = class_activation(model, IMAGES, CLASSES)
        inner = keras.Model(model.inputs[0], [model.outputs[0], model.layers[3].output])
        with tf.GradientTape() as tape:
            scores, features = inner(IMAGES)
            score = tf.reduce_sum(tf.gather(scores, CLASSES.astype(int), axis=1, batch_dims=1))
        weights = tf.reduce_mean(tape.gradient(score, features), (1, 2), keepdims=True)
        small = tf.nn.relu(tf.reduce_sum(weights * features, axis=-1)).numpy()
        assert small.shape == (7, 2, 2) and maps.shape == (7, 8, 8)
        # The corners are the corners; between them it is linear.
        assert maps[:, ::7, ::7] == pytest.approx(scaled(small), abs=1e-5)

    def test_rules_differ_by_the_activations_after_the_convolution(self):
        maps = [class_activation(convolutional(), IMAGES, CLASSES, rule) for rule in RULES]
        assert all(np.abs(maps[i] - maps[j]).max() > 0.1 for i, j in ((0, 1), (0, 2), (1, 2)))
        images = random.uniform(-1, 1, (3, 28, 28, 1))
        discriminator = discriminators.dcgan()
        maps = [class_activation(discriminator, images, 0, rule) for rule in RULES]
        assert np.array_equal(maps[0], maps[1]) and np.array_equal(maps[0], maps[2])

    def test_residual_network(self):
        model = classifiers.resnet()
        images = random.uniform(0, 1, (2, 28, 28, 1)).astype(np.float32)
        # With global average pooling the weights are those of the last layer.
        *_, dense, _ = model.get_weights()
        feature_layer = [x for x in model.layers if isinstance(x, layers.ReLU)][-1]
        features = keras.Model(model.inputs[0], feature_layer.output)(images).numpy()
        small = np.maximum(features @ dense[:, 3], 0)
        corners = class_activation(model, images, 3)[:, ::27, ::27]
        assert scaled(corners) == pytest.approx(scaled(small[:, ::6, ::6]), abs=1e-4)


class TestEveryMap:
    def test_separate_activation_layers_are_the_same(self):
        inside = convolutional()
        separate = with_weights(convolutional(layers.ReLU, seed=1), *inside.get_weights())
        expected = all_maps(inside, IMAGES, CLASSES)
        for kind, maps in all_maps(separate, IMAGES, CLASSES).items():
            assert maps == pytest.approx(expected[kind], abs=1e-5), kind

    def test_batch_is_image_by_image(self, monkeypatch):
        model = convolutional()
        monkeypatch.setattr(attention_maps, "_BATCH", 3)
        batch = all_maps(model, IMAGES, CLASSES)
        for i in (1, 6):
            single = all_maps(model, IMAGES[i : i + 1], CLASSES[i])
            for kind, maps in batch.items():
                assert maps.shape == (7, 8, 8) and maps.dtype == np.float32
                assert maps[i] == pytest.approx(single[kind][0], abs=1e-5), kind

    def test_between_0_and_1(self):
        for kind, maps in all_maps(convolutional(), IMAGES, CLASSES).items():
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
        others = all_maps(expected, IMAGES, CLASSES)
        for kind, maps in all_maps(model, IMAGES, CLASSES).items():
            assert np.array_equal(maps, others[kind]), kind

    def test_prelu_starts_as_a_relu(self):
        expected = all_maps(convolutional(), IMAGES, CLASSES)
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


class TestSimilarity:
    def test_hand_worked(self):
        # Means (1, 0) and (.6, .8).
        maps = np.array([[[1.0, 0]], [[1, 0]]])
        others = np.array([[[1.0, 1]], [[0.2, 0.6]], [[0.6, 0.8]]])
        assert similarity(maps, others) == pytest.approx(0.6)
        assert similarity(others, maps) == pytest.approx(0.6)
        assert similarity(maps, 3 * maps) == pytest.approx(1)
        assert similarity(maps, maps[..., ::-1]) == 0

    def test_no_attention_is_0(self):
        assert similarity(np.zeros((2, 3, 3)), np.ones((4, 3, 3))) == 0

    @pytest.mark.parametrize("shape", [(2, 3, 4), (0, 3, 3), (3, 3)])
    def test_bad_input(self, shape):
        with pytest.raises(ValueError, match=r"not \(2, 3, 3\) with \("):
            similarity(np.ones((2, 3, 3)), np.ones(shape))


class TestFocus:
    def test_two_sources_of_another_focus(self):
        left, right = np.eye(2)[[0] * 6][:, None], np.eye(2)[[1] * 5][:, None]
        similarities = attention_maps.focus(left, right, repetitions=3)
        assert similarities == {"within": [1] * 3, "within others": [1] * 3, "across": [0] * 3}

    def test_one_source_in_two_parts_is_as_alike_across_as_within(self):
        maps = np.random.default_rng(1).uniform(0, 1, (400, 5, 5))
        similarities = attention_maps.focus(maps[:200], maps[200:])
        within, _, across = (np.mean(values) for values in similarities.values())
        assert across == pytest.approx(within, abs=0.003) and across < 0.9999

    def test_same_seed_draws_the_same_halves(self):
        maps = np.random.default_rng(1).uniform(0, 1, (20, 5, 5))
        assert attention_maps.focus(maps, maps, 2) == attention_maps.focus(maps, maps, 2)
        assert attention_maps.focus(maps, maps, 2) != attention_maps.focus(maps, maps, 2, seed=1)

    def test_too_few_maps(self):
        with pytest.raises(ValueError, match="5 and 1 maps cannot be halved: two are needed"):
            attention_maps.focus(np.ones((5, 2, 2)), np.ones((1, 2, 2)))


class TestErrors:
    @pytest.mark.parametrize("draw", [saliency, class_activation])
    def test_of_both(self, draw):
        model = convolutional()
        with pytest.raises(ValueError, match="no rule 'deconv': use one of vanilla, relu, guided"):
            draw(model, IMAGES, 0, "deconv")
        for images in (IMAGES[0], IMAGES[:, :7], np.zeros((2, 8, 8, 3)), IMAGES[:0]):
            with pytest.raises(ValueError, match=r"takes images of shape \(None, 8, 8, 1\), not"):
                draw(model, images, 0)
        with pytest.raises(ValueError, match="images are uint8: scale them .*to_unit"):
            draw(model, np.zeros((2, 8, 8, 1), np.uint8), 0)
        for label in (3, -1, 0.5, "1"):
            with pytest.raises(ValueError, match=f"no class {label!r}: use integers from 0 to 2"):
                draw(model, IMAGES, label)
        with pytest.raises(ValueError, match="no class 3"):
            draw(model, IMAGES, [0, 1, 2, 3, 0, 0, 0])
        with pytest.raises(ValueError, match=r"shape \(3,\) do not fit 7 images"):
            draw(model, IMAGES, [0, 1, 2])
        with pytest.raises(ValueError, match="is itself a model: build it from the inner"):
            draw(Sequential([layers.Input((8, 8, 1)), model, layers.Dense(2)]), IMAGES, 0)

    def test_of_class_activation(self):
        with pytest.raises(ValueError, match="no method 'cam': use one of grad-cam, grad-cam"):
            class_activation(convolutional(), IMAGES, 0, method="cam")
        for rule, negate in (("guided", False), ("vanilla", True)):
            with pytest.raises(ValueError, match="Score-CAM uses no gradient"):
                class_activation(convolutional(), IMAGES, 0, rule, "score-cam", negate)
        with pytest.raises(ValueError, match="'fcnn' has no convolution .* use saliency"):
            class_activation(classifiers.fcnn(), np.zeros((1, 28, 28, 1)), 0)
