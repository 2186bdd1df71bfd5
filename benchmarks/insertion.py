"""What becomes of a term that a model was asked for and left out: asked again, and put in.

    python benchmarks/insertion.py nano

Asks the published items of terminology and persistence. Of those whose answer lacks the term: how many have it, and how
near they are to people's answers (chrF++), as first answered, as asked again in the same words, and with the term put in
where the model would most readily say it (`Engine.branch`).
"""

import argparse
import time
from statistics import mean

from sacrebleu.metrics import CHRF

from bayling.conversation import Turn
from bayling.engines.chosen import open_engine
from bayling.evaluate.published import make_published
from bayling.instruct.words import contains_form
from bayling.translate.insertion import Insertion

ITEMS = "interface-4"
TASKS = ("terminology", "persistence")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", default="nano")
    engine = open_engine(parser.parse_args().model)
    chrf = CHRF(word_order=2)
    items = [item for item in make_published(ITEMS) if item.task in TASKS]
    asked = [item.prompt for item in items]
    failed = [
        (item, turns, answer)
        for item, turns, answer in zip(items, asked, engine.generate(asked), strict=True)
        if not contains_form(answer, item.facts["term"], item.target_lang)
    ]
    made = {"first answer": [answer for _, _, answer in failed]}
    seconds = {"first answer": 0.0}
    started = time.perf_counter()
    made["asked again"] = engine.generate(
        [[*turns, Turn("assistant", answer), turns[-1]] for _, turns, answer in failed]
    )
    seconds["asked again"] = time.perf_counter() - started
    started = time.perf_counter()
    made["put in"] = [
        next(
            iter(engine.branch(turns, answer, list(Insertion(answer, item.facts["term"]).beginnings()))),
            answer,
        )
        for item, turns, answer in failed
    ]
    seconds["put in"] = time.perf_counter() - started
    print(f"{engine.name}: {len(items)} asked, {len(failed)} lack the term")
    print(f"{'':14}{'has it':>8}{'chrF++':>8}{'s each':>8}")
    for way, texts in made.items():
        told = list(zip(failed, texts, strict=True))
        have = mean(contains_form(text, item.facts["term"], item.target_lang) for (item, _, _), text in told)
        near = mean(chrf.sentence_score(text, [item.answer]).score for (item, _, _), text in told)
        print(f"{way:14}{have:8.0%}{near:8.1f}{seconds[way] / len(failed):8.1f}")


if __name__ == "__main__":
    main()
