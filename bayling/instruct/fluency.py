"""Fluency: whether a text that was cut or changed still reads like its language where that was done.

Drafts must be mistakes that a translator makes, not broken sentences: the words that come to stand beside
each other must do so somewhere in the corpus.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise

from bayling.instruct.words import Token, lower_first, tokens, unmutated, upper_first
from bayling.languages import segmented

EDGE = "\n"
"""Stands before the first and after the last token of a text."""
RARE = 5
"""A word seen fewer times says nothing of its neighbours."""


class Fluency:
    """The runs of two and three tokens in texts of one language, and how its words are capitalised."""

    def __init__(self, texts: Iterable[str], tag: str) -> None:
        self.tag = tag
        self._runs: set[tuple[str, ...]] = set()
        self._seen: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()
        for text in texts:
            found = tokens(text, tag)
            marked = _marked(found)
            self._seen.update(marked)
            for size in (2, 3):
                self._runs.update(zip(*(marked[shift:] for shift in range(size)), strict=False))
            for before, token in pairwise(found):
                if before.kind == token.kind == "word":
                    self._inside[text[token.start : token.stop]] += 1

    def joins(self, left: Sequence[Token], right: Sequence[Token]) -> bool:
        """Whether the last token of `left` and the first of `right` may stand together, in view of one more
        token on either side: of both where the text or a clause ends there, or a script has no spaces."""
        before, after = _marked(left)[-3:-1], _marked(right)[1:3]
        wider = [run for run in ((*before, after[0]), (before[-1], *after)) if len(run) == 3]
        enough = any if segmented(self.tag) and right and right[0].kind != "mark" else all
        return (before[-1], after[0]) in self._runs and enough(run in self._runs for run in wider)

    def fits(self, left: Sequence[Token], new: Sequence[Token], right: Sequence[Token]) -> bool:
        """Whether `new` may stand between `left` and `right`: beside the one and beside the other, or
        beside a word that is too rare to tell."""
        row = [*_marked(left)[:-1][-1:], *_marked(new)[1:-1], *_marked(right)[1:][:1]]
        return all(
            run in self._runs or self._seen[beside] < RARE
            for run, beside in (((row[0], row[1]), row[0]), ((row[-2], row[-1]), row[-1]))
        )

    def between(self, left: Token, right: Token) -> list[str]:
        """Words that stand between two tokens elsewhere, case folded."""
        return sorted(self._between.get((left.text, right.text), ()))

    @cached_property
    def _between(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for run in self._runs:
            if len(run) == 3 and EDGE not in run and "{}" not in run:
                found[run[0], run[2]].append(run[1])
        return found

    def recase(self, text: str, initial: bool) -> str:
        """The text with its first letter as it stands at the beginning of a sentence or inside of one."""
        if initial:
            return upper_first(text, self.tag)
        first = text[: tokens(text, self.tag)[0].stop]
        small = lower_first(first, self.tag)
        return lower_first(text, self.tag) if self._inside[small] > self._inside[first] else text

    def cited(self, text: str, initial: bool) -> str:
        """The text as one speaks of it: without the capital letter of a sentence's beginning, and without an
        initial mutation where the corpus has the word so."""
        text = self.recase(text, initial=False) if initial else text
        plain = unmutated(text, self.tag)
        return plain if self._inside[plain[: tokens(plain, self.tag)[0].stop]] else text


def _marked(found: Sequence[Token]) -> list[str]:
    inner = ["{}" if token.kind == "placeholder" else token.text for token in found]
    return [EDGE, *inner, EDGE]
