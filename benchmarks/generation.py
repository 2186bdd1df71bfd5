"""Speed of translation on this machine: CTranslate2 in int8 against transformers' own generate in float32.

    BAYLING_DATA=… python benchmarks/generation.py --sentences 200 [--alone 40] [--json figures.json]

Needs NTREX-128 under `$BAYLING_DATA/eval/ntrex-128*`. Each model translates the same news sentences into German
by the same prompts with the same budgets, greedily, in batches of 32 and one by one: in CTranslate2, in transformers and,
where llama-cpp-python is installed (it has to be built), in llama.cpp, which answers one by one. What is slow, one by
one, can be measured on the first of the sentences alone. Translations are compared with the reference by chrF++.
"""

import argparse
import importlib.util
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sacrebleu.metrics import CHRF

from bayling.conversation import Turn
from bayling.engines import load_engine
from bayling.engines.engine import Options

MODELS = ("gemma3-270m", "smollm2-135m")
BATCH = 32
Prompts = Sequence[list[int]]
Way = Callable[[Prompts], list[list[int]]]
"""Answers as tokens."""
LIMIT = 96
"""New tokens of an answer, at most, in all three ways: what is measured is the engine, not the model's loops."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--sentences", type=int, default=200)
    asked.add_argument(
        "--alone", type=int, help="Sentences that are translated one by one; all if not given."
    )
    asked.add_argument("--models", default=",".join(MODELS))
    asked.add_argument("--json", type=Path)
    options = asked.parse_args()
    sources, references = texts(options.sentences)
    alone = options.alone or len(sources)
    print(f"{'model':14}{'engine':18}{'way':11}{'sentences':>10}{'a second':>10}{'chrF++':>8}{'int8 is':>9}")
    rows = []
    for model in options.models.split(","):
        for row in measure(model, sources, references, alone):
            print(
                f"{row['model']:14}{row['engine']:18}{row['way']:11}{row['sentences']:10}{row['rate']:10.3f}"
                f"{row['chrf']:8.2f}{row['times']:8.2f}x",
                flush=True,
            )
            rows.append(row)
    if options.json:
        about = {"cores": os.cpu_count(), "tokens": LIMIT, "rows": rows}
        options.json.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def texts(count: int) -> tuple[list[str], list[str]]:
    """News sentences and their German references."""
    root = Path(os.environ["BAYLING_DATA"])
    [source, *_] = sorted(root.glob("eval/ntrex-128*/NTREX-128/newstest2019-src.eng.txt"))
    files = (source, source.with_name("newstest2019-ref.deu.txt"))
    found = [file.read_text(encoding="utf-8").splitlines()[:count] for file in files]
    return found[0], found[1]


def measure(model: str, sources: list[str], references: list[str], alone: int) -> Iterator[dict[str, Any]]:
    """What each engine reaches each way, after a warm-up; `times` is how often as fast CTranslate2 is in the same way."""
    ours = load_engine(model, "ctranslate2")
    theirs = load_engine(model, "transformers")
    prompts = [
        ours.template.prompt_ids((Turn("user", f"Translate into German: {source}"),)) for source in sources
    ]

    def by(engine: Any, batch: int) -> Way:
        return lambda prompts: in_batches(engine, prompts, batch)

    ways = {
        ("CTranslate2 int8", "batches"): by(ours, BATCH),
        ("CTranslate2 int8", "one by one"): by(ours, 1),
        ("transformers", "batches"): by(theirs, BATCH),
        ("transformers", "one by one"): by(theirs, 1),
    }
    if importlib.util.find_spec("llama_cpp"):
        ways["llama.cpp q8_0", "one by one"] = by(load_engine(model, "llama.cpp"), 1)
    chrf = CHRF(word_order=2)
    first: dict[str, float] = {}
    for (engine, way), translate in ways.items():
        asked = prompts if way == "batches" else prompts[:alone]
        translate(asked[:1])
        started = time.perf_counter()
        answers = translate(asked)
        rate = len(asked) / (time.perf_counter() - started)
        texts = [ours.tokenizer.decode(ids, skip_special_tokens=True).strip() for ids in answers]
        score = chrf.corpus_score(texts, [references[: len(asked)]]).score
        times = first.setdefault(way, rate) / rate
        named = {"model": model, "engine": engine, "way": way, "sentences": len(asked)}
        yield named | {"rate": rate, "chrf": score, "times": times}


def in_batches(engine: Any, prompts: Prompts, batch: int) -> list[list[int]]:
    """Greedy answers, those of like length together, without a second try where one loops."""
    order = sorted(range(len(prompts)), key=lambda number: len(prompts[number]))
    answers: list[list[int]] = [[] for _ in prompts]
    for start in range(0, len(order), batch):
        numbers = order[start : start + batch]
        made = engine.generate_ids([prompts[number] for number in numbers], LIMIT, Options())
        for number, ids in zip(numbers, made, strict=True):
            answers[number] = ids
    return answers


if __name__ == "__main__":
    main()
