from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from gan_tf.measures import metrics
from gan_tf.networks import discriminators
from gan_tf.studies import finetuning
from gan_tf.studies.finetuning import finetune


@pytest.fixture
def discriminator(monkeypatch):
    """The discriminator that a `dcgan` run would bring, and little to train on."""
    network = discriminators.dcgan()
    monkeypatch.setattr(
        finetuning.runs, "train", lambda *_, **__: SimpleNamespace(discriminator=network)
    )
    monkeypatch.setattr(finetuning.batches, "repeated", lambda arrays, count: arrays)
    return network


@pytest.fixture
def finetuned(discriminator, monkeypatch):
    """The convolutions of the network that `finetune` trained."""

    def convolutions(network):
        kept = []
        monkeypatch.setattr(metrics, "accuracy", lambda model, *_: kept.append(model) or 0.5)
        assert finetune(network, 320, 0, "smoke")["accuracy"] == 0.5
        return kept[0].layers[1].get_weights()[0], kept[0].layers[4].get_weights()[0]

    return convolutions


def convolutions_of(discriminator):
    return discriminator.layers[0].get_weights()[0], discriminator.layers[3].get_weights()[0]


def equal(some, others):
    return [np.array_equal(one, other) for one, other in zip(some, others, strict=True)]


def test_frozen_convolutions_do_not_move(discriminator, finetuned):
    assert equal(finetuned("fine-tuned"), convolutions_of(discriminator)) == [True, True]


def test_unfrozen_convolutions_start_there_and_move(discriminator, finetuned):
    moved = finetuned("unfrozen")
    assert equal(moved, convolutions_of(discriminator)) == [False, False]
    distances = [
        np.abs(ours - theirs).mean()
        for ours, theirs in zip(moved, convolutions_of(discriminator), strict=True)
    ]
    strangers = [
        np.abs(ours - theirs).mean()
        for ours, theirs in zip(
            finetuned("random convolutions"), convolutions_of(discriminator), strict=True
        )
    ]
    assert all(near < far / 2 for near, far in zip(distances, strangers, strict=True))


def test_controls_start_from_the_seed(discriminator, finetuned):
    random = finetuned("random convolutions")
    assert equal(random, convolutions_of(discriminator)) == [False, False]
    assert equal(finetuned("random convolutions"), random) == [True, True]
    assert equal(finetuned("from scratch"), random) == [False, False]


def test_learns(discriminator):
    few, many = (finetune("from scratch", labelled, 0, "smoke") for labelled in (100, 2000))
    assert 0.1 < few["accuracy"] < many["accuracy"] and many["seconds"] > 0


def test_cells():
    paper = finetuning.cells("paper")
    counts = Counter((cell["labelled"], cell["network"]) for cell in paper)
    assert len(counts) == 16
    assert all(seeds == (1 if labelled == 60_000 else 3) for (labelled, _), seeds in counts.items())
    small = Counter(cell["labelled"] for cell in finetuning.cells("smoke"))
    assert small == {100: 4, 512: 4}


@pytest.mark.parametrize(
    "network, labelled, complaint",
    [
        ("frozen", 100, "no network 'frozen'. Known: fine-tuned, random convolutions"),
        ("unfrozen", 0, "0 labelled images were asked for, but there are 60000"),
        ("unfrozen", 60_001, "60001 labelled images"),
    ],
)
def test_impossible_arguments(network, labelled, complaint):
    with pytest.raises(ValueError, match=complaint):
        finetune(network, labelled, 0, "smoke")
