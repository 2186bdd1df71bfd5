"""Clean pairs in, conversations out: of a whole corpus, or of one bucket of a large one.

    leave out what is held out ─► test text ─► near duplicates ─► cap ─► group by message ─► split ─► mix

Each step takes all pairs and gives all pairs; every choice is drawn from a hash of what is chosen. So the
order in which pairs come changes nothing.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bayling.build.tally import Tally
from bayling.clean import Overlap, Rejected, bare, decontaminate, without_near_duplicates
from bayling.conversation import Conversation
from bayling.corpora import Pair, source_names
from bayling.corpora.formats import TextFile
from bayling.corpora.public import fetch_public, public_source, public_sources
from bayling.corpora.sources import source_corpora
from bayling.corpora.texts import read_texts, text_files
from bayling.errors import BaylingError, did_you_mean
from bayling.hashing import stable_hash
from bayling.instruct import Task, make_tasks
from bayling.instruct.exchange import exchange_turns
from bayling.instruct.general import as_pair, read_instructions
from bayling.instruct.mixing import Message, Shares, by_message, mix
from bayling.languages import tags
from bayling.progress import progress
from bayling.recipe import Recipe

DEV_SHARE = 0.02
"""Of the messages, those whose conversations are held out for the loss."""
DEV_LEAST, DEV_MOST = 20, 200
"""Conversations held out: one to a hundred that are tuned on, but so many."""


def check_caps(recipe: Recipe) -> None:
    """Raise unless each key of `build.caps` is a language or a corpus.

    Raises:
        BaylingError: one is neither, or a file of instructions is missing or cannot be fetched.
    """
    options, languages = recipe.build, (*recipe.languages, *recipe.pivots)
    corpora = {TextFile(file).name for file, _ in _instruction_files(recipe)}
    for source in options.sources:
        corpora |= source_corpora(source, recipe.languages, recipe.pivots)
    # A recipe may have the caps of its base and other sources, and instructions are in any language.
    known = {*languages, *corpora, *source_names(), *tags(), "und"}
    for name in options.caps:
        if name not in known:
            raise BaylingError(
                f"build.caps: no language or corpus {name!r} among {', '.join((*languages, *sorted(corpora)))}"
                f"{did_you_mean(name, sorted(known))}"
            )


@dataclass(frozen=True)
class KeptOut:
    """What must not be tuned on."""

    sources: frozenset[str]
    """Bare source texts of the held-out pairs."""
    tests: Overlap | None
    """Sentences of the files that the recipe names in `build.decontaminate`."""


def kept_out(held_out: Iterable[Pair], recipe: Recipe) -> KeptOut:
    """The sources of the held-out pairs and the test text that the recipe names.

    Raises:
        BaylingError: a file of test text is missing or damaged, or cannot be fetched.
    """
    files: list[Path] = []
    for name in recipe.build.decontaminate:
        public = name in public_sources()
        files += fetch_public(name, recipe.languages, recipe.pivots) if public else text_files(Path(name))
    tests = Overlap(text for file in files for _, text in read_texts(file)) if files else None
    return KeptOut(frozenset(bare(pair.source) for pair in held_out), tests)


@dataclass(frozen=True)
class Portion:
    """What became of the pairs."""

    pairs: list[Pair]
    """Those that are left to tune on."""
    tasks: dict[str, Task]
    train: list[Conversation]
    dev: list[Conversation]


@dataclass(frozen=True)
class Made:
    """What became of all sources."""

    tasks: dict[str, Task]
    """As they learned from the corpus, or from a part of it."""
    dev: list[Conversation]
    counted: Tally
    tuned: frozenset[int]
    """Numbers of the held-out pairs whose translations are tuned on."""
    shards: list[Path]
    """The files of conversations to tune on."""
    rejected: Sequence[Path] = ()
    """Files of rejected pairs, besides those that were counted by the caller's own."""
    scratch: Sequence[Path] = ()
    """What is of no more use."""


def tuned_on(held_out: Sequence[Pair], pairs: Iterable[Pair]) -> frozenset[int]:
    """Numbers of the held-out pairs whose translations stand in the pairs, for whatever source."""
    if not held_out:
        return frozenset()
    tuned = {(pair.target_lang, bare(pair.target)) for pair in pairs}
    return frozenset(
        number for number, pair in enumerate(held_out) if (pair.target_lang, bare(pair.target)) in tuned
    )


def leave_out(pairs: Iterable[Pair], outside: KeptOut, rejected: Rejected) -> list[Pair]:
    """The pairs without those that are held out or have test text."""
    kept = []
    for pair in pairs:
        if outside.sources and bare(pair.source) in outside.sources:
            rejected.append(("held_out", pair))
        else:
            kept.append(pair)
    return decontaminate(kept, outside.tests, rejected) if outside.tests else kept


def make_portion(
    pairs: Sequence[Pair],
    recipe: Recipe,
    outside: KeptOut,
    rejected: Rejected,
    number: int = 0,
    portions: int = 1,
    near: Container[Pair] | None = None,
) -> Portion:
    """Make the conversations of one of so many portions of the messages; the first one gives `dev`.

    All pairs of a source text are to be in one portion. Each makes its part of `build.conversations`. Near
    duplicates are looked for among the pairs, unless `near` has those of all portions.
    """
    options, seed = recipe.build, recipe.seed
    kept = leave_out(pairs, outside, rejected)
    if near is not None:
        rejected.extend(("near_duplicate", pair) for pair in kept if pair in near)
        kept = [pair for pair in kept if pair not in near]
    elif options.near_duplicates:
        with progress("finding near duplicates", len(kept)) as advance:
            kept = without_near_duplicates(kept, options.near_duplicates, rejected, advance)
    if options.pairs_per_language is not None:
        kept = _capped(kept, _part(options.pairs_per_language, number, portions), seed, rejected)
    tasks = make_tasks(options.mix, kept)
    shares = Shares(
        tasks=options.mix,
        temperature=options.temperature,
        into_pivot=options.into_pivot,
        min_words=options.min_words,
        max_reuse=options.max_reuse_per_target,
        reverse_share=options.reverse_share,
        caps={name: _part(most, number, portions) for name, most in options.caps.items()},
    )
    every = by_message(kept)
    train, dev = _split(every, seed) if number == 0 else (every, [])
    taught, spared = _split_general(_general(recipe, outside, rejected, number, portions), seed, number)
    made = mix(train, tasks, shares, _part(options.conversations, number, portions), seed, taught)
    held_out = min(max(DEV_LEAST, options.conversations // 100), DEV_MOST, len(dev))
    return Portion(
        kept,
        tasks,
        exchange_turns(made, seed) if options.exchange_turns else made,
        mix(dev, tasks, shares, held_out, seed, spared),
    )


def _general(
    recipe: Recipe, outside: KeptOut, rejected: Rejected, number: int, portions: int
) -> list[Conversation]:
    """A portion's part of the general instructions."""
    found: list[Conversation] = []
    for file, licence in _instruction_files(recipe):
        for each in read_instructions(file, licence, rejected, lambda key: int(key, 16) % portions == number):
            if outside.tests and any(turn.content in outside.tests for turn in each.messages):
                rejected.append(("test_text", as_pair(each)))
            else:
                found.append(each)
    return found


def _instruction_files(recipe: Recipe) -> Iterator[tuple[Path, str]]:
    """The files of `build.instructions`, each with its licence; fetches public ones."""
    for source in recipe.build.instructions:
        if isinstance(source, str):
            files, licence = (
                fetch_public(source, recipe.languages, recipe.pivots),
                public_source(source).licence,
            )
        else:
            files, licence = text_files(Path(source.path)), source.licence
        yield from ((file, licence) for file in files)


def _split_general(
    general: Sequence[Conversation], seed: int, number: int
) -> tuple[list[Conversation], list[Conversation]]:
    """General instructions to tune on; and of the first portion, others for the loss."""
    taught: list[Conversation] = []
    spared: list[Conversation] = []
    for each in general:
        drawn = number == 0 and stable_hash(seed, "dev", each.key) < DEV_SHARE * 2**64
        (spared if drawn and len(spared) < DEV_MOST else taught).append(each)
    return taught, spared


def _part(whole: int, number: int, portions: int) -> int:
    """The part of a portion; all parts sum to the whole."""
    return whole * (number + 1) // portions - whole * number // portions


def _capped(pairs: Sequence[Pair], most: int, seed: int, rejected: Rejected) -> list[Pair]:
    """At most so many pairs of each direction, whole messages first come by hash."""
    count: Counter[tuple[str, str]] = Counter()
    kept = []
    for pair in sorted(pairs, key=lambda pair: order(seed, pair)):
        count[pair.source_lang, pair.target_lang] += 1
        if count[pair.source_lang, pair.target_lang] > most:
            rejected.append(("over_cap", pair))
        else:
            kept.append(pair)
    return kept


def order(seed: int, pair: Pair) -> tuple[int | str, ...]:
    """A place that a hash of the message gives; pairs of one message stand together."""
    return (
        stable_hash(seed, pair.corpus, pair.id),
        pair.origin,
        pair.id,
        pair.source,
        pair.target_lang,
        pair.target,
    )


def _split(messages: Sequence[Message], seed: int) -> tuple[list[Message], list[Message]]:
    """Messages to tune on, and others for the loss; the same text is never on both sides."""
    order = {
        text: stable_hash(seed, "dev", text) for text in {bare(message[0].source) for message in messages}
    }
    chosen = sorted(order, key=lambda text: (order[text], text))[: min(DEV_MOST, int(len(order) * DEV_SHARE))]
    dev = set(chosen)
    train = [message for message in messages if bare(message[0].source) not in dev]
    return train, [message for message in messages if bare(message[0].source) in dev]
