"""Reading: which phrase of the phrasebook a turn was made of, and what fills it.

"Bitte ins Deutsche übersetzen:\\nGo on."  ─►  "Bitte ins {target_language:into} übersetzen:\\n{text}"
                                              ("Deutsche", "Go on.")
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bayling.instruct.phrasebook import named, phrases, pieces


@dataclass(frozen=True, slots=True)
class Said:
    """A turn, taken apart."""

    phrase: str
    """As the phrasebook has it."""
    values: tuple[str, ...]
    """What fills its slots, in their order."""
    before: str = ""
    """What stands before the phrase in the turn."""
    after: str = ""
    """What stands after it, such as the text to work on."""


@dataclass(frozen=True, slots=True)
class _Reader:
    phrase: str
    literals: tuple[str, ...]
    """What every turn that is made of the phrase has."""
    languages: tuple[tuple[int, str], ...]
    """The numbers of the slots that name a language, and the form that it has there."""
    short: re.Pattern[str]
    """Reads each slot as short as may be, from left to right."""
    long: re.Pattern[str]
    """Reads each as long as may be, languages aside: where that is another reading, what fills the slots is not sure."""


def read_turn(text: str, language: str, tags: frozenset[str], *, answers: bool = False) -> Said | None:
    """The phrase that a user's turn, or else an assistant's answer, was made of: the one that says the most of it.

    The languages that it names have these tags. None where there is no such phrase, or the turn can be read as made
    of it in two ways.
    """
    for before, body, after in _cuts(text, answers):
        whole = not before and not after
        found = [
            (reader, match)
            for reader in _readers(language, answers)
            if all(literal in body for literal in reader.literals)
            and (whole or "{text}" not in reader.phrase)
            and (match := reader.short.fullmatch(body))
            and all(match[at] in _names(language, form, tags) for at, form in reader.languages)
        ]
        if found:
            reader, match = max(found, key=lambda row: sum(map(len, row[0].literals)))
            other = reader.long.fullmatch(body)
            sure = other is not None and other.groups() == match.groups()
            return Said(reader.phrase, match.groups(), before, after) if sure else None
    return None


def _cuts(text: str, answers: bool) -> Iterator[tuple[str, str, str]]:
    """Where a phrase may stand: it is the turn, or its first paragraph, or the last line of an answer."""
    yield "", text, ""
    if answers:
        head, line_feed, last = text.rpartition("\n")
        if line_feed:
            yield head + line_feed, last, ""
    else:
        first, blank, rest = text.partition("\n\n")
        if blank:
            yield "", first, blank + rest


@cache
def _readers(language: str, answers: bool) -> tuple[_Reader, ...]:
    found = []
    for phrase in phrases(language, answers=answers):
        first, slots = pieces(phrase)
        short = long = re.escape(first)
        for name, form, rest in slots:
            some = r"[\s\S]+" if name == "text" else ".+"  # a text alone has lines
            short += f"({some}?){re.escape(rest)}"
            long += f"({some}{'' if form is None else '?'}){re.escape(rest)}"
        literals = tuple(filter(None, (first, *(rest for _, _, rest in slots))))
        languages = tuple((at, form) for at, (_, form, _) in enumerate(slots, 1) if form is not None)
        found.append(_Reader(phrase, literals, languages, re.compile(short), re.compile(long)))
    return tuple(found)


@cache
def _names(language: str, form: str, tags: frozenset[str]) -> frozenset[str]:
    return frozenset(named(tag, language, form) for tag in tags)
