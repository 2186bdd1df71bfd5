"""Cleaning a corpus: normalise, reject by rules, keep the first of what is repeated, count all that goes."""

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from pathlib import Path

from bayling.clean.normalise import bare, normalise_pair
from bayling.clean.rules import Thresholds, check_pair
from bayling.corpora.pair import Pair

MOST_SOURCES = 8
"""A target of more sources of one corpus translates few of them: misaligned text, or a fuzzy match."""

_content = attrgetter("corpus", "target_lang", "target")


class Rejected(list[tuple[str, Pair]]):
    """Pairs that were left out, each with the reason."""

    def counts(self) -> dict[str, dict[str, int]]:
        """How many, by reason and language."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for reason, pair in self:
            found[reason][pair.target_lang] += 1
        return {reason: dict(sorted(found[reason].items())) for reason in sorted(found)}

    def write(self, path: Path, more: Sequence[Path] = ()) -> None:
        """Write them as TSV, with line feeds as `\\n`, and after them the rows of files written so before."""
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write("reason\tcorpus\tid\tlanguage\tsource\ttarget\n")
            for reason, pair in self:
                cells = (reason, pair.corpus, pair.id, pair.target_lang, pair.source, pair.target)
                file.write(
                    "\t".join(" ".join(cell.split("\t")).replace("\n", "\\n") for cell in cells) + "\n"
                )
            for each in more:
                with each.open(encoding="utf-8", newline="\n") as rows:
                    next(rows)
                    shutil.copyfileobj(rows, file)


def clean(
    pairs: Iterable[Pair],
    limits: Thresholds,
    rejected: Rejected,
    advance: Callable[[], None] = lambda: None,
) -> list[Pair]:
    """The pairs that are fit to learn from. Of equal ones the smallest id is kept, in whatever order they come."""
    return settle(map(normalise_pair, pairs), lambda pair: check_pair(pair, limits), rejected, advance)


def settle(
    pairs: Iterable[Pair],
    judge: Callable[[Pair], str | None],
    rejected: Rejected,
    advance: Callable[[], None] = lambda: None,
) -> list[Pair]:
    """What `clean` makes of normalised pairs; `judge` gives the reason against a pair, or None."""
    kept: list[Pair] = []
    seen: set[tuple[str, str, str, str]] = set()
    for pair in sorted(pairs, key=place):
        content = (pair.source_lang, pair.target_lang, pair.source, pair.target)
        reason = "repeated" if content in seen else judge(pair)
        seen.add(content)
        if reason:
            rejected.append((reason, pair))
        else:
            kept.append(pair)
        advance()
    return _without_overused(kept, rejected)


def place(pair: Pair) -> tuple[str | int, ...]:
    """What pairs are sorted by."""
    # Shorter ids first: ids that are numbers are then in the numbers' order.
    return (
        pair.corpus,
        len(pair.id),
        pair.id,
        pair.origin,
        pair.source_lang,
        pair.target_lang,
        pair.source,
        pair.target,
    )


def _without_overused(pairs: Sequence[Pair], rejected: Rejected) -> list[Pair]:
    uses = Counter(map(_content, pairs))
    sources: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for pair in pairs:
        if uses[_content(pair)] > MOST_SOURCES:  # most are not: their sources need not be compared
            sources[_content(pair)].add(bare(pair.source))
    overused = {content for content, found in sources.items() if len(found) > MOST_SOURCES}
    kept = []
    for pair in pairs:
        if _content(pair) in overused:
            rejected.append(("overused", pair))
        else:
            kept.append(pair)
    return kept
