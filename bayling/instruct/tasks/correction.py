"""Correction: a draft with a wrong number, a misspelt name or a lost negation, and what the user says of it."""

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

from bayling.conversation import Conversation
from bayling.corpora.pair import Pair
from bayling.instruct.checks import fault, revised
from bayling.instruct.negation import droppable_negations, negations
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict, revision
from bayling.instruct.words import Token, contains, splice, tokens, upper_first
from bayling.languages import segmented

SMALL = 3
"""Smaller numbers change the grammar around them."""
SHORTEST_NAME = 5
"""Letters of a name that two can change places in."""
_PARTS = frozenset(".,:/-–'’_+%°#v")
"""A digit beside one of these is a part of a date, a time, a version or a larger number."""


class _Flaw(NamedTuple):
    kind: str
    right: str
    wrong: str
    """Empty for a negation that is gone."""
    draft: str


class Correction(Task):
    """Numbers and names are those that stand in the source too; a negation, one that the sentence stays one
    without."""

    name = "correction"
    reads_lexicon = True
    asks_about_translation = True
    worded = frozenset({"drafts"})

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        found = [*_numbers(pair, rng), *_names(pair, rng), *self._negations(pair)]
        if not found:
            return None
        flaw = rng.choice(found)
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        wish = {"right": flaw.right, "wrong": flaw.wrong} if flaw.wrong else {}
        kind = "correction" if flaw.wrong else "negation"
        asked = ask_translation(pair, language, rng)
        turns = revision(asked, flaw.draft, ask(kind, language, rng, **wish), pair.target)
        facts = {"kind": flaw.kind, "right": flaw.right, "instead": flaw.wrong, "draft": flaw.draft}
        return self.conversation(turns, pair, language, **facts)

    def _negations(self, pair: Pair) -> Iterator[_Flaw]:
        found = droppable_negations(pair.target, pair.target_lang)
        count = negations(pair.target, pair.target_lang)
        if count != 1 or len(found) != 1 or negations(pair.source, pair.source_lang) != 1:
            return
        token = found[0]
        all_tokens = tokens(pair.target, pair.target_lang)
        number = all_tokens.index(token)
        left, right = all_tokens[:number], all_tokens[number + 1 :]
        if not (right and self.lexicon.joins(left, right, pair.target_lang)):
            return
        if draft := _without(pair.target, token, left, right, pair.target_lang):
            yield _Flaw("negation", pair.target[token.start : token.stop], "", draft)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """What was wrong is right, and the rest of the draft is kept."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        draft, right, wrong = facts["draft"], facts["right"], facts["instead"]
        if spoilt := fault(conversation):
            return Verdict(False, 0, spoilt)
        if not wrong:
            if negations(answer, tag) <= negations(draft, tag):
                return Verdict(False, 0, "still does not deny")
        elif contains(answer, wrong, tag):
            return Verdict(False, 0, f"still says “{wrong}”")
        elif not contains(answer, right, tag):
            return Verdict(False, 0, f"does not say “{right}”")
        kept, spoilt = revised(draft, wrong, answer, tag, added=right)
        return Verdict(not spoilt, kept, spoilt)


def _without(text: str, token: Token, left: Sequence[Token], right: Sequence[Token], tag: str) -> str:
    """The text without a word, the space that belongs to it and the small letter after a capital; empty where the word is
    joined to another by a mark, or stands alone between two."""
    before, after = text[: token.start], text[token.stop :]
    alone = right[0].kind == "mark" and not (left and left[-1].kind != "mark")
    joined = re.search(r"\w[^\w\s]$", before) or re.match(r"[^\w\s]\w", after)
    if alone or (joined and segmented(tag)):
        return ""
    if after.startswith(" "):
        after = after.lstrip(" ")
    elif segmented(tag):
        before = before.rstrip(" ")
    return before + (upper_first(after, tag) if text[token.start : token.stop].istitle() else after)


def _numbers(pair: Pair, rng: Random) -> Iterator[_Flaw]:
    """Whole numbers that stand once on either side, with one digit changed."""
    there = _whole_numbers(pair.source, pair.source_lang)
    for value, token in _whole_numbers(pair.target, pair.target_lang).items():
        if token is None or not there.get(value) or value < SMALL:
            continue
        right = pair.target[token.start : token.stop]
        at = rng.randrange(len(right))
        digit = int(right[at])
        other = rng.choice([each for each in range(0 if at else 1, 10) if each != digit])
        wrong = right[:at] + chr(ord(right[at]) - digit + other) + right[at + 1 :]
        if int(wrong) >= SMALL and int(wrong) not in there:
            yield _Flaw("number", right, wrong, splice(pair.target, (token.start, token.stop), wrong))


def _whole_numbers(text: str, tag: str) -> dict[int, Token | None]:
    """Where each number of the text stands; None for one that stands twice or is part of something larger."""
    found: dict[int, Token | None] = {}
    for token in tokens(text, tag):
        if token.kind == "word" and token.text.isdecimal():
            beside = text[token.start - 1 : token.start] + text[token.stop : token.stop + 1]
            inside = text[token.stop + 1 : token.stop + 2].isalnum()
            joined = set(beside) & _PARTS and (inside or text[token.start - 1 : token.start] in _PARTS)
            found[int(token.text)] = None if int(token.text) in found or joined else token
    return found


def _names(pair: Pair, rng: Random) -> Iterator[_Flaw]:
    """Capitalised words inside the source that stand in the target as they are, with two letters exchanged."""
    if not pair.source.isascii():
        return
    there = {
        pair.source[token.start : token.stop]
        for token in tokens(pair.source, pair.source_lang)
        if token.start and pair.source[token.start - 2 : token.start - 1].isalnum()
    }
    found = tokens(pair.target, pair.target_lang)
    for token in found:
        name = pair.target[token.start : token.stop]
        if (
            token.kind != "word"
            or name not in there
            or len(name) < SHORTEST_NAME
            or not (name.isalpha() and name[0].isupper() and name[1:].islower())
            or pair.target.count(name) > 1
        ):
            continue
        spots = [at for at in range(1, len(name) - 1) if name[at] != name[at + 1]]
        if spots:
            at = rng.choice(spots)
            wrong = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
            yield _Flaw("name", name, wrong, splice(pair.target, (token.start, token.stop), wrong))
