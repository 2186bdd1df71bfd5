"""Drafting: the flawed draft that a user complains of, in a teacher's words.

The draft that was made by rule shows which flaw it is to have. A teacher's is taken where the task's checker finds
the same fault with it, by the same reason, and the human answer mends it.
"""

from collections.abc import Iterator
from functools import partial

from bayling.conversation import Conversation
from bayling.instruct import check
from bayling.instruct.teacher.attempt import Attempt, Unfit, marked, with_turn, words
from bayling.languages import language_name

BY_RULE = frozenset({"placeholder", "completion"})
"""Tasks whose drafts are what programs make of a text, and no translator's."""


def drafts(conversation: Conversation, _: int) -> Iterator[tuple[Attempt, int]]:
    """An attempt at the draft, if there is one with a flaw of wording."""
    facts = conversation.facts
    draft = facts.get("draft")
    if not draft or facts.get("comment") or facts.get("flaw", conversation.task) in BY_RULE:
        return
    places = [
        at
        for at, turn in enumerate(conversation.prompt)
        if turn.content.endswith(draft) and (turn.role == "user" or not turn.weight)
    ]
    flaw = check(conversation.answered(draft))
    if len(places) != 1 or flaw.ok:
        return
    prompt = words()["draft"].format(
        source_language=language_name(conversation.source_lang),
        target_language=language_name(conversation.target_lang),
        source=facts["source"],
        answer=conversation.answer,
        draft=draft,
        flaw=flaw.reason,
    )
    read = partial(_read, conversation=conversation, draft=draft, flaw=flaw.reason)
    yield Attempt(prompt, read, partial(_put, place=places[0])), 0


def _read(reply: str, conversation: Conversation, draft: str, flaw: str) -> str:
    new = marked(reply)
    if new == draft:
        raise Unfit("says the draft as before")
    # By the facts of the first draft: they tell what has to be missing or wrong in the new one as well.
    verdict = check(conversation.answered(new))
    if verdict.ok:
        raise Unfit("has no flaw")
    if verdict.reason != flaw:
        raise Unfit(f"has another flaw: it {verdict.reason}")
    return new


def _put(conversation: Conversation, new: str, place: int) -> Conversation:
    old = conversation.facts["draft"]
    content = conversation.messages[place].content
    return with_turn(conversation, place, content.removesuffix(old) + new, draft=new)
