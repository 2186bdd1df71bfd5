"""Glossary: the terms of a text with their translations, a line each, as `term = translation`."""

import re
from collections.abc import Iterator, Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict
from bayling.instruct.words import contains_form, fold, words

FEWEST = 2
"""Terms of a glossary."""
FOUND = 0.5
"""Least share of the known terms that must be listed."""
LONGEST = 6
"""Words of an entry's side: more are a sentence."""
_AROUND = " \t-–*_•·`'\"‘’‚‹›“”„«»「」『』.,;"
"""What a list, Markdown or a quotation puts around a term."""
_NUMBER = re.compile(r"^\W*\d+[.)](?!\d)")


class Glossary(Task):
    """Terms that the lexicon knows, in the order of the text."""

    name = "glossary"
    reads_lexicon = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        terms = sorted(self.lexicon.terms(pair), key=lambda term: fold(pair.source).find(fold(term.source)))
        if len(terms) < FEWEST:
            return None
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        turns = [
            Turn("user", ask_translation(pair, language, rng)),
            Turn("assistant", pair.target),
            Turn("user", ask("glossary", language, rng)),
            Turn("assistant", "\n".join(f"{term.source} = {term.target}" for term in terms)),
        ]
        known = {term.source: term.target for term in terms}
        return self.conversation(turns, pair, language, terms=known, translation=pair.target)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """Each line has words of the source and of the translation, and half of the known terms are there."""
        facts, tag = conversation.facts, conversation.target_lang
        listed = dict(_entries(conversation.answer))
        if not listed:
            return Verdict(False, 0, "lists no terms as “term = translation”")
        for source, target in listed.items():
            if words(source, conversation.source_lang).total() > LONGEST:
                return Verdict(False, 0, f"takes “{source}” for a term")
            if not contains_form(facts["source"], source, conversation.source_lang):
                return Verdict(False, 0, f"lists “{source}”, which is not in the source")
            if not contains_form(facts["translation"], target, tag):
                return Verdict(False, 0, f"lists “{target}”, which is not in the translation")
        right = sum(
            any(
                fold(source) == fold(term) and contains_form(target, known, tag)
                for source, target in listed.items()
            )
            for term, known in facts["terms"].items()
        )
        share = right / len(facts["terms"])
        if share < FOUND:
            return Verdict(False, share, f"has {right} of {len(facts['terms'])} terms")
        return Verdict(True, share)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        source, _, target = (side.strip(_AROUND) for side in _NUMBER.sub("", line).partition("="))
        if source and target:
            yield source, target
