"""How much of what an adapter learned is best kept? Nats a character of references, by language and strength.

    python benchmarks/strength.py runs/nano NTREX-128/ --languages de,zh-Hans,ga [--strengths 1,0.8,0.6] [--lines 10]

The folder has a file a language, line by line, as for `bayling matrix`; lines are taken evenly from it, the first one
not. The model is asked to translate each out of English, and into it, and its probability of the human translation is
what counts: fewer nats are better. Choose `tune.strength` by text that you then do not evaluate on.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import torch
from peft import PeftModel
from peft.helpers import rescale_adapter_scale

from bayling.conversation import Turn
from bayling.engines.tuned import find_model
from bayling.evaluate.lined import read_lined
from bayling.evaluate.translation import request
from bayling.models import Template, load_tokenizer, load_weights


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("model")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--languages", required=True)
    asked.add_argument("--strengths", default="1,0.9,0.8,0.7,0.6,0.5")
    asked.add_argument("--lines", type=int, default=10)
    options = asked.parse_args()
    found = find_model(options.model)
    if found.adapter is None:
        asked.error(f"{options.model} has no adapter")
    files = read_lined(options.folder)
    model = PeftModel.from_pretrained(load_weights(found.weights), found.adapter).eval()
    template = Template(load_tokenizer(found.tokenizer), found.template)
    strengths = [float(strength) for strength in options.strengths.split(",")]
    print("nats a character".ljust(18) + "".join(f"{strength:>16g}" for strength in strengths))
    means = []
    for language in options.languages.split(","):
        step = len(files) // options.lines
        pairs = list(zip(files.lines["en"], files.lines[language], strict=True))[step // 2 :: step]
        costs = []
        for strength in strengths:
            with rescale_adapter_scale(model, strength):
                out = fmean(cost(model, template, one, other, "en", language) for one, other in pairs)
                into = fmean(cost(model, template, other, one, language, "en") for one, other in pairs)
            costs.append((out, into))
        means.append(costs)
        print(language.ljust(18) + row(costs), flush=True)
    print("mean".ljust(18) + row([mean(costs) for costs in zip(*means, strict=True)]))


def mean(costs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return fmean(out for out, _ in costs), fmean(into for _, into in costs)


def row(costs: list[tuple[float, float]]) -> str:
    return "".join(f"{out:>9.3f}{into:>7.3f}" for out, into in costs)


@torch.inference_mode()
def cost(
    model: PeftModel, template: Template, text: str, translation: str, source: str, target: str
) -> float:
    ids, labels = template.encode([*request(text, source, target), Turn("assistant", translation)])
    learned = torch.tensor(labels[1:])
    logits = model(torch.tensor([ids])).logits[0, :-1][learned != -100]
    nats = torch.nn.functional.cross_entropy(logits.float(), learned[learned != -100], reduction="sum")
    return float(nats) / len(translation)


if __name__ == "__main__":
    main()
