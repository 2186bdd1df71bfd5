"""Omission: "you left out …", of a draft that lacks a sentence or a phrase."""

from collections.abc import Iterator, Sequence
from random import Random

from bayling.conversation import Conversation
from bayling.corpora.pair import Pair
from bayling.instruct.checks import echo, fault, revised
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.sentence_pairs import sentence_pairs
from bayling.instruct.task import Task, Verdict, revision
from bayling.instruct.words import upper_first, words

BACK = 0.4
"""Least share of what was missing that must be back: of what people translated apart, nine in ten have so much
of each other, and of other sentences' translations none (benchmarks/checkers.py)."""
LONGEST = 100
"""Characters that a user quotes in full."""
QUOTED = 60
"""Characters that a user quotes of a longer sentence, at least."""
FEWEST_WORDS = 3
"""Words of a sentence that is left out, and of what is left, on either side."""
_STOPS = "。！？；।॥۔؟؛።፤။។։"
_ENDS = " \n.,;:!?，：、፡" + _STOPS


class Omission(Task):
    """A phrase is left out only where both sides read well without it, a sentence where both have as many and it is
    translated in its turn."""

    name = "omission"
    reads_lexicon = True
    asks_about_translation = True
    worded = frozenset({"drafts"})

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        found = [*self._sentences(pair), *self._phrases(pair)]
        if not found:
            return None
        phrase, missing, draft = rng.choice(found)
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        asked = ask_translation(pair, language, rng)
        turns = revision(asked, draft, ask("omission", language, rng, phrase=phrase), pair.target)
        return self.conversation(turns, pair, language, missing=missing, draft=draft)

    def _sentences(self, pair: Pair) -> Iterator[tuple[str, str, str]]:
        """The same of whole sentences."""
        for source, target in sentence_pairs(pair, self.lexicon):
            here, there = pair.source[slice(*source)].strip(_ENDS), pair.target[slice(*target)].strip(_ENDS)
            sides = ((here, pair.source, pair.source_lang), (there, pair.target, pair.target_lang))
            if all(
                FEWEST_WORDS <= words(part, tag).total() <= words(text, tag).total() - FEWEST_WORDS
                for part, text, tag in sides
            ):
                yield _quoted(here), there, _without(pair, target)

    def _phrases(self, pair: Pair) -> Iterator[tuple[str, str, str]]:
        """What can be left out: its source, its target, and the target without it."""
        for part in self.lexicon.parts(pair):
            yield (
                pair.source[slice(*part.source)],
                pair.target[slice(*part.target)],
                _without(pair, part.target),
            )

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The missing words are back and the rest of the draft is kept."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        if wrong := fault(conversation):
            return Verdict(False, 0, wrong)
        added = words(answer, tag) - words(facts["draft"], tag)
        back = echo(words(facts["missing"], tag), added)
        if back < BACK:
            return Verdict(False, back, f"still lacks “{facts['missing']}”")
        kept, wrong = revised(facts["draft"], "", answer, tag, added=facts["missing"])
        return Verdict(not wrong, back * kept, wrong)


def _quoted(text: str) -> str:
    """The text, or its beginning up to a space where it is long."""
    if len(text) <= LONGEST:
        return text
    cut = text.find(" ", QUOTED, LONGEST)
    return text[: cut if cut > 0 else QUOTED] + " …"


def _without(pair: Pair, gap: tuple[int, int]) -> str:
    """The target without the characters of the gap, with one space and a capital letter where it had them."""
    left, right = pair.target[: gap[0]], pair.target[gap[1] :]
    if not left.strip():
        right = right.lstrip(_ENDS)
        return upper_first(right, pair.target_lang) if pair.target[0].isupper() else right
    if left[-1].isspace() and (right[:1].isspace() or right[:1] in _ENDS):
        left = left.rstrip() if not right.strip() or right[0] in _ENDS.strip() else left
        right = right.lstrip(" ")
    return (left + right).strip()
