"""A GAN of one's own networks, in Keras's habits."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import Sequential, layers

from gan_tf import GAN, CertaintyRewardedGAN, data, losses, recipes
from gan_tf.networks import discriminators, generators
from gan_tf.training.augmentation import Augmentation
from tests import tiny
from tests.training.helpers import digits, two_replicas

LABELS = np.arange(256) % 10


def fitted(gan, *arguments, **options):
    """The model after two epochs of batches of 32, and its history."""
    history = gan.fit(*arguments, epochs=2, batch_size=32, verbose=0, **options)
    return gan, history.history


def plain(loss="non-saturating", **options):
    gan = GAN(tiny.generator(), tiny.discriminator(), loss, **options)
    gan.compile("adam", "adam")
    return gan


@pytest.mark.parametrize("loss", ["non-saturating", "wasserstein-penalty", losses.Wasserstein()])
def test_arrays_are_fitted_and_images_generated(loss):
    gan, history = fitted(plain(loss), digits())
    assert len(history["d_loss"]) == 2 and np.isfinite(history["d_loss"]).all()
    images = gan.generate(5, seed=7)
    assert images.shape == (5, 28, 28, 1) and images.dtype == np.uint8
    np.testing.assert_array_equal(images, gan.generate(5, seed=7))
    assert (images != gan.generate(5, seed=8)).any()


def test_what_arrays_are_converted_from(capsys):
    keras.utils.set_random_seed(0)
    _, expected = fitted(plain(), digits())
    keras.utils.set_random_seed(0)
    _, of_floats = fitted(plain(), digits()[..., 0] / 255)
    assert of_floats == expected
    assert "floats in [0, 1] are read as black to white" in capsys.readouterr().out


@pytest.mark.parametrize("penalised", [False, True])
def test_classes(penalised):
    loss = losses.WassersteinPenalty(critic_steps=2) if penalised else "non-saturating"
    gan = GAN(tiny.generator(14), tiny.discriminator(11), loss, classes=10)
    gan.compile("adam", "rmsprop")
    gan, history = fitted(gan, digits(), LABELS)
    assert np.isfinite(history["g_loss"]).all()
    assert gan.generate(3, labels=4).shape == (3, 28, 28, 1)
    for labels, found in ((None, "none"), (LABELS[:5], "5")):
        with pytest.raises(ValueError, match=f"labels of its 256 images as y.*given {found}"):
            gan.fit(digits(), labels)
    with pytest.raises(ValueError, match="label 10, but there are 10 classes"):
        gan.fit(digits(), LABELS + 1)
    with pytest.raises(ValueError, match="batches have no labels"):
        gan.fit(tf.data.Dataset.from_tensor_slices(digits()).batch(32), verbose=0)


def test_batches_of_a_dataset():
    served = tf.data.Dataset.from_tensor_slices((digits(), LABELS)).batch(64)
    history = plain().fit(served, verbose=0)
    assert np.isfinite(history.history["d_loss"]).all()
    floats = tf.data.Dataset.from_tensor_slices(digits() / 255).batch(64)
    with pytest.raises(ValueError, match="images of float64, but must be uint8"):
        plain().fit(floats, verbose=0)


def test_builders_are_no_networks():
    with pytest.raises(ValueError, match="generator is a function, but must be a Keras model"):
        GAN(tiny.generator, tiny.discriminator())


def test_a_semi_supervised_gan_takes_no_arrays():
    with pytest.raises(ValueError, match="labelled and unlabelled images in each batch: serve"):
        recipes.get("semi-supervised-20").gan().fit(digits(), LABELS)


@pytest.mark.parametrize("recipe", ["wgan", "cgan", "dcgan-3x3", "semi-supervised-20"])
def test_saved_and_loaded_whole(recipe, tmp_path):
    gan = recipes.get(recipe).gan(seed=3)
    gan.compile(*recipes.get(recipe).optimizers())
    gan.save(tmp_path / "mine.keras")
    loaded = keras.saving.load_model(tmp_path / "mine.keras")
    assert type(loaded) is type(gan) and loaded.objective == gan.objective
    assert (loaded.seed, loaded.classes) == (3, gan.classes)
    np.testing.assert_array_equal(loaded.generate(4, seed=1), gan.generate(4, seed=1))
    for name in ("generator_optimizer", "discriminator_optimizer"):
        ours, theirs = getattr(gan, name).get_config(), getattr(loaded, name).get_config()
        assert ours == theirs


def test_its_augmentation_is_saved_too(tmp_path):
    networks = tiny.generator(), tiny.discriminator()
    gan = GAN(*networks, "relativistic-pairing", augmentation=Augmentation(cutout=0.25))
    gan.compile()
    gan.save(tmp_path / "mine.keras")
    loaded = keras.saving.load_model(tmp_path / "mine.keras")
    assert loaded.augmentation == Augmentation(cutout=0.25)
    assert loaded.objective == losses.RelativisticPairing()


def test_its_classifier_is_saved_too(tmp_path):
    classifier = tiny.classifier()
    loss = losses.CertaintyRewarding()
    networks = tiny.generator(), tiny.discriminator()
    gan = CertaintyRewardedGAN(*networks, loss, auxiliary_classifier=classifier)
    gan.compile()
    gan.save(tmp_path / "mine.keras")
    loaded = keras.saving.load_model(tmp_path / "mine.keras")
    np.testing.assert_array_equal(loaded.generate(4), gan.generate(4))
    images = np.random.default_rng(0).random((2, 28, 28, 1))
    np.testing.assert_array_equal(loaded.auxiliary_classifier(images), classifier(images))


def test_a_loaded_one_goes_on_training(tmp_path):
    gan, _ = fitted(plain(), digits())
    gan.save(tmp_path / "mine.keras")
    loaded = keras.saving.load_model(tmp_path / "mine.keras")
    histories = [
        model.fit(digits(), epochs=3, initial_epoch=2, batch_size=32, verbose=0).history
        for model in (gan, loaded)
    ]
    assert histories[0] == histories[1]


def test_networks_in_low_precision():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        generator = Sequential(
            [layers.Input((4,)), layers.Dense(784, activation="tanh"), layers.Reshape((28, 28, 1))]
        )
        discriminator = Sequential([layers.Input((28, 28, 1)), layers.Flatten(), layers.Dense(1)])
        for loss in ("non-saturating", "wasserstein-penalty"):
            gan = GAN(generator, discriminator, loss)
            gan.compile()
            _, history = fitted(gan, digits())
            assert np.isfinite(history["d_loss"]).all()
    finally:
        keras.config.set_dtype_policy("float32")


def ending(*ends):
    return Sequential([layers.Input((28, 28, 1)), layers.Flatten(), *ends])


def drawing(*ends):
    return Sequential([layers.Input((4,)), *ends])


@pytest.mark.parametrize(
    "generator, discriminator, loss, sentence",
    [
        (
            generators.dcgan(image_shape=(32, 32, 1)),
            discriminators.dcgan(),
            "non-saturating",
            r"images of \(32, 32, 1\), but the discriminator's first layer takes \(28, 28, 1\)",
        ),
        (
            tiny.generator(),
            ending(layers.Dense(1, activation="sigmoid", name="verdict")),
            "non-saturating",
            "layer 'verdict' ends in sigmoid, but the loss NonSaturating takes logits",
        ),
        (
            tiny.generator(),
            ending(layers.Dense(1, activation="tanh", name="verdict")),
            "wasserstein",
            "layer 'verdict' ends in tanh, but the loss Wasserstein takes values of any size",
        ),
        (
            tiny.generator(),
            ending(layers.Dense(1, name="verdict")),
            "on-probabilities",
            "layer 'verdict' has no sigmoid, but the loss OnProbabilities takes probabilities",
        ),
        (
            tiny.generator(),
            ending(layers.Dense(10, name="verdict")),
            "non-saturating",
            r"layer 'verdict' with outputs of \(10,\), but must give one number an image",
        ),
        (
            tiny.generator(),
            discriminators.semi_supervised(),
            "non-saturating",
            r"outputs of \(250,\) and \(10,\)",
        ),
        (tiny.generator(), tiny.discriminator(), "semi-supervised", "has 1 outputs, but the semi"),
        (
            drawing(layers.Dense(784, name="drawn"), layers.Reshape((28, 28, 1))),
            tiny.discriminator(),
            "non-saturating",
            r"layer 'drawn' ends in linear, but images must be in \[-1, 1\]",
        ),
        (
            drawing(layers.Dense(784), layers.Reshape((28, 28, 1)), layers.ReLU(name="cut")),
            tiny.discriminator(),
            "non-saturating",
            "layer 'cut' ends in relu",
        ),
        (
            drawing(layers.Dense(4, activation="tanh")),
            tiny.discriminator(),
            "non-saturating",
            "first layer takes",
        ),
        (discriminators.dcgan(), tiny.discriminator(), "wasserstein", "must take vectors"),
    ],
)
def test_pairs_that_do_not_fit(generator, discriminator, loss, sentence):
    with pytest.raises(ValueError, match=sentence):
        GAN(generator, discriminator, loss)


def test_a_range_made_by_an_operation_is_not_known():
    latents = layers.Input((4,))
    drawn = keras.ops.tanh(layers.Dense(784)(latents))
    generator = keras.Model(latents, layers.Reshape((28, 28, 1))(drawn))
    assert GAN(generator, tiny.discriminator()).generate(3).shape == (3, 28, 28, 1)


def test_devices_that_have_no_loops_take_one_step_at_a_time():
    with two_replicas().scope():
        gan = GAN(tiny.generator(), tiny.discriminator())
        gan.compile(steps_per_execution=4)
    assert gan.steps_per_execution == 1
    gan.compile(steps_per_execution=4)
    assert gan.steps_per_execution == 4


def test_classes_that_do_not_fit():
    with pytest.raises(ValueError, match="with 10 planes of the label"):
        GAN(tiny.generator(14), tiny.discriminator(), classes=10)
    with pytest.raises(ValueError, match="no room for a latent vector beside 10 classes"):
        GAN(tiny.generator(10), tiny.discriminator(11), classes=10)


def test_names_of_losses():
    assert losses.get("wasserstein") == losses.Wasserstein()
    assert losses.get(losses.config(losses.NonSaturating(0.9))) == losses.NonSaturating(0.9)
    with pytest.raises(ValueError, match="no loss 'least squares': use one of non-saturating, "):
        losses.get("least squares")


def test_wrong_images():
    with pytest.raises(ValueError, match="holds NaN"):
        plain().fit(np.full((64, 28, 28, 1), np.nan))
    with pytest.raises(ValueError, match="x has 256"):
        plain().fit(digits(), batch_size=300)
    with pytest.raises(ValueError, match="told no labels"):
        plain().generate(2, labels=1)


def test_callbacks_and_summary(capsys):
    seen = []
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs))
    gan, _ = fitted(plain(), digits(), callbacks=[callback])
    assert len(seen) == 2 and "d_loss" in seen[0]
    gan.summary()
    assert "Total params" in capsys.readouterr().out
    assert data.from_signed(gan(np.zeros((1, 4)))).shape == (1, 28, 28, 1)


@pytest.mark.parametrize(
    "x, options, sentence",
    [
        (np.zeros((40, 32, 32, 1), np.uint8), {}, r"images of \(32, 32, 1\), but the networks are"),
        ([np.zeros((28, 28)), np.zeros((32, 32))], {}, "a list of images of several sizes"),
        (digits(), {"batch_size": 0}, "batch_size is 0"),
        (digits()[:9], {}, "needs 64 images, but x has 9: give a batch_size of at most 9"),
    ],
)
def test_arrays_that_cannot_be_fitted(x, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        plain().fit(x, verbose=0, **options)


def test_lists_and_tensors_are_arrays():
    histories = []
    for kind in (np.array, list, tf.constant):
        keras.utils.set_random_seed(0)
        histories.append(fitted(plain(), kind(digits()))[1])
    assert histories[0] == histories[1] == histories[2]


def test_several_updates_a_step_need_more_images():
    with pytest.raises(ValueError, match="320 images, as each step updates the discriminator 5"):
        plain("wasserstein-penalty").fit(digits(), verbose=0)


@pytest.mark.parametrize(
    "labels, sentence",
    [
        (LABELS + 1, "labels that are not from 0 to 9"),
        (np.eye(10)[LABELS], r"labels of shape \(None, 10\) and type float64"),
        (LABELS / 10, r"type float64, but must be whole numbers \(batch,\) from 0 to 9"),
    ],
)
def test_labels_of_batches(labels, sentence):
    gan = GAN(tiny.generator(14), tiny.discriminator(11), classes=10)
    gan.compile()
    served = tf.data.Dataset.from_tensor_slices((digits(), labels)).batch(32)
    with pytest.raises(ValueError, match=sentence) as raised:
        gan.fit(served, verbose=0)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "x, options, sentence",
    [
        (None, {}, "fit was given no images"),
        (digits(), {"epochs": 0}, "epochs is 0, but must be a whole number of at least 1"),
        (tf.data.Dataset.from_tensors({"x": digits()}), {}, "The batches are dicts"),
        (tf.data.Dataset.from_tensor_slices(digits()), {}, r"shape \(28, 28, 1\), but the netw"),
        (tf.data.Dataset.from_tensors(digits()[:, :20]), {}, r"\(256, 20, 28, 1\), but the netw"),
    ],
)
def test_what_fit_does_not_take(x, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        plain().fit(x, verbose=0, **options)


@pytest.mark.parametrize("options", [{"count": 1.5}, {"count": 1, "seed": "a"}])
def test_numbers_that_are_none(options):
    with pytest.raises(ValueError, match="count is 1.5, but must be|seed is 'a', but must be"):
        plain().generate(**options)
