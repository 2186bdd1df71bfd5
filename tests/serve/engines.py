"""Engines that are none: each answer tells what was asked, so that a crossed one shows."""

import threading
import time

from bayling.engines.engine import Engine, Options


def answer_to(turns):
    """Capitals of what follows the last colon of the last request."""
    return turns[-1].content.rpartition(": ")[2].upper()


def told(answers, done):
    """The answers, each told of, as an engine does."""
    for index, answer in enumerate(answers):
        if done:
            done(index, answer)
    return answers


class Capitals(Engine):
    """Answers at once, or after `seconds`."""

    name = "capitals"

    def __init__(self, seconds=0.0, answer=answer_to):
        self.seconds = seconds
        self.answer = answer
        self.batches = []
        self.streams_stopped = threading.Event()

    def complete(self, prompts, options=Options(), done=None):
        return told([prompt.upper() for prompt in prompts], done)

    def generate(self, conversations, options=Options(), done=None):
        self.batches.append(len(conversations))
        time.sleep(self.seconds)
        return told([self.answer(turns) for turns in conversations], done)

    def stream(self, conversation, options=Options()):
        try:
            for word in self.answer(conversation).split(" "):
                time.sleep(self.seconds)
                yield word + " "
        except GeneratorExit:
            self.streams_stopped.set()
            raise
