import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from keras.optimizers import SGD, Adam

from gan_tf import data, training
from gan_tf.training import gan
from gan_tf.training.augmentation import Augmentation
from gan_tf.training.losses import (
    CertaintyRewarding,
    NonSaturating,
    RelativisticPairing,
    SemiSupervised,
    Wasserstein,
    WassersteinPenalty,
)
from gan_tf.training.optimizers import AveragingAdam, averaged
from tests import tiny
from tests.training.helpers import (
    digits,
    fit,
    make_model,
    plain_networks,
    tiny_networks,
    two_replicas,
    weights,
)


def test_step_is_the_update_of_the_tutorial():
    """Two tapes over one pass, plain gradient descent: compared with the rule by hand."""
    model = make_model(plain_networks, SGD)
    generator, discriminator = plain_networks()
    generator.set_weights(model.generator.get_weights())
    discriminator.set_weights(model.discriminator.get_weights())
    images = tf.constant(digits()[:64])
    latents = model.draw_latents(0, 64)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    with tf.GradientTape(True) as generator_tape, tf.GradientTape() as discriminator_tape:
        fake = discriminator(generator(latents))
        real = discriminator(data.to_signed(images))
        g_loss = loss(tf.ones_like(fake), fake)
        d_loss = loss(tf.ones_like(real), real) + loss(tf.zeros_like(fake), fake)
    for network, tape, value in (
        (generator, generator_tape, g_loss),
        (discriminator, discriminator_tape, d_loss),
    ):
        for w, g in zip(
            network.trainable_variables,
            tape.gradient(value, network.trainable_variables),
            strict=True,
        ):
            w.assign_sub(1e-2 * g)

    logs = model.train_step(images)
    for ours, theirs in ((model.generator, generator), (model.discriminator, discriminator)):
        for w, expected in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(w, expected, atol=1e-6)
    assert float(logs["d_loss"]) == pytest.approx(float(d_loss), rel=1e-5)
    assert float(logs["g_loss"]) == pytest.approx(float(g_loss), rel=1e-5)
    assert float(logs["d_real"]) == pytest.approx(float(tf.reduce_mean(tf.sigmoid(real))), rel=1e-5)
    assert float(logs["fake_accuracy"]) == pytest.approx(np.mean(fake.numpy() < 0))
    gradients = generator_tape.gradient(g_loss, generator.trainable_variables)
    expected = np.sqrt(sum(np.sum(np.square(g)) for g in gradients))
    assert float(logs["g_gradient"]) == pytest.approx(expected, rel=1e-4)


class TestCriticSteps:
    def model(self, objective):
        keras.utils.set_random_seed(1)
        model = gan.GAN(*plain_networks(), objective)
        model.compile(SGD(1e-2), SGD(1e-2))
        return model

    def test_step_updates_the_critic_from_each_part_and_the_generator_from_the_last(self):
        model = self.model(Wasserstein(clip=0.02, critic_steps=3))
        generator, critic = plain_networks()
        generator.set_weights(model.generator.get_weights())
        critic.set_weights(model.discriminator.get_weights())
        images = tf.constant(digits()[:24])
        for part in range(3):
            latents = model.draw_latents(0, 8, part)
            with tf.GradientTape() as generator_tape, tf.GradientTape() as critic_tape:
                fake = critic(generator(latents))
                real = critic(data.to_signed(images[8 * part : 8 * part + 8]))
                g_loss = -tf.reduce_mean(fake)
                d_loss = tf.reduce_mean(fake) - tf.reduce_mean(real)
            gradients = generator_tape.gradient(g_loss, generator.trainable_variables)
            d_gradients = critic_tape.gradient(d_loss, critic.trainable_variables)
            for w, g in zip(critic.trainable_variables, d_gradients, strict=True):
                w.assign(tf.clip_by_value(w - 1e-2 * g, -0.02, 0.02))
        for w, g in zip(generator.trainable_variables, gradients, strict=True):
            w.assign_sub(1e-2 * g)

        logs = model.train_step(images)
        for ours, theirs in ((model.generator, generator), (model.discriminator, critic)):
            for w, expected in zip(ours.get_weights(), theirs.get_weights(), strict=True):
                np.testing.assert_allclose(w, expected, atol=1e-6)
        assert int(model.generator_optimizer.iterations) == 1
        assert int(model.discriminator_optimizer.iterations) == 3
        assert set(logs) == set(fit(make_model(tiny_networks), epochs=1))

    def test_parts_have_other_latents(self):
        model = self.model(Wasserstein())
        drawn = [model.draw_latents(0, 8, part).numpy() for part in range(3)]
        assert not np.array_equal(drawn[0], drawn[1]) and not np.array_equal(drawn[1], drawn[2])

    def test_mix_is_uniform(self):
        mix = self.model(WassersteinPenalty()).draw_mix(0, 5000, 1).numpy()
        assert mix.shape == (5000, 1, 1, 1) and mix.min() >= 0 and mix.max() <= 1
        shares = np.histogram(mix, bins=10, range=(0, 1))[0] / 5000
        np.testing.assert_allclose(shares, 0.1, atol=0.02)

    @pytest.mark.parametrize("xla", [False, True])
    def test_penalty_keeps_the_slope_near_1(self, xla):
        model = gan.GAN(*plain_networks(), WassersteinPenalty(critic_steps=2))
        model.compile(Adam(1e-3), Adam(1e-3), jit_compile=xla)
        fit(model, epochs=15)
        images = tf.constant(data.to_signed(digits()[:64]))
        with tf.GradientTape() as tape:
            tape.watch(images)
            values = model.discriminator(images)
        norms = tf.norm(tf.reshape(tape.gradient(values, images), (64, -1)), axis=1)
        assert 0.5 < float(tf.reduce_mean(norms)) < 1.5


class TestRelativisticStep:
    def test_step_is_the_rule_by_hand(self):
        """Pairs, and the slopes of both networks' images, with plain gradient descent."""
        loss = RelativisticPairing(3.0, 3.0)
        model = gan.GAN(*plain_networks(), loss)
        model.compile(SGD(1e-2), SGD(1e-2))
        generator, discriminator = plain_networks()
        generator.set_weights(model.generator.get_weights())
        discriminator.set_weights(model.discriminator.get_weights())
        images = data.to_signed(tf.constant(digits()[:16]))
        with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
            fake = generator(model.draw_latents(0, 16))
            with tf.GradientTape() as slopes:
                both = tf.concat([images, fake], axis=0)
                slopes.watch(both)
                logits = discriminator(both)
            squares = tf.reduce_sum(slopes.gradient(logits, both) ** 2, axis=(1, 2, 3))
            lead = logits[:16] - logits[16:]
            g_loss = tf.reduce_mean(tf.math.log(1 + tf.exp(lead)))
            d_loss = tf.reduce_mean(tf.math.log(1 + tf.exp(-lead)))
            d_loss += 3 / 2 * tf.reduce_sum(squares) / 16
        for network, tape, value in (
            (generator, generator_tape, g_loss),
            (discriminator, discriminator_tape, d_loss),
        ):
            weights = network.trainable_variables
            for w, g in zip(weights, tape.gradient(value, weights), strict=True):
                w.assign_sub(1e-2 * g)
        logs = model.train_step(tf.constant(digits()[:16]))
        for ours, theirs in ((model.generator, generator), (model.discriminator, discriminator)):
            for w, expected in zip(ours.get_weights(), theirs.get_weights(), strict=True):
                np.testing.assert_allclose(w, expected, atol=1e-6)
        assert float(logs["d_loss"]) == pytest.approx(float(d_loss), rel=1e-5)
        assert float(logs["g_loss"]) == pytest.approx(float(g_loss), rel=1e-5)
        assert float(logs["real_accuracy"]) == pytest.approx(np.mean(lead.numpy() > 0))


def test_the_discriminator_sees_augmented_images_and_the_generator_learns_through_them():
    augmentation = Augmentation(translation=1 / 4, cutout=0)
    model = gan.GAN(*plain_networks(), RelativisticPairing(), augmentation=augmentation)
    real, fake = tf.fill((8, 28, 28, 1), 0.5), tf.fill((8, 28, 28, 1), -0.5)
    seen = [[array.numpy() for array in model.augment(real, fake, step, 0)] for step in (0, 1)]
    for shown, value in zip(seen[0], (0.5, -0.5), strict=True):
        assert set(np.unique(shown)) == {-1, value}
    # Real images and fakes are moved independently, and otherwise in each step.
    black = [[shown == -1 for shown in pair] for pair in seen]
    assert not np.array_equal(*black[0]) and not np.array_equal(black[0], black[1])
    again = model.augment(real, fake, 0, 0)
    assert all(map(np.array_equal, again, seen[0]))
    model.compile(SGD(1e-2), SGD(1e-2))
    assert float(model.train_step(tf.constant(digits()[:16]))["g_gradient"]) > 0


class TestMovingAverage:
    def model(self):
        keras.utils.set_random_seed(1)
        model = gan.GAN(*tiny_networks())
        model.compile(AveragingAdam(1e-2, ema_momentum=0.9), Adam(1e-2))
        return model

    def test_images_are_drawn_with_the_average_of_the_weights(self):
        model = self.model()
        fit(model)
        copy = model.drawing_generator()
        expected = averaged(model.generator, model.generator_optimizer)
        assert all(map(np.array_equal, copy.get_weights(), expected))
        assert not np.array_equal(copy.get_weights()[0], model.generator.get_weights()[0])
        np.testing.assert_array_equal(model.generate(3), training.sample(copy, 3))

    def test_without_one_the_generator_draws(self):
        model = make_model(tiny_networks)
        assert model.drawing_generator() is model.generator

    def test_it_is_saved_with_the_model(self, tmp_path):
        model = self.model()
        fit(model)
        model.save(tmp_path / "mine.keras")
        loaded = keras.saving.load_model(tmp_path / "mine.keras")
        np.testing.assert_array_equal(loaded.generate(3), model.generate(3))


def test_conditional_step_tells_both_networks_the_label():
    model = gan.GAN(tiny.generator(14), tiny.discriminator(11), NonSaturating(), classes=10)
    model.compile(Adam(1e-2), Adam(1e-2))
    assert model.latent_dim == 4
    # Only the planes of labels that occur can move their weights.
    kernel = model.discriminator.layers[0].kernel
    kernel.assign(tf.zeros_like(kernel))
    model.train_step((digits()[:8], np.full(8, 3, np.uint8)))
    moved = np.abs(kernel.numpy()).max(axis=(0, 1, 3)) > 0
    assert moved.tolist() == [True, *(digit == 3 for digit in range(10))]
    labels = data.load("mnist").y_train[:256]
    assert np.isfinite(fit(model, images=(digits(), labels))["d_loss"]).all()


def test_auxiliary_classifier_adds_its_uncertainty_to_the_generators_loss_and_does_not_train():
    classifier = tiny.classifier()
    before = [w.copy() for w in classifier.get_weights()]
    objective = CertaintyRewarding(weight=2.0)

    def model(kind, **options):
        keras.utils.set_random_seed(1)
        model = kind(*plain_networks(), objective, **options)
        model.compile(Adam(1e-2), Adam(1e-2))
        return model

    plain = model(gan.GAN)
    rewarded = model(gan.CertaintyRewardedGAN, auxiliary_classifier=classifier)
    fake = plain.generator(plain.draw_latents(0, 64))
    expected = objective.uncertainty(classifier((fake + 1) / 2))
    losses = [m.train_step(digits()[:64])["g_loss"].numpy() for m in (plain, rewarded)]
    assert losses[1] - losses[0] == pytest.approx(expected.numpy(), rel=1e-4)
    assert not np.array_equal(*(m.generator.get_weights()[0] for m in (plain, rewarded)))
    fit(rewarded, epochs=1)
    assert all(map(np.array_equal, before, classifier.get_weights()))
    assert len(rewarded.trainable_variables) == len(plain.trainable_variables)


def test_history_holds_means_over_the_epoch():
    history = fit(make_model(tiny_networks))
    assert set(history) == {
        "d_loss",
        "g_loss",
        "d_real",
        "d_fake",
        "real_accuracy",
        "fake_accuracy",
        "g_gradient",
    }
    assert all(len(values) == 2 for values in history.values())


@pytest.mark.parametrize("spe", [1, 2, 4])
def test_steps_per_execution_change_nothing(spe):
    model = make_model(tiny_networks, steps_per_execution=spe)
    fit(model)
    reference = make_model(tiny_networks)
    fit(reference)
    assert np.array_equal(weights(model), weights(reference))


def test_two_replicas_make_the_update_of_one_device():
    single = make_model(plain_networks)
    strategy = two_replicas()
    with strategy.scope():
        mirrored = make_model(plain_networks)
    assert strategy.num_replicas_in_sync == 2
    mirrored.generator.set_weights(single.generator.get_weights())
    mirrored.discriminator.set_weights(single.discriminator.get_weights())
    before = weights(single)
    history, mirrored_history = fit(single), fit(mirrored)
    assert np.abs(weights(single) - before).max() > 1e-2
    np.testing.assert_allclose(weights(mirrored), weights(single), atol=2e-5)
    np.testing.assert_allclose(mirrored_history["d_loss"], history["d_loss"], rtol=1e-4)


def test_step_compiled_by_xla_makes_the_same_update(monkeypatch):
    # XLA may draw other random numbers from the same seed: here both get the same latents.
    latents = training.fixed_latents(0, 64, 4)
    monkeypatch.setattr(gan.GAN, "draw_latents", lambda self, step, count, part=0: latents)
    compiled, plain = (make_model(plain_networks, SGD, jit_compile=xla) for xla in (True, False))
    images = digits()[:128]
    history, plain_history = fit(compiled, images=images), fit(plain, images=images)
    assert compiled.jit_compile and not plain.jit_compile
    np.testing.assert_allclose(weights(compiled), weights(plain), atol=1e-5)
    np.testing.assert_allclose(history["d_loss"], plain_history["d_loss"], rtol=1e-4)


def test_step_with_dropout_and_batch_norm_compiles_under_xla():
    model = make_model(tiny_networks, jit_compile=True)
    before = weights(model)
    assert np.isfinite(fit(model)["d_loss"]).all()
    assert not np.array_equal(weights(model), before)


def test_xla_is_off_without_a_gpu():
    has_gpu = bool(tf.config.list_physical_devices("GPU"))
    assert make_model(plain_networks).jit_compile is has_gpu


class TestTakingTurns:
    """The generator is updated after the discriminator, from other images and new fakes."""

    def step(self, discriminator_rate):
        """Weights of a generator and a discriminator before and after a step of the model."""
        keras.utils.set_random_seed(1)
        generator, _ = plain_networks()
        image = layers.Input((28, 28, 1))
        features = layers.Dense(8, "tanh")(layers.Flatten()(image))
        discriminator = keras.Model(image, [features, layers.Dense(10)(features)])
        model = gan.SemiSupervisedGAN(generator, discriminator, SemiSupervised())
        model.compile(SGD(1.0), SGD(discriminator_rate))
        before = [network.get_weights() for network in (generator, discriminator)]
        images, labels = tf.constant(digits()), tf.range(10)
        logs = model.train_step(((images[:10], images[10:30]), labels))
        return model, before, logs

    def test_generator_answers_the_updated_discriminator(self):
        model, (before, _), logs = self.step(discriminator_rate=0.1)
        after = model.generator.get_weights()
        model.generator.set_weights(before)
        others = data.to_signed(digits()[20:30])
        with tf.GradientTape() as tape:
            fake = model.generator(model.draw_latents(0, 10, part=1))
            outputs = model.discriminator(others), model.discriminator(fake)
            loss = model.objective.generator(*outputs)
        gradients = tape.gradient(loss, model.generator.trainable_variables)
        assert float(logs["g_loss"]) == pytest.approx(float(loss), rel=1e-5)
        assert float(logs["g_gradient"]) == pytest.approx(
            float(tf.linalg.global_norm(gradients)), rel=1e-4
        )
        for value, start, gradient in zip(after, before, gradients, strict=True):
            np.testing.assert_allclose(value, start - gradient, atol=1e-6)

    def test_discriminator_reads_its_images_and_other_fakes(self):
        model, (before, discriminator), logs = self.step(discriminator_rate=0.0)
        assert all(map(np.array_equal, discriminator, model.discriminator.get_weights()))
        model.generator.set_weights(before)
        real = data.to_signed(digits()[:20])
        fake = model.generator(model.draw_latents(0, 10))
        outputs = model.discriminator(real), model.discriminator(fake)
        loss = model.objective.discriminator(*outputs, tf.range(10))
        assert float(logs["d_loss"]) == pytest.approx(float(loss), rel=1e-5)
