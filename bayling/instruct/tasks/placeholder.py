"""Placeholder repair: "keep %(name)s as it is", of a draft that lost, translated or garbled one."""

import re
from collections.abc import Sequence
from random import Random

from bayling.clean import placeholders
from bayling.conversation import Conversation
from bayling.corpora.pair import Pair
from bayling.instruct.checks import fault, revised
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict, revision
from bayling.instruct.words import upper_first, words

_NAME = re.compile(r"[A-Za-z][A-Za-z_ ]+")
_WIDE = str.maketrans("{}%()$", "｛｝％（）＄")


class Placeholder(Task):
    """Only where source and target have the same placeholders."""

    name = "placeholder"
    reads_lexicon = True
    asks_about_translation = True

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        found = placeholders(pair.source)
        if (
            not found
            or found != placeholders(pair.target)
            or words(pair.target, pair.target_lang).total() < 2
        ):
            return None
        wanted = rng.choice(sorted(found))
        instead = rng.choice(self._flaws(pair, wanted))
        draft = re.sub(r" +(?= |[.,)])", "", pair.target.replace(wanted, instead)).strip()
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        kind = "markup" if wanted[0] in "<&" else "placeholder"
        asked = ask_translation(pair, language, rng)
        turns = revision(asked, draft, ask(kind, language, rng, placeholder=wanted), pair.target)
        return self.conversation(turns, pair, language, draft=draft, instead=instead)

    def _flaws(self, pair: Pair, wanted: str) -> list[str]:
        """What translators and programs make of a placeholder: nothing, its name as a word, its name
        translated or capitalised, a space inside, full-width marks."""
        if wanted[0] in "<&":
            return ["", "", wanted.replace("<", "< ").replace("&", "& ")]
        flaws = ["", f"{wanted[0]} {wanted[1:]}"]
        if pair.target_lang.startswith(("zh", "ja", "ko")):
            flaws.append(wanted.translate(_WIDE))
        if name := _NAME.search(wanted) if len(wanted) > 4 else None:
            spoken = name[0].replace("_", " ").strip()
            flaws += [spoken, wanted.replace(name[0], upper_first(name[0], "en"))]
            known = self.lexicon.translations(spoken, pair.source_lang, pair.target_lang)
            flaws += [wanted.replace(name[0], text.lower().replace(" ", "_")) for text in known[:1]] * 3
        return flaws

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """The placeholders are those of the source and the rest of the draft is kept."""
        facts = conversation.facts
        wanted, found = placeholders(facts["source"]), placeholders(conversation.answer)
        right = (wanted & found).total() / max(wanted.total(), found.total(), 1)
        if wrong := fault(conversation):
            return Verdict(False, right, wrong)
        draft, instead = facts["draft"], facts.get("instead", "")
        kept, wrong = revised(draft, instead, conversation.answer, conversation.target_lang)
        return Verdict(not wrong, kept, wrong)
