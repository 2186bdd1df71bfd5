"""Register: formal or informal address (Sie and du, vous and tu, 您 and 你), at once or of an earlier answer."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation, Turn
from bayling.corpora.pair import Pair
from bayling.instruct.address import form_of_address, forms_of_address, readdressed
from bayling.instruct.checks import fault
from bayling.instruct.nearness import says_the_same
from bayling.instruct.phrasebook import ask, ask_translation, draw_language, with_wish
from bayling.instruct.task import Task, Verdict

AT_ONCE = 0.3
"""Share of the conversations in which the form is said with the text, where there are two forms of it."""


class Register(Task):
    """The other form comes from another human translation, or from words where they alone make it."""

    name = "register"
    reads_lexicon = True
    asks_about_translation = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        tag = pair.target_lang
        form = form_of_address(pair.target, tag)
        if form is None or not forms_of_address(pair.source, pair.source_lang):
            return None
        language = draw_language(rng, pair.source_lang, tag)
        wish = ask(form, language, rng)
        facts = {"form": form, "reference": pair.target}
        others = [
            other
            for other in self.lexicon.concordance(pair).references(pair)
            if form_of_address(other.target, tag) not in (None, form)
        ]
        draft = readdressed(pair.target, tag)
        if not (others or draft) or rng.random() < AT_ONCE:
            request = with_wish(ask_translation(pair, language, rng), pair.source, wish)
            return self.conversation(
                [Turn("user", request), Turn("assistant", pair.target)], pair, language, **facts
            )
        first = rng.choice(others) if others else None
        earlier = Turn("assistant", first.target) if first else Turn("assistant", draft, weight=0)
        turns = [
            Turn("user", ask_translation(first or pair, language, rng)),
            earlier,
            Turn("user", wish),
            Turn("assistant", pair.target),
        ]
        return self.conversation(turns, first or pair, language, *([pair] if first else []), **facts)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """Addresses the reader in that form alone, and says what the human translation does."""
        answer, facts = conversation.answer, conversation.facts
        if wrong := fault(conversation):
            return Verdict(False, 0, wrong)
        found = forms_of_address(answer, conversation.target_lang)
        if not found:
            return Verdict(False, 0, "does not address the reader")
        if found != {facts["form"]}:
            return Verdict(False, 0, f"is not {facts['form']} throughout")
        return says_the_same(answer, facts["reference"])
