"""Engines of few lines that keep the contract of `bayling.engines.engine.Engine`."""

from collections.abc import Callable

from bayling.engines.engine import Engine


class Killed(Exception):
    """The process ends here."""


class Scripted(Engine):
    """Answers by a rule, counts what it is asked, and may end in the middle."""

    name = "scripted"

    def __init__(self, rule: Callable, order: Callable = iter, dies_after: int | None = None):
        self.rule, self.order, self.dies_after = rule, order, dies_after
        self.asked: list = []

    def complete(self, prompts, options=None, done=None):
        answers = {}
        for index in self.order(range(len(prompts))):
            if len(self.asked) == self.dies_after:
                raise Killed
            self.asked.append(prompts[index])
            answers[index] = self.rule(prompts[index])
            if done:
                done(index, answers[index])
        return [answers[index] for index in range(len(prompts))]

    generate = complete

    def stream(self, conversation, options=None):
        yield self.rule(conversation)


class Echo(Scripted):
    """Answers the last turn in capitals."""

    def __init__(self, **options):
        super().__init__(
            lambda prompt: (prompt if isinstance(prompt, str) else prompt[-1].content).upper(), **options
        )


class Weighing(Scripted):
    """Holds each character of a text to cost so many nats."""

    def __init__(self, rule: Callable, nats: float, **options):
        super().__init__(rule, **options)
        self.nats = nats

    def weigh(self, pairs, done):
        for index, pair in enumerate(pairs):
            self.asked.append(pair)
            done(index, -self.nats * len(pair[1]))
