"""What rounding weights to whole numbers costs: little, and the same on every processor."""

from types import SimpleNamespace

import ctranslate2
import numpy as np
import pytest
from ctranslate2.specs.model_spec import NumpyVariable

from bayling.corpora import read_source
from bayling.engines import load_engine
from bayling.engines.ctranslate2 import _round


@pytest.mark.parametrize("width", [1, 2, 7, 64])
def test_no_two_products_with_a_byte_exceed_16_bits(width):
    weights = np.random.default_rng(0).standard_t(2, (50, width)).astype(np.float32)
    weights[3] = 0
    layer = SimpleNamespace(weight=NumpyVariable(weights.copy()), weight_scale=None)
    _round(layer, "decoder/layer_0/weight", layer.weight)
    rounded, scale = layer.weight.numpy().astype(int), layer.weight_scale.numpy()
    for sign in (1, -1):
        products = 255 * np.pad(np.maximum(sign * rounded, 0), ((0, 0), (0, width % 2)))
        assert (products[:, ::2] + products[:, 1::2]).max() <= 2**15 - 1
    assert np.abs(rounded / scale[:, None] - weights).max() <= 0.5 / scale.min() + 1e-6
    largest = np.abs(np.delete(rounded, 3, axis=0)).max(axis=1)
    assert largest.min() >= 63  # no more is given away than a neighbour asks for


@pytest.mark.network
@pytest.mark.parametrize("model", ["smollm2-135m", "gemma3-270m"])
def test_sums_of_products_are_not_cut_off(model):
    """Text costs as much in int8 as in float32 over the same weights. Without VNNI, sums of larger ones are cut off."""
    engine = load_engine(model, "ctranslate2")
    exact = ctranslate2.Generator(str(engine.folder), compute_type="float32")
    texts = [pair.target for pair in read_source("udhr", ["zh-Hans"], ["en"])][:12]
    costs = [[cost(held, engine.tokenizer, text) for text in texts] for held in (engine.model, exact)]
    assert np.mean(costs[0]) == pytest.approx(np.mean(costs[1]), abs=0.15)


def cost(held, tokenizer, text):
    """Nats a token after the first."""
    ids = tokenizer(text).input_ids
    odds = np.array(held.forward_batch([ids], return_log_probs=True))[0]
    return -odds[np.arange(len(ids) - 1), ids[1:]].mean()
