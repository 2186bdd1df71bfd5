"""Revisions: what an answer changed that nobody asked it to change, and what it had to keep of the source.

Both are measured in words, against the human answer: what that keeps of the draft was not asked to change, and
what it has in common with the source, letter for letter, has to be said in any answer.
"""

from collections import Counter
from collections.abc import Iterable
from statistics import fmean

from bayling.conversation import Conversation
from bayling.instruct.words import share_kept, tokens, words

REVISED = 0.5
"""Share of the draft's words that the human answer keeps where a part alone was to change."""


def strayed(case: Conversation, answer: str) -> float | None:
    """The share of the draft that the answer changed though nobody asked, from 0 (as local as can be) to 1.

        draft    Lade den Akku, dann öffne das Fenster.      (asked: Batterie for Akku)
        human    Lade die Batterie, dann öffne das Fenster.  keeps five words of the draft
        answer   Lade die Batterie, danach öffne das Tor.    lacks two of them: 0.4

    A word in another's place counts once, and one that does what was asked in other words than the human answer
    does not count. None where there is no draft or all of it was to change, as in "now into Spanish".
    """
    if not case.drafts:
        return None
    tag = case.target_lang
    draft, human, found = (words(text, tag) for text in (case.draft, case.answer, answer))
    untouched = draft & human
    if not untouched or share_kept(draft, human) < REVISED:
        return None
    lost = (untouched - found).total()
    otherwise = (human - draft - found).total()
    foreign = (found - (draft | human)).total() - otherwise
    return min(1.0, max(lost, foreign) / untouched.total())


def preserved(case: Conversation, answer: str) -> float | None:
    """The share of the numbers, names and placeholders of the source that the answer has, of those that the human
    answer has; None where there are none."""
    source, human, found = (
        _verbatim(text, tag)
        for text, tag in (
            (case.facts.get("source", ""), case.source_lang),
            (case.answer, case.target_lang),
            (answer, case.target_lang),
        )
    )
    wanted = source & human
    return share_kept(wanted, found) if wanted else None


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of those that there are; None of none."""
    found = [value for value in values if value is not None]
    return fmean(found) if found else None


def _verbatim(text: str, tag: str) -> Counter[str]:
    return Counter(token.text for token in tokens(text, tag) if token.kind != "mark")
