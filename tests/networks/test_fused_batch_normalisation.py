import keras
import numpy as np
import pytest
import tensorflow as tf

from gan_tf.networks.fused_batch_normalisation import FusedBatchNormalization


def layers(shape, **options):
    """A layer of each kind with the same weights, none of them 0 or 1."""
    both = FusedBatchNormalization(**options), keras.layers.BatchNormalization(**options)
    random = np.random.default_rng(0)
    weights = None
    for layer in both:
        layer.build(shape)
        weights = weights or [random.uniform(0.5, 2, size=w.shape) for w in layer.get_weights()]
        layer.set_weights(weights)
    return both


def trained(layer, inputs):
    """What a step in training gives: outputs, gradients, and the weights after it."""
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = layer(inputs, training=True)
        factors = np.cos(np.arange(tf.size(outputs))).reshape(outputs.shape)
        loss = tf.reduce_sum(tf.cast(outputs, tf.float32) * factors)
    gradients = tape.gradient(loss, [inputs, *(v.value for v in layer.trainable_variables)])
    return [outputs, *gradients, *layer.get_weights()]


@pytest.mark.parametrize("shape", [(8, 5), (6, 3, 4, 5), (1, 1, 1, 2)])
@pytest.mark.parametrize("options", [{}, {"momentum": 0.9, "epsilon": 1e-5}])
def test_is_the_plain_layer_to_rounding(shape, options):
    inputs = tf.constant(np.random.default_rng(1).normal(3, 2, size=shape), tf.float32)
    fused, plain = layers(shape, **options)
    for one, other in zip(trained(fused, inputs), trained(plain, inputs), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(fused(inputs), plain(inputs), rtol=1e-5)


@pytest.mark.parametrize("options", [{"scale": False}, {"center": False}])
def test_without_scale_or_offset(options):
    inputs = tf.constant(np.random.default_rng(1).normal(size=(6, 3, 4, 5)), tf.float32)
    fused, plain = layers(inputs.shape, **options)
    for one, other in zip(trained(fused, inputs), trained(plain, inputs), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_frozen_it_does_not_change():
    inputs = tf.constant(np.random.default_rng(1).normal(size=(6, 3, 4, 5)), tf.float32)
    fused, plain = layers(inputs.shape)
    fused.trainable = plain.trainable = False
    before = fused.get_weights()
    assert np.array_equal(fused(inputs, training=True), plain(inputs, training=True))
    assert all(map(np.array_equal, before, fused.get_weights()))


def test_in_bfloat16_means_are_in_float32():
    inputs = tf.constant(np.random.default_rng(1).normal(100, 1, size=(64, 4, 4, 2)), tf.float32)
    fused = FusedBatchNormalization(dtype="mixed_bfloat16", momentum=0.0)
    outputs = fused(inputs, training=True)
    assert outputs.dtype == "bfloat16" and fused.moving_mean.dtype == "float32"
    rounded = tf.cast(tf.cast(inputs, tf.bfloat16), tf.float32)
    np.testing.assert_allclose(fused.moving_mean, np.mean(rounded, (0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(fused.moving_variance, np.var(rounded, (0, 1, 2)), rtol=1e-3)
