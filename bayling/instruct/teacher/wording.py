"""Wording: what users ask, and what answers say around the human text, in a teacher's words.

A turn is taken apart by the phrasebook, and the teacher sees the phrase alone, with a mark for each slot:

    Please use “Rechner” for “server”.  ─►  Please use “[TRANSLATION]” for “[TERM]”.

So a term, a number or a text comes back as it was, whatever the teacher is; and turns that differ in those alone
are one question, so that what is asked grows with the phrasebook and not with the corpus.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial

from bayling.clean import wrong_language
from bayling.conversation import Conversation
from bayling.hashing import stable_hash
from bayling.instruct.phrasebook import named, pieces
from bayling.instruct.reading import Said, read_turn
from bayling.instruct.teacher.attempt import Attempt, Unfit, marked, with_turn, words
from bayling.languages import language_name

VARIANTS = 4
"""Times that the same is asked in the same manner, at most; each has a seed of its own."""
LONGER, SPARE = 3, 60
"""Characters of a new wording to those of the old one, at most, and how many it may have besides."""
_MARK = re.compile(r"\[([A-Z_]+)\]")
_QUOTES = "\"'“”„‟‘’«»「」『』《》‹›"


def requests(conversation: Conversation, draw: int) -> Iterator[tuple[Attempt, int]]:
    """An attempt at each of the user's turns, with the seed to ask it with; `draw` decides manners and seeds."""
    for place, turn in enumerate(conversation.messages):
        if turn.role == "user":
            yield from _attempts(conversation, place, draw)


def answers(conversation: Conversation, draw: int) -> Iterator[tuple[Attempt, int]]:
    """An attempt at the last answer, where it says more than the human text."""
    yield from _attempts(conversation, len(conversation.messages) - 1, draw)


def _attempts(conversation: Conversation, place: int, draw: int) -> Iterator[tuple[Attempt, int]]:
    turn, language = conversation.messages[place], conversation.request_lang
    tags = {conversation.source_lang, conversation.target_lang, conversation.facts.get("earlier_lang")}
    said = read_turn(turn.content, language, frozenset(filter(None, tags)), answers=turn.role == "assistant")
    if said is None:
        return
    drawn = stable_hash(draw, place)
    manners = words()["manners"]
    old = _pattern(said.phrase)
    prompt = words()["wording"].format(
        speaker=words()["speaker"][turn.role],
        language=language_name(language),
        pattern=old,
        legend=_legend(said.phrase, language, turn.role),
        manner=manners[drawn % len(manners)],
    )
    doubt = partial(_doubt, _sampled(said.phrase, old, language), said.phrase, language)
    put = partial(_put, place=place, said=said)
    attempt = Attempt(prompt, partial(_read, old=old, language=language), put, doubt)
    yield attempt, drawn // len(manners) % VARIANTS


def _pattern(phrase: str) -> str:
    """The phrase as the teacher sees it."""
    first, slots = pieces(phrase)
    return first + "".join(f"[{name.upper()}]{rest}" for name, _, rest in slots)


def _legend(phrase: str, language: str, role: str) -> str:
    slots = pieces(phrase)[1]
    if not slots:
        return ""
    meanings = words()["marks"]
    lines = [
        words()["mark"].format(
            name=name.upper(),
            meaning=meanings[f"{name}_translated" if name == "text" and role == "assistant" else name].format(
                sample=_sample(language, form)
            ),
        )
        for name, form, _ in slots
    ]
    return str(words()["legend"].format(marks="\n".join(lines)).strip()) + "\n\n"


def _sample(language: str, form: str | None) -> str:
    return "" if form is None else named("de" if language == "fr" else "fr", language, form)


def _sampled(phrase: str, pattern: str, language: str) -> str:
    """The pattern with names of languages in it, so that whoever reads it sees whether the grammar is right."""
    for name, form, _ in pieces(phrase)[1]:
        if form is not None:
            pattern = pattern.replace(f"[{name.upper()}]", _sample(language, form))
    return pattern


def _doubt(first: str, phrase: str, language: str, new: str) -> str:
    second = _sampled(phrase, new, language)
    return str(words()["doubt"].format(language=language_name(language), first=first, second=second))


def _read(reply: str, old: str, language: str) -> str:
    new = marked(reply)
    if wrong := _fault(new, old, language):
        raise Unfit(wrong)
    return new


def _fault(new: str, old: str, language: str) -> str:
    """What is wrong with a new wording of a pattern, as a verb phrase; empty if nothing is."""
    wanted, found = Counter(_MARK.findall(old)), Counter(_MARK.findall(new))
    for name in sorted(wanted | found):
        if found[name] != wanted[name]:
            does = "invents" if not wanted[name] else "repeats" if found[name] else "drops"
            return f"{does} the {name.lower().replace('_', ' ')}"
    bare, before = (_MARK.sub("", text) for text in (new, old))
    if bare.split() == before.split():
        return "says it as before"
    if set(re.findall(r"[\[\]<>{}]", bare)) - set(before):
        return "has brackets of its own"
    if set(re.findall(r"\d+", bare)) - set(re.findall(r"\d+", before)):
        return "names a number that was not there"
    if len(bare) > LONGER * len(before) + SPARE:
        return "says much more than it should"
    if wrong_language(bare, language):
        return f"is not in {language}"
    if "TEXT" in wanted and not _apart(new):
        return "runs the text into a sentence"
    return ""


def _apart(new: str) -> bool:
    """Whether the text is at an end of a line or in quotation marks."""
    left, right = new.split("[TEXT]")
    return (
        not left.rpartition("\n")[2].strip()
        or not right.partition("\n")[0].strip()
        or (left[-1] in _QUOTES and right[0] in _QUOTES)
    )


def _put(conversation: Conversation, new: str, place: int, said: Said) -> Conversation:
    slots = dict(zip((name for name, _, _ in pieces(said.phrase)[1]), said.values, strict=True))
    filled = _MARK.sub(lambda mark: slots[mark[1].lower()], new)
    return with_turn(conversation, place, said.before + filled + said.after)
