"""What whole numbers for weights cost: nats a token of human text, in int8 as the engine has them, and otherwise.

python benchmarks/rounding.py --models gemma3-270m smollm2-135m --languages zh-Hans de ta

Weights are rounded as converters do it, row by row to numbers up to 127, whose sums are cut off where a processor has no
VNNI; so that two neighbours of one sign come to 127 at most; and so after the last norm has been evened out with the output
layer, as the engine has them. The last column is the model as it is, in float32.
"""

import argparse
import tempfile
from pathlib import Path
from unittest.mock import patch

import ctranslate2
import numpy as np

import bayling.engines.ctranslate2 as engine
from bayling.corpora import read_source
from bayling.engines.transformers import TransformersEngine
from bayling.engines.tuned import find_model


def largest(rows):
    """The largest weight of each row."""
    return np.maximum(np.abs(rows).max(axis=1), 1e-30)


UNEVEN = {"_smooth": lambda decoder, largest: None}
WAYS = {
    "up to 127": UNEVEN | {"_most": largest},
    "pairs": UNEVEN,
    "pairs, evened out": {"_smooth": engine._smooth},
}


def nats(model, rows):
    """Nats a token after the first."""
    costs = []
    for ids in rows:
        odds = np.array(model.forward_batch([ids], return_log_probs=True))[0]
        costs.extend(-odds[np.arange(len(ids) - 1), ids[1:]])
    return np.mean(costs)


def converted(tuned, changes, folder):
    """The model in int8, made with other functions."""
    with patch.multiple(engine, **changes):
        engine.convert(tuned, folder)
    return ctranslate2.Generator(str(folder), compute_type=engine.COMPUTE_TYPE)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["gemma3-270m", "smollm2-135m"])
    parser.add_argument("--languages", nargs="+", default=["zh-Hans", "de", "ta", "hi"])
    parser.add_argument("--texts", type=int, default=30, help="paragraphs of the declaration of human rights")
    options = parser.parse_args()
    print(f"| model | language | {' | '.join(WAYS)} | float32 |\n|---|---|{'---:|' * (len(WAYS) + 1)}")
    for name in options.models:
        tuned = find_model(name)
        exact = TransformersEngine(tuned)
        with tempfile.TemporaryDirectory() as scratch:
            models = [converted(tuned, changes, Path(scratch) / way) for way, changes in WAYS.items()]
            for tag in options.languages:
                texts = [pair.target for pair in read_source("udhr", [tag], ["en"])][: options.texts]
                rows = [exact.tokenizer(text).input_ids for text in texts]
                costs = [nats(model, rows) for model in models]
                tokens = sum(len(ids) - 1 for ids in rows)
                costs.append(-sum(exact.weigh_ids(rows, [1] * len(rows))) / tokens)
                print(f"| {name} | {tag} | {' | '.join(f'{cost:.3f}' for cost in costs)} |", flush=True)


if __name__ == "__main__":
    main()
