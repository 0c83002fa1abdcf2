"""The benchmarks' counts, and that each of them runs; how fast things are is no test."""

import io
from contextlib import nullcontext

import pytest
import tensorflow as tf
from keras import Sequential, layers

from benchmarks import (
    classifier_epochs,
    gpu,
    in_turns,
    layer_counts,
    roofline,
    scaling,
    training_steps,
)
from benchmarks.gan_tf_loop import gan_recipe
from benchmarks.layer_counts import LayerCount
from gan_tf.environment import hardware


def test_counts_of_layers_by_hand():
    network = Sequential(
        [
            layers.Input((8, 8, 2)),
            layers.Conv2D(5, 3, strides=2, padding="same"),
            layers.BatchNormalization(),
            layers.Conv2DTranspose(4, 5, strides=2, padding="same", use_bias=False),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    convolution, normalisation, transposed, dense = layer_counts.of_network(network)
    # Two for each multiply-add: kernel x channels in x channels out x positions.
    assert convolution.flop == 2 * 9 * 2 * 5 * 16 and transposed.flop == 2 * 25 * 5 * 4 * 16
    assert dense.flop == 2 * 256 * 10 and not normalisation.has_kernel
    assert (convolution.values, convolution.weights) == (128 + 80, 90 + 5)
    assert transposed.weights == 25 * 5 * 4 and dense.values == 266


def test_a_step_of_the_dcgan():
    # By hand: two for each multiply-add of both networks.
    generator = [100 * 12544, 49 * 25 * 256 * 128, 49 * 25 * 128 * 64, 196 * 25 * 64]
    discriminator = [196 * 25 * 64, 49 * 25 * 64 * 128, 6272]
    products = 3 * sum(generator) - generator[0] + 7 * sum(discriminator) - 2 * discriminator[0]
    assert layer_counts.step_flop(gan_recipe("dcgan")) == pytest.approx(2 * products, rel=0.01)


def test_the_longer_of_products_and_memory_counts():
    device = roofline.Device("", flops=1e6, bandwidth=1e3, value=2)
    heavy = LayerCount("heavy", flop=10**6, values=10, weights=50, has_kernel=True)
    light = LayerCount("light", flop=10**6, values=1000, weights=50, has_kernel=False)
    assert roofline.seconds(heavy, 3, 4, device) == pytest.approx(3 * 4)
    assert roofline.seconds(light, 3, 4, device) == pytest.approx(3 * (4 * 1000 + 50) * 2 / 1e3)


def test_table_of_layers():
    table = roofline.layer_table(gan_recipe("gavazzi"), list(roofline.PUBLISHED[:1]))
    header, rule, *rows = table.splitlines()
    assert "T4, float16 |" in header and set(rule) == set("| -") and len(rows) > 15
    assert len({line.count("|") for line in table.splitlines()}) == 1


def test_medians_in_turns():
    done = []
    ways = {name: lambda name=name: done.append(name) for name in "ab"}
    spent = in_turns.seconds(ways, rounds=3)
    assert done == list("abababab") and all(0 <= seconds < 1 for seconds in spent.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny-conditional", "tiny-semi-supervised"])
def test_both_loops_train(name, home):
    _, batch, plain, *ours = training_steps.row(name, rounds=1, images=320)
    assert int(batch) == gan_recipe(name).batch_size and plain.endswith("(1.00)") and ours


def test_the_table_of_a_gpu(capsys, monkeypatch):
    ways = []

    def loop(recipe, images, labels, precision="plain"):
        ways.append((recipe.name, precision, hardware.uses_xla()))
        return lambda: None

    monkeypatch.setattr(gpu, "plain_loop", loop)
    monkeypatch.setattr(gpu, "gan_tf_loop", loop)
    gpu.main(rounds=1, images=64, names=("gavazzi",))
    header, _, row = capsys.readouterr().out.splitlines()[1:]
    assert header.count("|") == row.count("|") == 7 and "mixed, XLA" in header
    kinds = [("plain", False)]
    kinds += [(name, xla) for name in ("float32", "mixed_bfloat16") for xla in (False, True)]
    assert ways == [("gavazzi", *kind) for kind in kinds]


def test_epochs_of_a_classifier(monkeypatch):
    nothing = nullcontext(lambda: None)
    monkeypatch.setattr(classifier_epochs, "two_at_once", lambda name, images: nothing)
    name, fit, *ours = classifier_epochs.row("softmax_regression", rounds=1, images=400)
    assert name == "`softmax_regression`" and fit.endswith("(1.00)") and len(ours) >= 2


def test_a_classifier_is_trained_whenever_it_is_told(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("train\ntrain\n"))
    classifier_epochs.main(["train", "softmax_regression", "400"])
    assert capsys.readouterr().out == "trained\ntrained\n"


def test_rounds_of_the_scaling(monkeypatch):
    rounds = []

    def loop(recipe, images, labels, precision):
        rounds.append((recipe.batch_size, len(images), len(labels)))
        return lambda: None

    monkeypatch.setattr(scaling, "gan_tf_loop", loop)
    monkeypatch.setattr(in_turns, "seconds", lambda ways, rounds: dict.fromkeys(ways, 2.0))
    *_, narrow, wide, widest = scaling.rows()
    assert rounds[:6] == [(batch, 1024, 1024) for batch in scaling.BATCHES]
    assert rounds[-6:] == [(batch, max(batch, 256), max(batch, 256)) for batch in scaling.BATCHES]
    assert narrow[0] == "×1" and narrow[2:] == ["512"] * 6
    assert widest[2:] == ["128", "128", "128", "128", "256", "512"]
    # Four times the filters are nearly sixteen times the products between them.
    assert 10 < float(widest[1]) / float(narrow[1]) < 16


def test_a_classifier_has_no_adversarial_step():
    with pytest.raises(ValueError, match="'lenet' is a classifier: name a GAN"):
        gan_recipe("lenet")


def test_matrix_products_have_the_precision_asked_for(monkeypatch):
    seen = []
    monkeypatch.setattr(tf, "matmul", lambda a, b: seen.append(a.dtype.name) or a)
    run, flop = roofline._matrix_product("bfloat16", size=8)
    run()
    assert set(seen) == {"bfloat16"} and flop == 21 * 2 * 8**3
