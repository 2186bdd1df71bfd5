"""The build stage: parallel text in, conversations out.

    data/
      train-00000.parquet …   conversations to tune on
      preferences-00000.parquet …   those of them that mend a draft, for tuning by preference
      dev.parquet             conversations of other messages, for the loss
      test-pairs.parquet      held-out pairs to translate
      test.parquet            held-out interactive cases
      statistics.json         counts by task, language, source and licence, and of what was rejected and why
      statistics.html         the same as a page with plots
      rejected.tsv            the rejected pairs, where asked for
      teacher-rejected.jsonl  the rejected replies of a teacher, likewise
      README.md               the dataset card

    read ─► clean ─► leave out what is held out ─► group by message ─► split ─► mix ─► write ─► teach, where asked for

What is written is sorted by hash, so the order in which pairs come changes nothing, and the same recipe gives
the same bytes. `portion` has the steps from pairs to conversations, `plan` goes by buckets where there are more
pairs than memory holds. What a teacher answers is kept in `teacher.jsonl` beside `data/`.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bayling.build.buckets import make_in_buckets
from bayling.build.card import dataset_card
from bayling.build.page import statistics_page
from bayling.build.portion import Made, check_caps, kept_out, make_portion, order, tuned_on
from bayling.build.shards import shuffled, write_shards
from bayling.build.shortfalls import shortfalls
from bayling.build.tally import REJECTED, add_up, statistics, tally
from bayling.clean import Rejected, Thresholds, bare, clean, thresholds
from bayling.conversation import Conversation, read_conversations, write_conversations
from bayling.corpora import Pair, read_source
from bayling.corpora.pair import write_pairs
from bayling.errors import BaylingError
from bayling.files import digest, hashes, remove, replacing, sha256, write_json
from bayling.instruct import Task, task_class
from bayling.instruct.general import is_general
from bayling.instruct.mixing import Shares, by_message, mix
from bayling.instruct.teacher import Lesson, check_share
from bayling.languages import word_count
from bayling.preferences import count_preferences
from bayling.progress import progress
from bayling.recipe import Build, File, Recipe, Teacher
from bayling.recipe.paths import check_variables
from bayling.signature import signature

SENTENCE = 4
"""Words from which on a held-out pair is preferred."""


def build(recipe: Recipe, folder: Path, keep_rejected: bool = False) -> dict[str, Any]:
    """Make the data of a run, whole or not at all; gives counts.

    Raises:
        BaylingError: an option is wrong, a source cannot be read, or nothing is left of it; or a teacher's server
            is not there or refuses, or its cap is reached.
    """
    options, seed = recipe.build, recipe.seed
    check_variables(options)
    limits = thresholds({"length": options.max_characters, **options.limits}, "build.limits")
    for name in options.mix:  # a misspelt name is said before minutes of work
        if not is_general(name):
            task_class(name)
    for name in options.teacher.shares if options.teacher else ():
        check_share(name)
    if options.caps:
        check_caps(recipe)
    rejected, skipped = Rejected(), Counter[str]()
    pairs = None if options.by_buckets else _read(options.sources, recipe, limits, rejected, skipped)
    held_out = _read(options.held_out, recipe, limits, rejected, skipped)
    with replacing(folder) as partial:
        partial.mkdir()
        made = _make(recipe, limits, pairs, held_out, partial, rejected, skipped)
        made, lesson = _teach(made, options.teacher, seed, folder.parent / "teacher.jsonl")
        held_out = _apart(held_out, made.tuned, rejected)
        test = _test_cases(held_out, made.tasks, options, seed)
        test_pairs = _test_pairs(held_out, options, seed)
        counted = add_up([made.counted, tally((), (), rejected)])
        told = statistics(counted, {"dev": made.dev, "test": test}, test_pairs, skipped)
        told["preferences"] = count_preferences(partial)
        told |= {"teacher": lesson.told()} if lesson else {}
        write_conversations(shuffled(made.dev), partial / "dev.parquet")
        write_conversations(shuffled(test), partial / "test.parquet")
        write_pairs(test_pairs, partial / "test-pairs.parquet")
        write_json(partial / "statistics.json", told)
        if keep_rejected:
            rejected.write(partial / "rejected.tsv", made.rejected)
            if lesson:
                lesson.write_rejected(partial / "teacher-rejected.jsonl")
        name = signature(
            digest([sha256(shard) for shard in made.shards]),
            mix="+".join(f"{task}.{share:g}" for task, share in options.mix.items()),
            seed=seed,
        )
        (partial / "README.md").write_text(dataset_card(recipe, told, name), encoding="utf-8")
        page = statistics_page(recipe, told, name)
        (partial / "statistics.html").write_text(page, encoding="utf-8")
        for path in made.scratch:
            remove(path)
        files = hashes(partial)
    return {
        "conversations": told["conversations"],
        "preferences": sum(told["preferences"].values()),
        "test_cases": len(test),
        "test_pairs": len(test_pairs),
        "rejected": sum(sum(counts.values()) for counts in told["rejected"].values()),
        **({"taught": lesson.taught, "teacher_cost": told["teacher"]["cost"]} if lesson else {}),
        "signature": name,
        "lacking": list(shortfalls(recipe, told)),
        "files": files,
    }


def _make(
    recipe: Recipe,
    limits: Thresholds,
    pairs: Sequence[Pair] | None,
    held_out: Sequence[Pair],
    folder: Path,
    rejected: Rejected,
    skipped: Counter[str],
) -> Made:
    """Write the conversations to tune on: of the pairs, or else of all that is read bucket by bucket.

    Raises:
        BaylingError: there are none.
    """
    outside = kept_out(held_out, recipe)
    if pairs is None:
        made = make_in_buckets(recipe, limits, held_out, outside, folder, skipped)
    else:
        portion = make_portion(pairs, recipe, outside, rejected)
        made = Made(
            portion.tasks,
            portion.dev,
            tally(portion.train, portion.pairs, Rejected()),
            tuned_on(held_out, portion.pairs),
            write_shards(portion.train, folder),
        )
    if not made.counted["pairs"]:
        raise BaylingError("build.sources: no pair of the recipe's languages is left after cleaning")
    if not made.shards:
        raise BaylingError(
            "build.mix: no pair that is left suits a task; lower build.min_words or add sources"
        )
    return made


def _teach(made: Made, teacher: Teacher | None, seed: int, ledger: Path) -> tuple[Made, Lesson | None]:
    """Write each shard again, some of its conversations in the teacher's words; gives what is counted by then."""
    if teacher is None:
        return made, None
    counted = []
    with Lesson(teacher, seed, ledger) as lesson:
        for shard in made.shards:
            taught = lesson.teach(list(read_conversations(shard)))
            write_shards(taught, shard.parent, int(shard.stem.rpartition("-")[2]))
            counted.append(tally(taught, (), Rejected()))
    pairs = {
        name: made.counted[name] for name in made.counted if name == "pairs" or name.startswith(REJECTED)
    }
    return replace(made, counted=add_up([pairs, *counted])), lesson


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


def _apart(held_out: Sequence[Pair], tuned: frozenset[int], rejected: Rejected) -> list[Pair]:
    """The held-out pairs without those whose translations are tuned on, for whatever source."""
    rejected.extend(("tuned", pair) for number, pair in enumerate(held_out) if number in tuned)
    return [pair for number, pair in enumerate(held_out) if number not in tuned]


def _test_cases(
    held_out: Sequence[Pair], tasks: dict[str, Task], options: Build, seed: int
) -> list[Conversation]:
    """Cases of each interactive task, as many of one language as of another where there are enough."""
    messages = by_message(held_out)
    return [
        case
        for name in options.mix
        if name != "translation" and name in tasks
        for case in mix(messages, tasks, Shares({name: 1}, temperature=0), options.test_cases, seed)
    ]


def _test_pairs(held_out: Sequence[Pair], options: Build, seed: int) -> list[Pair]:
    """Pairs of each direction in an order that a hash gives: sentences before shorter texts, one corpus as
    often as another, no source twice."""
    found: dict[tuple[str, str], dict[str, Pair]] = defaultdict(dict)
    for pair in sorted(held_out, key=lambda pair: order(seed, pair)):
        found[pair.source_lang, pair.target_lang].setdefault(bare(pair.source), pair)
    chosen: list[Pair] = []
    for direction in sorted(found):
        rank: Counter[tuple[bool, str]] = Counter()
        ranked = []
        for pair in found[direction].values():
            short = word_count(pair.source, pair.source_lang) < SENTENCE
            rank[short, pair.corpus] += 1
            ranked.append((short, rank[short, pair.corpus], pair.corpus, pair))
        ranked.sort(key=lambda row: row[:3])
        chosen += [row[3] for row in ranked[: options.test_pairs]]
    return chosen
