"""Persistence: a term that was agreed on stays agreed on, for texts that come later in the dialogue."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.checks import fault, similarity
from bayling.instruct.lexicon import Term
from bayling.instruct.nearness import far
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict, revision
from bayling.instruct.words import contains_form, fold, splice

EARLIER = 2
"""Texts before the last one."""


class Persistence(Task):
    """The term is asked for once, of the first text; the last text has it too, and nobody says so again."""

    name = "persistence"
    reads_lexicon = True
    asks_about_translation = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        terms = [term for term in self.lexicon.terms(pair) if term.others]
        rng.shuffle(terms)
        for term in terms:
            earlier = self._with_term(pair, term, rng)
            if len(earlier) == EARLIER:
                return self._dialogue(pair, term, earlier, rng)
        return None

    def _with_term(self, pair: Pair, term: Term, rng: Random) -> list[tuple[Pair, Term]]:
        """Other texts with the term, translated as here; the first has a place for another translation."""
        others = self.lexicon.concordance(pair).saying(term.source, pair.source_lang)
        found: list[tuple[Pair, Term]] = []
        texts = {fold(pair.source), fold(pair.target)}
        for other in rng.sample(others, len(others)):
            if texts & {fold(other.source), fold(other.target)} or len(other.source) < 2 * len(term.source):
                continue
            for known in self.lexicon.terms(other):
                same = fold(known.source) == fold(term.source) and fold(known.target) == fold(term.target)
                if same and (found or term.others[0] in known.others):
                    found.append((other, known))
                    texts |= {fold(other.source), fold(other.target)}
            if len(found) == EARLIER:
                break
        return found

    def _dialogue(
        self, pair: Pair, term: Term, earlier: Sequence[tuple[Pair, Term]], rng: Random
    ) -> Conversation | None:
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        (first, known), *rest = earlier
        instead = term.others[0]
        draft = splice(first.target, known.span, instead)
        agreed = ask("persistence", language, rng, term=term.source, translation=term.target)
        turns = revision(ask_translation(first, language, rng), draft, agreed, first.target)
        for other in (*(each for each, _ in rest), pair):
            turns += [Turn("user", ask_translation(other, language, rng)), Turn("assistant", other.target)]
        more = [each for each, _ in earlier]
        facts = {
            "source": pair.source,
            "term": term.target,
            "instead": instead,
            "reference": pair.target,
            "earlier": [each.target for each in more],
        }
        return self.conversation(turns, first, language, *more[1:], pair, **facts)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """A translation of the last text that says the term as agreed."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        if wrong := fault(conversation):
            return Verdict(False, 0, wrong)
        near, wrong = far(answer, facts["reference"])
        if any(similarity(answer, text) > near for text in facts["earlier"]):
            return Verdict(False, 0, "translates an earlier text")
        if not contains_form(answer, facts["term"], tag):
            return Verdict(False, 0, f"does not say “{facts['term']}”")
        if contains_form(answer, facts["instead"], tag):
            return Verdict(False, 0.5, f"still says “{facts['instead']}”")
        return Verdict(not wrong, near if wrong else 1, wrong)
