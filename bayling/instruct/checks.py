"""What checkers have in common: faults that spoil any answer, and how much of a draft is kept."""

from collections import Counter
from functools import cache
from typing import Any

from bayling.clean import closes, is_copy, same_placeholders, wrong_language
from bayling.conversation import Conversation
from bayling.instruct.words import share_kept, words

KEPT = 0.7
"""Least share of the draft's other words that must stand in a revised answer."""
LONGER = 2.0
"""Words of a revised answer to those of what was expected, at most; both with five more."""


def fault(conversation: Conversation) -> str:
    """What spoils the last answer whatever was asked for, as a verb phrase; empty if nothing does."""
    answer, source = conversation.answer, conversation.facts["source"]
    if not answer.strip():
        return "is empty"
    if is_copy(source, answer):
        return "copies the source"
    if wrong_language(answer, conversation.target_lang):
        return f"is not in {conversation.target_lang}"
    if not same_placeholders(answer, source):
        return "does not have the placeholders of the source"
    if closes(source) and not closes(answer):
        return "closes its markup elsewhere than the source"
    return ""


def revised(draft: str, gone: str, answer: str, tag: str, added: str = "") -> tuple[float, str]:
    """The share of the draft's words that the answer keeps, those of `gone` aside; and what is wrong with
    that, as a verb phrase, where `added` is what the answer should have besides."""
    rest, found = words(draft, tag) - words(gone, tag), words(answer, tag)
    kept = share_kept(rest, found)
    if kept < KEPT:
        return kept, f"keeps {kept:.0%} of the draft"
    expected = (rest + words(added, tag)).total()
    if found.total() + 5 > LONGER * (expected + 5):
        return kept, "says much more than was asked for"
    return kept, ""


def echo(one: Counter[str], other: Counter[str]) -> float:
    """How much of `one` comes again in `other`, from 0 to 1, by runs of three letters: an inflected form is
    not the same word and yet most of it."""
    return share_kept(_trigrams(one), _trigrams(other))


def _trigrams(found: Counter[str]) -> Counter[str]:
    runs: Counter[str] = Counter()
    for word, count in found.items():
        marked = f" {word} "
        for start in range(len(marked) - 2):
            runs[marked[start : start + 3]] += count
    return runs


@cache
def _chrf() -> Any:
    from sacrebleu.metrics.chrf import CHRF

    return CHRF()


def similarity(one: str, other: str) -> float:
    """chrF (Popović 2015), from 0 to 1."""
    return float(_chrf().sentence_score(one, [other]).score) / 100
