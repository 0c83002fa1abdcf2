import pytest
from keras import Model, Sequential, layers

from gan_tf import plotting


def texts(figure):
    # Arrows are annotations without text.
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


class TestArchitecture:
    def network(self):
        return Sequential(
            [
                layers.Input((8, 8, 1)),
                layers.Conv2D(4, 3, strides=2, padding="same"),
                layers.BatchNormalization(),
                layers.LeakyReLU(0.2),
                layers.MaxPooling2D(),
                layers.Flatten(),
                layers.Dense(10, activation="softmax"),
                layers.Dropout(0.3),
                layers.Dropout(0.0),  # does nothing, and is not named
            ]
        )

    def test_a_block_for_each_layer_that_computes(self):
        figure = plotting.architecture(self.network(), "Small")
        assert figure.axes[0].get_title() == "Small: 226 parameters"
        assert len(figure.axes[0].patches) == 4
        assert texts(figure) == [
            "input",
            "8×8×1",
            "convolution\n3×3, stride 2\nbatch norm.\nleaky ReLU",
            "4×4×4\n56 par.",
            "max pooling\n2×2\nflattened",
            "2×2×4",
            "dense\nsoftmax\ndropout 0.3",
            "10\n170 par.",
        ]

    def test_blocks_grow_with_their_outputs(self):
        _, convolution, pooling, _ = plotting.architecture(self.network()).axes[0].patches
        assert convolution.get_height() > pooling.get_height()
        assert convolution.get_width() == pooling.get_width()

    def test_long_networks_in_rows(self):
        axis = plotting.architecture(self.network(), columns=3).axes[0]
        places = [patch.get_x() + patch.get_width() / 2 for patch in axis.patches]
        assert places == pytest.approx([0, 1, 0, 1]), "the rows are filled evenly"
        first, below = axis.patches[0], axis.patches[2]
        assert below.get_y() + below.get_height() < first.get_y()

    def test_layers_that_branch(self):
        inputs = layers.Input((4,))
        model = Model(inputs, layers.Concatenate()([inputs, layers.Dense(2)(inputs)]))
        with pytest.raises(ValueError, match="'concatenate.*' has several inputs"):
            plotting.architecture(model)


def test_game_names_the_verdict_and_the_critic():
    figure = plotting.game("a number", "Wasserstein GAN", discriminator="critic")
    assert {"a number", "critic", "gradient of the critic's loss"} <= set(texts(figure))
    assert figure.axes[0].get_title() == "Wasserstein GAN"
