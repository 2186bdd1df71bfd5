"""The attempt: one thing that a teacher is asked to say otherwise in a conversation, and how its reply is judged."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from bayling.conversation import Conversation
from bayling.instruct import task_class
from bayling.packaged import read_packaged

_NEW = re.compile(r"<new>(.*?)</new>", re.DOTALL)


class Unfit(Exception):
    """What is wrong with a reply, as a verb phrase."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A question to the teacher, and what becomes of its reply."""

    prompt: str
    read: Callable[[str], str]
    """Gives what is new in a reply's text; raises `Unfit`."""
    put: Callable[[Conversation, str], Conversation]
    """The conversation with it."""
    doubt: Callable[[str], str] | None = None
    """A further question about what is new, to be answered by yes; where the checks cannot tell."""


@cache
def words() -> dict[str, Any]:
    """What teachers are asked."""
    return read_packaged("instruct/teacher/prompts.yaml")


def marked(reply: str) -> str:
    """What a reply says between the marks, the last time where there are several.

    Raises:
        Unfit: it says nothing there.
    """
    found = _NEW.findall(reply)
    if not found or not found[-1].strip():
        raise Unfit("gives nothing between the marks")
    return str(found[-1].strip())


def agrees(reply: str) -> None:
    """Raise unless a reply to a doubt is yes."""
    if not re.match(r"yes\b", marked(reply), re.IGNORECASE):
        raise Unfit("means something else, as the teacher says when asked again")


def with_turn(conversation: Conversation, place: int, text: str, **facts: Any) -> Conversation:
    """The conversation with another text in one turn, and with these facts."""
    turns = list(conversation.messages)
    turns[place] = replace(turns[place], content=text)
    return replace(conversation, messages=tuple(turns), facts={**conversation.facts, **facts})


def sound(conversation: Conversation) -> Conversation:
    """The same, if its answer passes the task's checker and no earlier answer, repeated, does; or if its turns were
    exchanged, which no checker can judge.

    Raises:
        Unfit: it is not so.
    """
    if conversation.facts.get("exchanged"):
        return conversation
    if fault := task_class(conversation.task).fault(conversation):
        raise Unfit(fault)
    return conversation
