import functools
import itertools
from collections import Counter

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import Sequential, layers
from keras.optimizers import SGD, Adam

from gan_tf import data, training
from gan_tf.training import batches, callbacks, classifier_fitting, gan, seeds
from gan_tf.training.losses import (
    CertaintyRewarding,
    NonSaturating,
    SemiSupervised,
    Wasserstein,
    WassersteinPenalty,
)
from tests import tiny


@functools.cache
def digits():
    return data.load("mnist").x_train[:256]


def plain_networks():
    """A pair without batch norm and dropout: replicas agree with one device only so."""
    generator = Sequential(
        [layers.Input((4,)), layers.Dense(784, "tanh"), layers.Reshape((28, 28, 1))]
    )
    discriminator = Sequential(
        [layers.Input((28, 28, 1)), layers.Flatten(), layers.Dense(8, "tanh"), layers.Dense(1)]
    )
    return generator, discriminator


def make_model(networks, optimizer=Adam, seed=0, **compile_options):
    keras.utils.set_random_seed(1)
    model = gan.GAN(*networks(), NonSaturating(), seed)
    model.compile(optimizer(1e-2), optimizer(1e-2), **compile_options)
    return model


def two_replicas():
    """Two virtual devices; collective operations would mix up the models of two tests."""
    return tf.distribute.MirroredStrategy(
        ["CPU:0", "CPU:1"], cross_device_ops=tf.distribute.ReductionToOneDevice()
    )


def tiny_networks():
    return tiny.generator(), tiny.discriminator()


def fit(model, epochs=2, initial_epoch=0, images=None):
    images = digits() if images is None else images
    dataset = batches.batches(images, 64, 0, epochs, initial_epoch)
    history = model.fit(
        dataset,
        epochs=epochs,
        initial_epoch=initial_epoch,
        steps_per_epoch=len(tf.nest.flatten(images)[0]) // 64,
        shuffle=False,
        verbose=0,
    )
    return history.history


def weights(model):
    return np.concatenate([w.numpy().ravel() for w in model.trainable_variables])


def collect(**options):
    indices = np.arange(250, dtype=np.uint8).reshape(-1, 1, 1, 1)
    return [b.numpy().ravel() for b in batches.batches(indices, 100, **options)]


class TestBatches:
    def test_each_epoch_is_another_order_without_repeats(self):
        batches = collect(seed=0, epochs=2)
        assert [len(b) for b in batches] == [100] * 4
        first, second = np.concatenate(batches[:2]), np.concatenate(batches[2:])
        assert len(set(first)) == len(set(second)) == 200
        assert not np.array_equal(first, second)

    def test_a_resumed_epoch_has_the_order_of_the_uninterrupted_one(self):
        assert np.array_equal(
            collect(seed=3, epochs=4)[4:], collect(seed=3, epochs=4, initial_epoch=2)
        )

    def test_all_images_come_before_one_comes_again(self):
        batches = collect(seed=0, epochs=2, count=760)
        assert [len(b) for b in batches] == [100] * 14
        served = np.concatenate(batches[:7])
        passes = served[:250], served[250:500], served[500:]
        assert [len(set(images)) for images in passes] == [250, 250, 200]
        assert not np.array_equal(passes[0], passes[1])
        assert not np.array_equal(served, np.concatenate(batches[7:]))
        assert np.array_equal(collect(seed=0, epochs=2, initial_epoch=1, count=760), batches[7:])

    def test_the_seed_decides_the_order(self):
        assert np.array_equal(collect(seed=1, epochs=1), collect(seed=1, epochs=1))
        assert not np.array_equal(collect(seed=1, epochs=1), collect(seed=2, epochs=1))


def test_steps():
    assert batches.steps_per_epoch(60_000, 256) == 234
    assert batches.steps_per_execution(234) == 18
    assert batches.steps_per_execution(600) == 25
    assert batches.steps_per_execution(7) == 7
    assert batches.steps_per_execution(31) == 1
    with pytest.raises(ValueError, match="batch of 256 images .* only 100"):
        batches.steps_per_epoch(100, 256)


class TestFitEpoch:
    def trained(self, epoch, count=100, seed=0):
        keras.utils.set_random_seed(0)
        classifier = tiny.classifier()
        classifier_fitting.compile_classifier(classifier, SGD(0.1), 3)
        mnist = data.load("mnist")
        arrays = mnist.x_train[:count], mnist.y_train[:count]
        classifier_fitting.fit_epoch(classifier, arrays, 32, seed, epoch)
        return classifier.get_weights()[0], int(classifier.optimizer.iterations)

    def test_order_and_dropout_belong_to_seed_and_epoch(self):
        weights, _ = self.trained(epoch=1)
        assert np.array_equal(weights, self.trained(epoch=1)[0])
        assert not np.array_equal(weights, self.trained(epoch=2)[0])
        assert not np.array_equal(weights, self.trained(epoch=1, seed=1)[0])

    def test_augmentation_belongs_to_seed_and_epoch(self, monkeypatch):
        def augmented():
            images = layers.Input((28, 28, 1))
            middle = [layers.RandomRotation(0.1), layers.RandomShear(0.1), layers.RandomZoom(0.1)]
            return Sequential([images, *middle, *plain_classifier().layers])

        plain_classifier = tiny.classifier
        plain, _ = self.trained(epoch=1)
        monkeypatch.setattr(tiny, "classifier", augmented)
        weights, _ = self.trained(epoch=1)
        assert not np.array_equal(weights, plain)
        assert np.array_equal(weights, self.trained(epoch=1)[0])

    def test_epochs_of_a_schedule(self):
        mnist = data.load("mnist")
        schedule = [(mnist.x_train[a:b], mnist.y_train[a:b]) for a, b in ((0, 64), (64, 160))]
        seen = []

        def trained(train):
            keras.utils.set_random_seed(0)
            classifier = tiny.classifier()
            classifier_fitting.compile_classifier(classifier, SGD(0.1), 1)
            train(classifier)
            return classifier.get_weights()[0]

        def one_by_one(classifier):
            for epoch, arrays in enumerate(schedule):
                classifier_fitting.fit_epoch(classifier, arrays, 32, 0, epoch)

        def together(classifier):
            after = lambda: seen.append(int(classifier.optimizer.iterations))  # noqa: E731
            assert classifier_fitting.fit_epochs(classifier, schedule, 32, 0, after) > 0

        assert np.array_equal(trained(one_by_one), trained(together))
        assert seen == [2, 5]

    @pytest.mark.parametrize("count, steps", [(100, 3), (96, 3), (20, 1)])
    def test_steps_of_whole_batches(self, count, steps):
        assert self.trained(epoch=0, count=count)[1] == steps


class TestShifted:
    def shifted(self, seed=0, *keys):
        image = np.zeros((5, 4, 2), np.uint8)
        image[2, 1] = 7, 9
        image[0, 0, 0] = 5
        return batches.shifted(np.stack([image] * 900), seed, *keys).numpy()

    def test_by_up_to_a_pixel_in_each_direction(self):
        images = self.shifted()
        assert images.shape == (900, 5, 4, 2) and images.dtype == np.uint8
        assert (images[..., 1].sum(axis=(1, 2)) == 9).all()
        shifts = Counter()
        for image in images:
            [(row, column)] = np.argwhere(image[..., 1] == 9)
            shifts[row - 2, column - 1] += 1
            assert image[row, column, 0] == 7
            # The pixel in the corner is lost where it leaves the image, and nothing comes in.
            stays = row >= 2 and column >= 1
            assert image[..., 0].sum() == (12 if stays else 7)
        assert sorted(shifts) == list(itertools.product((-1, 0, 1), repeat=2))
        assert all(60 < times < 140 for times in shifts.values())

    def test_belongs_to_seed_and_keys(self):
        assert np.array_equal(self.shifted(1, 2), self.shifted(1, 2))
        assert not np.array_equal(self.shifted(1, 2), self.shifted(1, 3))
        assert not np.array_equal(self.shifted(1, 2), self.shifted(2, 2))


def test_repeated():
    images, labels = batches.repeated((np.arange(4), np.arange(4) * 2), 9)
    assert images.tolist() == [0, 1, 2, 3] * 3 and labels.tolist() == [0, 2, 4, 6] * 3
    assert batches.repeated((np.arange(4),), 4)[0].tolist() == [0, 1, 2, 3]


def test_fixed_latents_are_normal_and_belong_to_the_seed():
    latents = training.fixed_latents(5, 2000).numpy()
    assert latents.shape == (2000, 100)
    assert abs(latents.mean()) < 0.01 and abs(latents.std() - 1) < 0.01
    assert np.array_equal(latents, training.fixed_latents(5, 2000))
    assert not np.array_equal(latents, training.fixed_latents(6, 2000))


def test_generate_gives_pixels():
    latents = training.fixed_latents(0, 7, 4)
    generator = tiny.generator()
    images = training.generate(generator, latents, batch_size=3)
    assert images.shape == (7, 28, 28, 1) and images.dtype == np.uint8
    assert np.array_equal(images, data.from_signed(generator(latents)))


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
        model = gan.WassersteinGAN(*plain_networks(), objective)
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
        model = gan.WassersteinGAN(*plain_networks(), WassersteinPenalty(critic_steps=2))
        model.compile(Adam(1e-3), Adam(1e-3), jit_compile=xla)
        fit(model, epochs=15)
        images = tf.constant(data.to_signed(digits()[:64]))
        with tf.GradientTape() as tape:
            tape.watch(images)
            values = model.discriminator(images)
        norms = tf.norm(tf.reshape(tape.gradient(values, images), (64, -1)), axis=1)
        assert 0.5 < float(tf.reduce_mean(norms)) < 1.5


def test_labels_follow_the_latents_and_fill_their_plane():
    latents = tf.constant([[1.5, -2.0], [0.5, 3.0]])
    assert training.with_labels(latents, [2, 0], 3).numpy().tolist() == [
        [1.5, -2.0, 0.0, 0.0, 1.0],
        [0.5, 3.0, 1.0, 0.0, 0.0],
    ]
    planes = training.with_label_planes(tf.fill((2, 4, 5, 1), -0.5), np.uint8([2, 0]), 3).numpy()
    assert planes.shape == (2, 4, 5, 4)
    assert (planes == [[[[-0.5, 0, 0, 1]]], [[[-0.5, 1, 0, 0]]]]).all()


def test_conditional_step_tells_both_networks_the_label():
    model = gan.ConditionalGAN(tiny.generator(14), tiny.discriminator(11), NonSaturating())
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


def test_same_seed_same_weights_other_seed_other_weights():
    def trained(seed):
        model = make_model(tiny_networks, seed=seed)
        fit(model)
        return weights(model)

    assert np.array_equal(trained(0), trained(0))
    assert not np.array_equal(trained(0), trained(1))


def test_global_random_state_has_no_part_in_a_step():
    first, second = make_model(tiny_networks), make_model(tiny_networks)
    first.train_step(digits()[:64])
    tf.random.set_seed(99)
    keras.utils.set_random_seed(77)
    second.train_step(digits()[:64])
    assert np.array_equal(weights(first), weights(second))


def test_dropout_differs_by_step_and_layer_and_repeats():
    model = make_model(tiny_networks)
    dropouts = [layer for layer in model.discriminator.layers if isinstance(layer, layers.Dropout)]

    def states(step):
        seeds.seed_dropout([model.generator, model.discriminator], 0, step)
        return [tuple(layer.seed_generator.state.numpy()) for layer in dropouts]

    assert len({*states(0), *states(1)}) == 4
    assert states(3) == states(3)


def test_dropout_at_a_rate_of_0_draws_nothing():
    seeds.seed_dropout([Sequential([layers.Input((2,)), layers.Dropout(0.0)])], 0, 0)


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


def test_replicas_draw_different_dropout():
    strategy = two_replicas()
    with strategy.scope():
        model = make_model(tiny_networks)
    fit(model, images=digits()[:64], epochs=1)
    dropout = next(
        layer for layer in model.discriminator.layers if isinstance(layer, layers.Dropout)
    )
    first, second = strategy.experimental_local_results(dropout.seed_generator.state.value)
    assert not np.array_equal(first, second)


def test_step_compiled_by_xla_makes_the_same_update(monkeypatch):
    # XLA may draw other random numbers from the same seed: here both get the same latents.
    latents = training.fixed_latents(0, 64, 4)
    monkeypatch.setattr(gan.GAN, "draw_latents", lambda self, step, count: latents)
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


def test_progress_line(capsys):
    names = {"d_loss": "D loss", "d_real": "D(real)", "val_loss": "validation loss"}
    line = callbacks.ProgressLine(50, names, lambda epoch, logs: f"epoch {epoch} went wrong")
    line.set_params({"epochs": 3, "steps": 10})
    line.on_epoch_begin(1)
    line.on_epoch_end(1, {"d_loss": 1.2345, "g_loss": 0.8, "d_real": 0.61, "d_fake": 0.4})
    printed = capsys.readouterr().out
    assert printed.startswith("epoch   2/3  step  10/10  D loss 1.234  D(real) 0.610  ")
    assert "images/s" in printed and printed.endswith("left  ! epoch 2 went wrong\n")


def test_step_history_has_the_means_of_its_steps():
    history = callbacks.StepHistory()
    history.on_epoch_begin(1)
    # Losses 1 and 3, then 5 and 7: their means so far are 2 and 4.
    history.on_train_batch_end(1, {"loss": 2.0})
    history.on_train_batch_end(3, {"loss": 4.0})
    history.on_epoch_begin(2)
    history.on_train_batch_end(1, {"loss": 9.0})
    rows = [(row["epoch"], row["step"], row["loss"]) for row in history.rows]
    assert rows == [(2, 2, 2.0), (2, 4, 6.0), (3, 2, 9.0)]
    assert all(row["seconds"] >= 0 for row in history.rows)


def test_nan_stops_with_a_sentence():
    model = make_model(plain_networks)
    model.discriminator.layers[-1].bias.assign([np.nan])
    stop = callbacks.StopAtNaN()
    dataset = batches.batches(digits(), 64, 0, 1)
    with pytest.raises(callbacks.TrainingDiverged, match="NaN in epoch 1"):
        model.fit(dataset, steps_per_epoch=4, shuffle=False, verbose=0, callbacks=[stop])


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
