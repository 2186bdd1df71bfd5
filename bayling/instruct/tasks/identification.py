"""Identification: which language a text is in, named in the language of the request."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.negation import negations
from bayling.instruct.phrasebook import ask, draw_language, ways_of_naming
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import contains_form, fold, spans, words
from bayling.languages import autonym, dense, names_in, segmented, well_known
from bayling.letters import LETTER

FEWEST_LETTERS = 30
"""Letters of a text whose language can be told; a third of that where no spaces are."""
LONGEST = 15
"""Words of an answer."""


class Identification(Task):
    """The texts are human translations, the names CLDR's."""

    name = "identification"

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        letters = sum(char.isalpha() for char in pair.target)
        if letters * (3 if dense(pair.target_lang) else 1) < FEWEST_LETTERS:
            return None
        tag = pair.target_lang
        language = draw_language(rng, pair.source_lang, naming=tag)
        names = names_of(tag, language)
        turns = [
            Turn("user", ask("identification", language, rng, text=pair.target)),
            Turn("assistant", names[0]),
        ]
        made = self.conversation(turns, pair.reversed(), language, names=sorted(set(names)))
        return made and replace(made, target_lang=language)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """Names the language first, in the language of the request, in English or in its own, and no other variety."""
        answer, language = fold(conversation.answer), conversation.request_lang
        tag, names = conversation.source_lang, tuple(map(fold, conversation.facts["names"]))
        own = min((start for name in names for start, _ in spans(answer, name, language)), default=-1)
        found = _any_name(names, language).search(answer)
        if found and (own < 0 or found.start() <= own):
            own = found.start() if found[0] in names or names_in(language).get(found[0]) == tag else -1
        if own < 0:
            return Verdict(False, 0, f"does not name {conversation.facts['names'][0]}")
        if negations(answer[:own], language):
            return Verdict(False, 0, f"denies that it is {conversation.facts['names'][0]}")
        if any(contains_form(answer, word, language) for word in _of_other_varieties(tag, language)):
            return Verdict(False, 0, f"names another variety than {conversation.facts['names'][0]}")
        if words(answer, language).total() > LONGEST:
            return Verdict(False, 0.5, "says more than the name")
        return Verdict(True, 1)


def names_of(tag: str, language: str) -> list[str]:
    """What a language may be called by who answers in `language`, the full name there first."""
    general = tag.partition("-")[0]
    named_so = [
        name for where in (language, "en") for each in (tag, general) for name in ways_of_naming(each, where)
    ]
    return [*named_so, autonym(tag)]


@lru_cache(1024)
def _any_name(names: tuple[str, ...], language: str) -> re.Pattern[str]:
    """Finds the first name of a language in a folded text, and all of it: Traditional Chinese, not Chinese."""
    longest_first = sorted({*names, *names_in(language)}, key=len, reverse=True)
    either = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<!{LETTER})(?:{either})(?!{LETTER})" if segmented(language) else either)


@lru_cache(1024)
def _of_other_varieties(tag: str, language: str) -> frozenset[str]:
    """What a language calls other varieties of the same language and not this one: traditional, in English of zh-Hans."""
    general = tag.partition("-")[0]
    others = (
        each for each in well_known() if each.partition("-")[0] == general and each not in (tag, general)
    )
    said = (_words_of_names(each, language) for each in others)
    return frozenset().union(*said) - _words_of_names(tag, language) - _words_of_names(general, language)


def _words_of_names(tag: str, language: str) -> frozenset[str]:
    return frozenset(word for name in ways_of_naming(tag, language) for word in words(name, language))
