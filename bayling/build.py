"""The build stage: parallel text in, conversations out.

    data/
      train-00000.parquet …   conversations to tune on
      dev.parquet             conversations of other messages, for the loss
      test-pairs.parquet      held-out pairs to translate
      test.parquet            held-out interactive cases
      statistics.json         counts by task, language, source and licence, and of what was rejected and why
      README.md               the dataset card

Sources are read, cleaned and grouped by message; messages are taken in an order that a hash gives, and each
goes to the task and language that are furthest behind their shares. So the same recipe gives the same bytes.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from random import Random
from typing import Any

from bayling.clean import Thresholds, check_pair, normalise
from bayling.conversation import Conversation, write_conversations
from bayling.corpora import Pair, read_source
from bayling.errors import BaylingError
from bayling.files import replacing, sha256, write_json
from bayling.instruct import Task, make_tasks
from bayling.progress import progress
from bayling.recipe import Build, File, Recipe
from bayling.signature import signature

DEV_SHARE = 0.02
DEV_MOST = 200
TEMPERATURE = 0.5
"""Languages get shares of their pairs to this power: a poor one more than its pairs, a rich one less."""
SLACK = 50
"""Conversations that a task may be ahead of its share by."""
Message = list[Pair]
"""The pairs of one message: the same source, a target a language."""


def build(recipe: Recipe, folder: Path, keep_rejected: bool = False) -> dict[str, Any]:
    """Make the data of a run, whole or not at all; gives counts.

    Raises:
        BaylingError: a source cannot be read, or nothing is left of it.
    """
    options = recipe.build
    rejected: list[tuple[str, Pair]] = []
    held_out = _read(options.held_out, recipe, rejected)
    known = {_same(pair.source) for pair in held_out}
    pairs = []
    for pair in _read(options.sources, recipe, rejected):
        if _same(pair.source) in known:
            rejected.append(("held_out", pair))
        else:
            pairs.append(pair)
    if not pairs:
        raise BaylingError("build.sources: no pair of the recipe's languages is left after cleaning")
    messages = _messages(pairs, recipe.seed)
    cut = min(DEV_MOST, int(len(messages) * DEV_SHARE))
    tasks = make_tasks(options.mix, pairs)
    train = _draw(messages[cut:], tasks, options, recipe.seed)
    dev = (
        _draw(messages[:cut], tasks, options.model_copy(update={"conversations": cut or 1}), recipe.seed)
        if cut
        else []
    )
    test = _test_cases(held_out, tasks, options, recipe.seed)
    test_pairs = _test_pairs(held_out, options, recipe.seed)
    statistics = _statistics(train, test, test_pairs, rejected)
    with replacing(folder) as partial:
        partial.mkdir()
        write_conversations(train, partial / "train-00000.parquet")
        write_conversations(dev, partial / "dev.parquet")
        write_conversations(test, partial / "test.parquet")
        write_pairs(test_pairs, partial / "test-pairs.parquet")
        write_json(partial / "statistics.json", statistics)
        if keep_rejected:
            _write_rejected(rejected, partial / "rejected.tsv")
        name = signature(
            sha256(partial / "train-00000.parquet"),
            mix="+".join(f"{task}.{share:g}" for task, share in options.mix.items()),
            seed=recipe.seed,
        )
        (partial / "README.md").write_text(_card(recipe, statistics, name), encoding="utf-8")
    return {
        "conversations": len(train),
        "test_cases": len(test),
        "test_pairs": len(test_pairs),
        "rejected": len(rejected),
        "signature": name,
    }


def _read(sources: Sequence[str | File], recipe: Recipe, rejected: list[tuple[str, Pair]]) -> list[Pair]:
    """The sources' pairs, normalised, without what the rules reject and without repetitions."""
    kept: list[Pair] = []
    seen: set[tuple[str, str, str]] = set()
    limits = Thresholds(length=recipe.build.max_characters)
    for source in sources:
        found = list(read_source(source, recipe.languages, recipe.pivots))
        name = Path(source.path).name if isinstance(source, File) else source
        with progress(f"cleaning {name}", len(found)) as advance:
            for pair in found:
                pair = replace(pair, source=normalise(pair.source), target=normalise(pair.target))
                content = (pair.target_lang, pair.source, pair.target)
                reason = "repeated" if content in seen else check_pair(pair, limits)
                if reason:
                    rejected.append((reason, pair))
                else:
                    kept.append(pair)
                    seen.add(content)
                advance()
    return kept


def _messages(pairs: Iterable[Pair], seed: int) -> list[Message]:
    """Pairs by their source text, in an order that a hash gives; a message has one target a language."""
    found: dict[tuple[str, str], dict[str, Pair]] = defaultdict(dict)
    for pair in pairs:
        found[pair.source_lang, pair.source].setdefault(pair.target_lang, pair)
    order = sorted(found, key=lambda key: (_hash(seed, *key), key))
    return [list(found[key].values()) for key in order]


def _draw(
    messages: Sequence[Message], tasks: dict[str, Task], options: Build, seed: int
) -> list[Conversation]:
    """Conversations in the mix's shares of tasks, and within a task in shares of languages, both directions."""
    supply = Counter(pair.target_lang for message in messages for pair in message)
    wish = {tag: count**TEMPERATURE for tag, count in supply.items()}
    wanted = {name: share / sum(options.mix.values()) for name, share in options.mix.items()}
    by_task: Counter[str] = Counter()
    by_language = {name: Counter[str]() for name in tasks}
    backwards: Counter[str] = Counter()
    made: list[Conversation] = []
    with progress("making conversations", options.conversations) as advance:
        for message in messages:
            rng = Random(_hash(seed, "make", message[0].source))
            for name in sorted(tasks, key=lambda name: by_task[name] / wanted[name]):
                if by_task[name] > wanted[name] * (len(made) + SLACK):
                    break  # a message that suits only what there is enough of is left
                done = by_language[name]
                if name == "translation" and len(message[0].source.split()) < options.min_words:
                    continue
                ordered = sorted(message, key=lambda pair: done[pair.target_lang] / wish[pair.target_lang])
                tag = ordered[0].target_lang
                if name == "translation" and backwards[tag] < options.into_pivot * (done[tag] + 1):
                    ordered = [ordered[0].reversed()]
                conversation = tasks[name].make(ordered, rng)
                if conversation:
                    made.append(conversation)
                    by_task[name] += 1
                    done[tag] += 1
                    backwards[tag] += ordered[0].source_lang == tag
                    advance()
                    break
            if len(made) >= options.conversations:
                break
    return made


def _test_cases(
    held_out: Sequence[Pair], tasks: dict[str, Task], options: Build, seed: int
) -> list[Conversation]:
    """Cases of each interactive task, as many of one language as of another where there are enough."""
    cases: list[Conversation] = []
    messages = _messages(held_out, seed)
    for name, task in tasks.items():
        if name == "translation":
            continue
        done: Counter[str] = Counter()
        for message in messages:
            rng = Random(_hash(seed, "test", name, message[0].source))
            ordered = sorted(message, key=lambda pair: done[pair.target_lang])
            conversation = task.make(ordered, rng)
            if conversation:
                done[conversation.target_lang] += 1
                cases.append(conversation)
            if done.total() >= options.test_cases:
                break
    return cases


def _test_pairs(held_out: Sequence[Pair], options: Build, seed: int) -> list[Pair]:
    """Pairs of each language in an order that a hash gives, sentences before shorter texts."""
    found: dict[str, list[Pair]] = defaultdict(list)
    for message in _messages(held_out, seed):
        for pair in message:
            found[pair.target_lang].append(pair)
    return [
        pair
        for tag in sorted(found)
        for pair in sorted(found[tag], key=lambda pair: len(pair.source.split()) < 4)[: options.test_pairs]
    ]


def write_pairs(pairs: Sequence[Pair], path: Path) -> None:
    """Write pairs to a Parquet file, a column each field."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = pa.schema([(name, pa.string()) for name in Pair.__slots__])
    with replacing(path) as partial:
        pq.write_table(
            pa.Table.from_pylist([asdict(pair) for pair in pairs], columns), partial, compression="zstd"
        )


def read_pairs(path: Path) -> Iterator[Pair]:
    """Read what `write_pairs` wrote.

    Raises:
        BaylingError: it is missing or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(path).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise BaylingError(f"{path}: not a readable Parquet file ({error})") from error
    for row in rows:
        yield Pair(**row)


def _statistics(
    train: Sequence[Conversation],
    test: Sequence[Conversation],
    test_pairs: Sequence[Pair],
    rejected: Sequence[tuple[str, Pair]],
) -> dict[str, Any]:
    def counts(values: Iterable[str]) -> dict[str, int]:
        return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))

    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for reason, pair in rejected:
        reasons[reason][pair.target_lang] += 1
    return {
        "conversations": len(train),
        "turns": sum(len(conversation.messages) for conversation in train),
        "by_task": counts(conversation.task for conversation in train),
        "by_direction": counts(f"{each.source_lang}-{each.target_lang}" for each in train),
        "by_request_language": counts(conversation.request_lang for conversation in train),
        "by_corpus": counts(corpus for conversation in train for corpus in conversation.corpora),
        "by_licence": counts(licence for conversation in train for licence in conversation.licences),
        "test_cases": counts(conversation.task for conversation in test),
        "test_pairs": counts(pair.target_lang for pair in test_pairs),
        "rejected": {reason: dict(sorted(reasons[reason].items())) for reason in sorted(reasons)},
    }


def _write_rejected(rejected: Sequence[tuple[str, Pair]], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("reason\tcorpus\tid\tlanguage\tsource\ttarget\n")
        for reason, pair in rejected:
            cells = (reason, pair.corpus, pair.id, pair.target_lang, pair.source, pair.target)
            file.write("\t".join(cell.replace("\t", " ").replace("\n", "\\n") for cell in cells) + "\n")


def _card(recipe: Recipe, statistics: dict[str, Any], name: str) -> str:
    """A Hugging Face dataset card (huggingface.co/docs/hub/datasets-cards)."""
    import yaml

    header = {
        "language": [*recipe.pivots, *recipe.languages],
        "task_categories": ["translation", "text-generation"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": "train", "path": "train-*.parquet"},
                    {"split": "dev", "path": "dev.parquet"},
                    {"split": "test", "path": "test.parquet"},
                ],
            }
        ],
    }

    def table(title: str, counts: dict[str, int]) -> str:
        rows = "".join(f"| {key} | {count:,} |\n" for key, count in counts.items())
        return f"| {title} | conversations |\n|---|---:|\n{rows}\n"

    tables = "".join(
        table(key[3:].replace("_", " "), statistics[key]) for key in statistics if key.startswith("by_")
    )
    return (
        f"---\n{yaml.safe_dump(header, sort_keys=False)}---\n# {recipe.name}\n\n"
        f"{statistics['conversations']:,} conversations made out of parallel text by interactive translation. "
        "Every last answer is human text; drafts with a flaw have weight 0 and are not to be learned.\n\n"
        f"    {name}\n\n{tables}"
        f"Rejected pairs, by reason and language:\n\n    {json.dumps(statistics['rejected'])}\n"
    )


def _same(text: str) -> str:
    """What two sources are compared by: letters and digits, case folded."""
    return "".join(filter(str.isalnum, text.casefold()))


def _hash(*parts: object) -> int:
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
