"""The first token of a chat's next turn: all turns read anew, beside what is kept of those before.

    python benchmarks/prefix_cache.py runs/quickstart

CTranslate2's `static_prompt` keeps the state after a prefix for as long as the model is loaded, and drops none. The
prefix of the next turn, which ends with the answer, is never the one that was kept: somebody has to have it read before.
Prints tokens, seconds to the first token (the best of five), and the memory that one kept prefix takes. Where
llama-cpp-python is installed, the same of the engine on llama.cpp, which does keep what it read of a session: seconds to
the first piece of text after turns that it has not seen, and after those that it answered (the best of three).
"""

import argparse
import importlib.util
import time

import psutil

from bayling.conversation import Turn
from bayling.engines import load_engine
from bayling.engines.ctranslate2 import CTranslate2Engine
from bayling.engines.engine import Options
from bayling.engines.tuned import find_model

SOURCE = "The battery of the sensor is low. Please replace it within 14 days. "
LENGTHS = (1, 4, 16)
ANSWER = "Die Batterie des Sensors ist niedrig. Bitte ersetze sie innerhalb von 14 Tagen. "


def first_token(engine, tokens, **prefix):
    """Seconds, and the token."""
    started = time.perf_counter()
    (result,) = engine.model.generate_batch(
        [tokens],
        max_length=1,
        sampling_topk=1,
        include_prompt_in_result=False,
        end_token=engine.end_ids(Options()),
        **prefix,
    )
    return time.perf_counter() - started, result.sequences_ids[0]


def turns(times, mark=""):
    """A text, its translation and a request; where it is marked, another text from its first word on."""
    begun = [
        Turn("user", f"{mark}Translate into German: {SOURCE * times}"),
        Turn("assistant", ANSWER * times),
    ]
    return begun, [*begun, Turn("user", "Translate “sensor” as “Fühler”.")]


def first_piece(engine, conversation):
    """Seconds."""
    started = time.perf_counter()
    next(iter(engine.stream(conversation)), "")
    return time.perf_counter() - started


def kept_by_llama(model):
    """Print what the engine on llama.cpp takes to begin the next turn."""
    engine = load_engine(model, "llama.cpp")
    print(engine.name)
    first_piece(engine, turns(1)[1])
    for times in LENGTHS:
        anew, kept = [], []
        for number in range(3):
            begun, asked = turns(times, f"{times}.{number}. ")
            anew.append(first_piece(engine, turns(times, f"{number}:{times}: ")[1]))
            first_piece(engine, begun[:1])
            kept.append(first_piece(engine, asked))
        count = len(engine.template.prompt_ids(asked))
        print(f"{count} tokens: {min(anew):.3f} s anew, {min(kept):.3f} s after the turn before")


def main():
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("model")
    model = options.parse_args().model
    engine = CTranslate2Engine(find_model(model))
    process = psutil.Process()
    print(f"{engine.name}, {psutil.cpu_count()} cores")
    for times in LENGTHS:
        begun, asked = turns(times)
        ids = engine.template.prompt_ids(asked)
        prefix = len(engine.template.encode(begun)[0]) - 1
        tokens = engine.tokenizer.convert_ids_to_tokens(ids)
        anew = min(first_token(engine, tokens) for _ in range(5))
        before = process.memory_info().rss
        kept = {"static_prompt": tokens[:prefix], "cache_static_prompt": True}
        first_token(engine, tokens[prefix:], **kept)
        memory = (process.memory_info().rss - before) / 2**20
        cached = min(first_token(engine, tokens[prefix:], **kept) for _ in range(5))
        same = "same token" if anew[1] == cached[1] else "another token"
        print(
            f"{len(ids)} tokens: {anew[0]:.3f} s anew, {cached[0]:.3f} s with {prefix} of them kept "
            f"({memory:.0f} MiB), {same}"
        )
    if importlib.util.find_spec("llama_cpp"):
        kept_by_llama(model)


if __name__ == "__main__":
    main()
