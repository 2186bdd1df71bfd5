"""The build stage: parallel text in, conversations out.

    data/
      train-00000.parquet …   conversations to tune on
      dev.parquet             conversations of other messages, for the loss
      test-pairs.parquet      held-out pairs to translate
      test.parquet            held-out interactive cases
      statistics.json         counts by task, language, source and licence, and of what was rejected and why
      rejected.tsv            the rejected pairs, where asked for
      README.md               the dataset card

    read ─► clean ─► leave out what is held out ─► group by message ─► split ─► mix ─► write

Each step takes all pairs and gives all pairs; every choice is drawn from a hash of what is chosen, and what
is written is sorted by hash. So the order in which pairs come changes nothing, and the same recipe gives the
same bytes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from bayling.card import dataset_card
from bayling.clean import (
    Overlap,
    Rejected,
    Thresholds,
    bare,
    clean,
    decontaminate,
    without_near_duplicates,
)
from bayling.conversation import Conversation, write_conversations
from bayling.corpora import Pair, read_source
from bayling.corpora.texts import read_texts, text_files
from bayling.errors import BaylingError
from bayling.files import digest, replacing, sha256, write_json
from bayling.hashing import stable_hash
from bayling.instruct import Task, make_tasks, task_class
from bayling.instruct.mixing import Message, Shares, mix
from bayling.progress import progress
from bayling.recipe import Build, File, Recipe
from bayling.signature import signature

DEV_SHARE = 0.02
DEV_MOST = 200
SHARD = 100_000
"""Conversations of a file."""
SENTENCE = 4
"""Words from which on a held-out pair is preferred."""


def build(recipe: Recipe, folder: Path, keep_rejected: bool = False) -> dict[str, Any]:
    """Make the data of a run, whole or not at all; gives counts.

    Raises:
        BaylingError: an option is wrong, a source cannot be read, or nothing is left of it.
    """
    options, seed = recipe.build, recipe.seed
    limits = _limits(options)
    for name in options.mix:
        task_class(name)  # a misspelt task is said before minutes of work
    rejected, skipped = Rejected(), Counter[str]()
    pairs = _read(options.sources, recipe, limits, rejected, skipped)
    held_out = _read(options.held_out, recipe, limits, rejected, skipped)
    pairs, held_out = _apart(pairs, held_out, rejected)
    pairs = _without_overlap(pairs, options, rejected)
    if not pairs:
        raise BaylingError("build.sources: no pair of the recipe's languages is left after cleaning")
    pairs = _capped(pairs, options.pairs_per_language, seed, rejected)

    tasks = make_tasks(options.mix, pairs)
    shares = Shares(
        tasks=options.mix,
        temperature=options.temperature,
        into_pivot=options.into_pivot,
        min_words=options.min_words,
        max_reuse=options.max_reuse_per_target,
    )
    train_messages, dev_messages = _split(_messages(pairs), seed)
    train = mix(train_messages, tasks, shares, options.conversations, seed)
    if not train:
        raise BaylingError(
            "build.mix: no pair that is left suits a task; lower build.min_words or add sources"
        )
    dev = mix(dev_messages, tasks, shares, min(DEV_MOST, len(dev_messages)), seed)
    test = _test_cases(held_out, tasks, options, seed)
    test_pairs = _test_pairs(held_out, options, seed)
    statistics = _statistics({"train": train, "dev": dev, "test": test}, pairs, test_pairs, rejected, skipped)
    with replacing(folder) as partial:
        partial.mkdir()
        shards = _write_shards(train, partial)
        write_conversations(_shuffled(dev), partial / "dev.parquet")
        write_conversations(_shuffled(test), partial / "test.parquet")
        write_pairs(test_pairs, partial / "test-pairs.parquet")
        write_json(partial / "statistics.json", statistics)
        if keep_rejected:
            rejected.write(partial / "rejected.tsv")
        name = signature(
            digest([sha256(shard) for shard in shards]),
            mix="+".join(f"{task}.{share:g}" for task, share in options.mix.items()),
            seed=seed,
        )
        (partial / "README.md").write_text(dataset_card(recipe, statistics, name), encoding="utf-8")
    return {
        "conversations": len(train),
        "test_cases": len(test),
        "test_pairs": len(test_pairs),
        "rejected": len(rejected),
        "signature": name,
    }


def _limits(options: Build) -> Thresholds:
    known = [field.name for field in fields(Thresholds)]
    for name in options.limits:
        if name not in known:
            raise BaylingError(f"build.limits: no rule {name!r} among {', '.join(known)}")
    return Thresholds(**{"length": options.max_characters, **options.limits})


def _read(
    sources: Sequence[str | File],
    recipe: Recipe,
    limits: Thresholds,
    rejected: Rejected,
    skipped: Counter[str],
) -> list[Pair]:
    """The clean pairs of the sources."""
    readers = [read_source(each, recipe.languages, recipe.pivots, skipped) for each in sources]
    found = [pair for reader in readers for pair in reader]
    with progress("cleaning", len(found)) as advance:
        return clean(found, limits, rejected, advance)


def _apart(
    pairs: Sequence[Pair], held_out: Sequence[Pair], rejected: Rejected
) -> tuple[list[Pair], list[Pair]]:
    """The pairs without source texts that are held out; and the held-out ones without translations that stand
    in the others, for whatever source."""
    known = {bare(pair.source) for pair in held_out}
    kept = [pair for pair in pairs if bare(pair.source) not in known]
    tuned = {(pair.target_lang, bare(pair.target)) for pair in kept}
    fresh = [pair for pair in held_out if (pair.target_lang, bare(pair.target)) not in tuned]
    rejected.extend(("held_out", pair) for pair in pairs if bare(pair.source) in known)
    rejected.extend(("tuned", pair) for pair in held_out if (pair.target_lang, bare(pair.target)) in tuned)
    return kept, fresh


def _without_overlap(pairs: list[Pair], options: Build, rejected: Rejected) -> list[Pair]:
    """The pairs without test text and without near duplicates, as far as the recipe asks for it."""
    if options.decontaminate:
        files = [file for path in options.decontaminate for file in text_files(Path(path))]
        pairs = decontaminate(
            pairs, Overlap(text for file in files for _, text in read_texts(file)), rejected
        )
    if options.near_duplicates:
        with progress("finding near duplicates", len(pairs)) as advance:
            pairs = without_near_duplicates(pairs, options.near_duplicates, rejected, advance)
    return pairs


def _capped(pairs: Sequence[Pair], most: int | None, seed: int, rejected: Rejected) -> list[Pair]:
    """At most so many pairs of each direction, whole messages first come by hash."""
    if most is None:
        return list(pairs)
    count: Counter[tuple[str, str]] = Counter()
    kept = []
    for pair in sorted(pairs, key=lambda pair: _order(seed, pair)):
        count[pair.source_lang, pair.target_lang] += 1
        if count[pair.source_lang, pair.target_lang] > most:
            rejected.append(("over_cap", pair))
        else:
            kept.append(pair)
    return kept


def _order(seed: int, pair: Pair) -> tuple[int | str, ...]:
    """A place that a hash of the message gives; pairs of one message stand together."""
    return (
        stable_hash(seed, pair.corpus, pair.id),
        pair.origin,
        pair.id,
        pair.source,
        pair.target_lang,
        pair.target,
    )


def _messages(pairs: Iterable[Pair]) -> list[Message]:
    """Pairs by message: the same text in one pivot, in further languages."""
    found: dict[tuple[str, str, str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        found[pair.corpus, pair.origin, pair.id, pair.source_lang].append(pair)
    return list(found.values())


def _split(messages: Sequence[Message], seed: int) -> tuple[list[Message], list[Message]]:
    """Messages to tune on, and others for the loss; the same text is never on both sides."""
    order = {
        text: stable_hash(seed, "dev", text) for text in {bare(message[0].source) for message in messages}
    }
    chosen = sorted(order, key=lambda text: (order[text], text))[: min(DEV_MOST, int(len(order) * DEV_SHARE))]
    dev = set(chosen)
    train = [message for message in messages if bare(message[0].source) not in dev]
    return train, [message for message in messages if bare(message[0].source) in dev]


def _test_cases(
    held_out: Sequence[Pair], tasks: dict[str, Task], options: Build, seed: int
) -> list[Conversation]:
    """Cases of each interactive task, as many of one language as of another where there are enough."""
    messages = _messages(held_out)
    return [
        case
        for name in options.mix
        if name != "translation"
        for case in mix(messages, tasks, Shares({name: 1}, temperature=0), options.test_cases, seed)
    ]


def _test_pairs(held_out: Sequence[Pair], options: Build, seed: int) -> list[Pair]:
    """Pairs of each direction in an order that a hash gives: sentences before shorter texts, one corpus as
    often as another, no source twice."""
    found: dict[tuple[str, str], dict[str, Pair]] = defaultdict(dict)
    for pair in sorted(held_out, key=lambda pair: _order(seed, pair)):
        found[pair.source_lang, pair.target_lang].setdefault(bare(pair.source), pair)
    chosen: list[Pair] = []
    for direction in sorted(found):
        rank: Counter[tuple[bool, str]] = Counter()
        ranked = []
        for pair in found[direction].values():
            short = len(pair.source.split()) < SENTENCE
            rank[short, pair.corpus] += 1
            ranked.append((short, rank[short, pair.corpus], pair.corpus, pair))
        ranked.sort(key=lambda row: row[:3])
        chosen += [row[3] for row in ranked[: options.test_pairs]]
    return chosen


def _shuffled(conversations: Iterable[Conversation]) -> list[Conversation]:
    """In an order that a hash of each gives, whatever the order they come in."""
    keyed = sorted(
        (conversation.key, number, conversation) for number, conversation in enumerate(conversations)
    )
    return [
        conversation for _, _, conversation in sorted(keyed, key=lambda row: stable_hash("order", row[0]))
    ]


def _write_shards(conversations: Sequence[Conversation], folder: Path) -> list[Path]:
    ordered = _shuffled(conversations)
    paths = []
    for start in range(0, len(ordered), SHARD):
        paths.append(folder / f"train-{start // SHARD:05d}.parquet")
        write_conversations(ordered[start : start + SHARD], paths[-1])
    return paths


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
    splits: dict[str, list[Conversation]],
    pairs: Sequence[Pair],
    test_pairs: Sequence[Pair],
    rejected: Rejected,
    skipped: Counter[str],
) -> dict[str, Any]:
    def counts(values: Iterable[str]) -> dict[str, int]:
        return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))

    train = splits["train"]
    return {
        "conversations": len(train),
        "turns": sum(len(conversation.messages) for conversation in train),
        "splits": {name: len(found) for name, found in splits.items()},
        "by_task": counts(conversation.task for conversation in train),
        "by_direction": counts(f"{each.source_lang}-{each.target_lang}" for each in train),
        "by_request_language": counts(conversation.request_lang for conversation in train),
        "by_corpus": counts(corpus for conversation in train for corpus in conversation.corpora),
        "by_licence": counts(licence for conversation in train for licence in conversation.licences),
        "pairs": counts(pair.target_lang for pair in pairs),
        "test_cases": counts(conversation.task for conversation in splits["test"]),
        "test_pairs": counts(pair.target_lang for pair in test_pairs),
        "rejected": rejected.counts(),
        "skipped": dict(sorted(skipped.items())),
    }
