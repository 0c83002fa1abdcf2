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
    RULES,
    class_activation,
    saliency,
    similarity,
)
from gan_tf.networks import classifiers, discriminators
from tests.measures.helpers import (
    CLASSES,
    FOUR_PIXELS,
    HIDDEN,
    IMAGES,
    SAME_NETWORKS,
    SCORES,
    convolutional,
    random,
    scaled,
    separate,
    with_weights,
)


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


def with_operators():
    image = layers.Input((8, 8, 1))
    scaled_image = image / 2 - 1
    x = layers.Conv2D(4, 3, padding="same")(scaled_image)
    x = keras.ops.relu(x) + scaled_image
    return keras.Model(image, layers.Dense(3, "softmax")(layers.Flatten()(x)))


def separable():
    middle = [layers.SeparableConv2D(4, 3), layers.DepthwiseConv2D(3), layers.Flatten()]
    return Sequential([layers.Input((8, 8, 1)), *middle, layers.Dense(3)])


def of_any_size():
    middle = [layers.Conv2D(4, 3), layers.ReLU(), layers.GlobalAveragePooling2D()]
    return Sequential([layers.Input((None, None, 1)), *middle, layers.Dense(3)])


def augmented():
    changed = layers.RandomRotation(0.1), layers.RandomShear(0.1), layers.RandomZoom(0.1)
    middle = [layers.Conv2D(4, 3), layers.Flatten()]
    return Sequential([layers.Input((8, 8, 1)), *changed, *middle, layers.Dense(3)])


class TestAnyModel:
    @pytest.mark.parametrize("build", [with_operators, separable, of_any_size, augmented])
    def test_has_maps(self, build):
        keras.utils.set_random_seed(0)
        model = build()
        with tf.GradientTape() as tape:
            images = tf.Variable(IMAGES)
            scores = model(images, training=False)
            if build is with_operators:  # The logits, up to a number an image.
                scores = tf.math.log(scores)
            score = scores[:, 1]
        maps = saliency(model, IMAGES, 1)
        if build is not with_operators:
            gradient = np.abs(tape.gradient(score, images))[..., 0]
            assert scaled(maps) == pytest.approx(scaled(gradient), abs=1e-4)
        assert maps.max(axis=(1, 2)) == pytest.approx(np.ones(7))
        assert class_activation(model, IMAGES, 1).shape == (7, 8, 8)

    def test_softmax_before_a_change_of_shape_is_left_out(self):
        logits = convolutional()
        parts = [*logits.layers, layers.Softmax(), layers.Reshape((3,))]
        reshaped = Sequential([layers.Input((8, 8, 1)), *parts])
        for draw in (saliency, class_activation):
            assert np.array_equal(draw(reshaped, IMAGES, 1), draw(logits, IMAGES, 1))

    def test_what_has_none(self):
        image = layers.Input((8, 8, 1))
        flat = layers.Flatten()(image)
        two_outputs = keras.Model(image, [layers.Dense(2)(flat), layers.Dense(3)(flat)])

        class Own(keras.Model):
            def call(self, images):
                return images

        for model in (two_outputs, Own()):
            with pytest.raises(ValueError, match="not built by Sequential or of layers with one"):
                saliency(model, IMAGES, 1)
        with pytest.raises(ValueError, match="must give one row of class scores an image"):
            saliency(keras.Model(image, layers.Dense(3)(image)), IMAGES, 1)
        with pytest.raises(ValueError, match="The images hold NaN or infinity"):
            saliency(convolutional(), IMAGES * np.nan, 1)


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
        sentence = r"not \(2, 3, 3\) with \(|must be numbers \(n, height, width\), but are"
        with pytest.raises(ValueError, match=sentence):
            similarity(np.ones((2, 3, 3)), np.ones(shape))
        with pytest.raises(ValueError, match="Maps must be finite and not negative"):
            similarity(np.ones((2, 3, 3)), -np.ones((2, 3, 3)))


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
