"""What rounding weights to whole numbers costs: little, and the same on every processor."""

import ctranslate2
import numpy as np
import pytest

from bayling.corpora import read_source
from bayling.engines import load_engine


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
    """Nats a token."""
    ids = tokenizer(text).input_ids
    ids = ids if ids[0] == tokenizer.bos_token_id else [tokenizer.eos_token_id, *ids]
    odds = np.array(held.forward_batch([ids], return_log_probs=True))[0]
    return -odds[np.arange(len(ids) - 1), ids[1:]].mean()
