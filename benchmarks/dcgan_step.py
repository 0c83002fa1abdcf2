"""Images a second of this project's DCGAN training, beside the plain loop and the machine's peak.

The plain loop is that of TensorFlow's DCGAN tutorial, written from its description: the same
two networks of Keras's own layers, images as float32 in memory, `tf.data` shuffle and batch,
and one `tf.function` with two tapes a step. All are measured in one run, in turns, and the
median of the rounds counts. GFLOP/s are those that plain convolutions would need: who finds
the same result with fewer products can exceed the peak. Run it on an idle machine: `make bench`.
"""

import statistics
import time

import gan_tf.environment.quiet_tensorflow  # noqa: F401

# isort: split
import keras
import tensorflow as tf

from gan_tf import data, recipes
from gan_tf.environment import hardware
from gan_tf.networks.fourier_convolution import FourierConv2DTranspose
from gan_tf.training import batches

BATCH = 256
STEPS = 18
ROUNDS = 7

# Multiply-adds of one pass over one image, zeros of the padding included: kernel x channels in
# x channels out x positions where the kernel is laid.
GENERATOR = 100 * 12544 + 49 * 25 * 256 * 128 + 49 * 25 * 128 * 64 + 196 * 25 * 64
DISCRIMINATOR = 196 * 25 * 64 + 49 * 25 * 64 * 128 + 6272
# A step passes once through the generator, and back for its weights and for its inputs; through
# the discriminator with real and with fake images, and back for both; and once more back
# through the discriminator with the fakes, on the way to the generator.
FLOP_PER_IMAGE = 2 * (3 * GENERATOR + 6 * DISCRIMINATOR + DISCRIMINATOR)


def with_plain_layers(network):
    """A copy of `network` that has Keras's own layers only."""

    def plain(layer):
        if isinstance(layer, FourierConv2DTranspose):
            options = {"padding": "same", "use_bias": False}
            return keras.layers.Conv2DTranspose(layer.filters, layer.kernel_size, **options)
        return type(layer).from_config(layer.get_config())

    return keras.models.clone_model(network, clone_function=plain)


def plain_loop(images):
    """A function that trains for one round by the tutorial's loop, in float32."""
    recipe = recipes.get("dcgan")
    generator, discriminator = with_plain_layers(recipe.generator()), recipe.discriminator()
    generator_optimizer, discriminator_optimizer = recipe.optimizer(), recipe.optimizer()
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    dataset = tf.data.Dataset.from_tensor_slices(data.to_signed(images))
    dataset = dataset.shuffle(len(images)).batch(BATCH)

    @tf.function
    def train_step(real):
        noise = tf.random.normal([BATCH, 100])
        with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
            fake = generator(noise, training=True)
            real_output = discriminator(real, training=True)
            fake_output = discriminator(fake, training=True)
            generator_loss = cross_entropy(tf.ones_like(fake_output), fake_output)
            discriminator_loss = cross_entropy(
                tf.ones_like(real_output), real_output
            ) + cross_entropy(tf.zeros_like(fake_output), fake_output)
        for network, optimizer, tape, loss in (
            (generator, generator_optimizer, generator_tape, generator_loss),
            (discriminator, discriminator_optimizer, discriminator_tape, discriminator_loss),
        ):
            gradients = tape.gradient(loss, network.trainable_variables)
            optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))

    def round_():
        for real in dataset:
            train_step(real)

    return round_


def project(images, precision):
    """A function that trains for one round as `runs.train` does, in the given precision."""
    recipe = recipes.get("dcgan")
    keras.config.set_dtype_policy(precision)
    model = recipe.gan()
    model.compile(
        recipe.optimizer(),
        recipe.optimizer(),
        steps_per_execution=batches.steps_per_execution(STEPS),
    )
    keras.config.set_dtype_policy("float32")

    def round_():
        dataset = batches.batches(images, BATCH, seed=0, epochs=1)
        model.fit(dataset, steps_per_epoch=STEPS, shuffle=False, verbose=0)

    return round_


def matrix_product(dtype, size=2048):
    """A function that multiplies two square matrices; it stands for the machine's peak."""
    a = tf.cast(tf.random.normal((size, size)), dtype)
    product = tf.function(lambda: tf.matmul(a, a))

    def round_():
        for _ in range(20):
            product()
        product().numpy()

    return round_, 21 * 2 * size**3


def main():
    images = data.load("mnist").x_train[: BATCH * STEPS]
    step_flop = FLOP_PER_IMAGE * len(images)
    contestants = {
        "plain loop, float32": (plain_loop(images), step_flop),
        "gan_tf, float32": (project(images, "float32"), step_flop),
        "matrix product, float32": matrix_product("float32"),
    }
    if hardware.fastest_precision() == "mixed_bfloat16":
        contestants["gan_tf, mixed_bfloat16"] = project(images, "mixed_bfloat16"), step_flop
        contestants["matrix product, bfloat16"] = matrix_product("bfloat16")
    seconds = {name: [] for name in contestants}
    for round_ in range(ROUNDS + 1):
        for name, (run, _) in contestants.items():
            start = time.perf_counter()
            run()
            if round_:  # The first is for tracing and warming up.
                seconds[name].append(time.perf_counter() - start)

    print(f"{hardware.device()}, TensorFlow {tf.__version__}, medians of {ROUNDS} rounds in turns")
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    plain = medians["plain loop, float32"]
    for name, (_, flop) in contestants.items():
        peak_name = "matrix product, " + ("bfloat16" if "bfloat16" in name else "float32")
        peak = contestants[peak_name][1] / medians[peak_name]
        line = f"{name:26} {flop / medians[name] / 1e9:6.0f} GFLOP/s"
        if name != peak_name:
            line += (
                f"  {flop / medians[name] / peak:4.0%} of peak"
                f"  {len(images) / medians[name]:5.0f} images/s"
                f"  {plain / medians[name]:.2f} x plain loop"
            )
        print(line)


if __name__ == "__main__":
    main()
