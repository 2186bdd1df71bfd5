"""A model as a session asks it: what it did not do is noticed, asked for once more, and at last done to the letter.

What the model itself can do, the plain benchmark measures; this is what a person who works with it gets.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bayling.conversation import Conversation, Turn
from bayling.engines.engine import Engine, Options
from bayling.evaluate.answers import Model
from bayling.files import digest
from bayling.translate.asking import Steps, ask_all, revising
from bayling.translate.findings import Brief
from bayling.translate.requests import Request, form_of
from bayling.translate.understanding import opened, understand

AT_ONCE = 32
"""Items that are asked together."""


class InSession(Engine):
    """An engine that answers the items of the benchmark as a session would, and nothing else.

    A session knows the source, the languages and the dialogue; what is asked it reads out of the user's words.
    """

    def __init__(self, engine: Engine, items: Sequence[Conversation]) -> None:
        self.engine, self.name = engine, f"{engine.name}, in a session"
        self.items = {item.prompt: item for item in items}

    def generate(
        self,
        conversations: Sequence[Sequence[Turn]],
        options: Options = Options(),
        done: Callable[[int, str], None] | None = None,
    ) -> list[str]:
        answers: list[str] = []
        for start in range(0, len(conversations), AT_ONCE):
            asked = [steps(self.items[tuple(turns)]) for turns in conversations[start : start + AT_ONCE]]
            for answer in ask_all(self.engine, asked, options):
                answers.append(answer.text)
                if done:
                    done(len(answers) - 1, answer.text)
        return answers

    def complete(
        self,
        prompts: Sequence[str],
        options: Options = Options(),
        done: Callable[[int, str], None] | None = None,
    ) -> list[str]:
        return self.engine.complete(prompts, options, done)

    def stream(self, conversation: Sequence[Turn], options: Options = Options()) -> Iterator[str]:
        yield from self.generate([conversation], options)


def as_in_session(model: Model, items: Sequence[Conversation]) -> Model:
    """The model as a session asks it about the items."""
    return replace(
        model,
        identity=digest([model.identity, "in a session"]),
        load=lambda: InSession(model.load(), items),
        shared=None,
    )


def steps(item: Conversation) -> Steps:
    """How a session asks for the last turn of an item."""
    before, last = item.prompt[:-1], item.prompt[-1]
    source, lang, target = item.facts["source"], item.source_lang, item.target_lang
    told = [turn.content for turn in before if turn.role == "user"]
    if not told or source in last.content:
        # Another text than before: what was agreed on about those stays in force.
        agreed = [
            understand(text, Brief("\n".join(told[:at]), lang, target)).term
            for at, text in enumerate(told)
            if at
        ]
        brief = Brief(source, lang, target, tuple(term for term in agreed if term))
        return revising(opened(last.content, brief), before, Request(text=last.content, kind="translate"))
    brief = Brief(source, lang, target, draft=before[-1].content)
    request = understand(last.content, brief)
    terms = (request.term,) if request.term else ()
    return revising(replace(brief, terms=terms, form=form_of([request.kind])), before, request)
