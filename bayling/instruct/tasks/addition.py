"""Addition: "that is not in the source", of a draft with a word too many or with a comment around it."""

from collections.abc import Sequence
from random import Random

from bayling.conversation import Conversation
from bayling.corpora.pair import Pair
from bayling.instruct.checks import fault, revised
from bayling.instruct.phrasebook import ask, ask_translation, draw_language
from bayling.instruct.task import Task, Verdict, revision
from bayling.instruct.words import contains, share_kept, words

COMMENT = 0.25
"""Share of the conversations about a comment where a word can be added."""
STILL = 0.6
"""Share of a comment's words with which it still stands there."""
SPARE = 2
"""Words that an answer may have besides the translation without a comment."""


class Addition(Task):
    """The added word stands between the same two words elsewhere in the corpus, and translates nothing here."""

    name = "addition"
    reads_lexicon = True
    asks_about_translation = True
    worded = frozenset({"drafts"})

    def make(self, pairs: Sequence[Pair], rng: Random) -> Conversation | None:
        pair = pairs[0]
        language = draw_language(rng, pair.source_lang, pair.target_lang)
        found = self.lexicon.insertions(pair)
        if found and rng.random() >= COMMENT:
            at, added = rng.choice(found)
            draft = f"{pair.target[:at]}{added} {pair.target[at:]}"
            request = ask("addition", language, rng, phrase=added)
            comment = ""
        else:
            draft = ask("preamble", language, rng, text=pair.target)
            request = ask("commentary", language, rng)
            added, comment = "", draft.replace(pair.target, " ").strip()
        turns = revision(ask_translation(pair, language, rng), draft, request, pair.target)
        return self.conversation(turns, pair, language, draft=draft, added=added, comment=comment)

    @staticmethod
    def check(conversation: Conversation) -> Verdict:
        """What was added is gone, and the rest of the draft is kept."""
        answer, tag, facts = conversation.answer, conversation.target_lang, conversation.facts
        added, comment = facts["added"], facts["comment"]
        if wrong := fault(conversation):
            return Verdict(False, 0, wrong)
        if added and contains(answer, added, tag):
            return Verdict(False, 0, f"still says “{added}”")
        plain, found = words(facts["draft"], tag) - words(comment, tag), words(answer, tag)
        if comment and share_kept(words(comment, tag), found - plain) >= STILL:
            return Verdict(False, 0, "still has a comment")
        if comment and found.total() > plain.total() + SPARE:
            return Verdict(False, 0, "has another comment")
        kept, wrong = revised(facts["draft"], added or comment, answer, tag)
        return Verdict(not wrong, kept, wrong)
