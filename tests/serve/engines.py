"""Engines that are none: each answer tells what was asked, so that a crossed one shows."""

import threading
import time

from bayling.engines.engine import Engine, Options


def answer_to(turns):
    """Capitals of what follows the last colon of the last request."""
    return turns[-1].content.rpartition(": ")[2].upper()


class Capitals(Engine):
    """Answers at once, or after `seconds`."""

    name = "capitals"

    def __init__(self, seconds=0.0, answer=answer_to):
        self.seconds = seconds
        self.answer = answer
        self.batches = []
        self.streams_stopped = threading.Event()

    def complete(self, prompts, options=Options(), done=None):
        return [prompt.upper() for prompt in prompts]

    def generate(self, conversations, options=Options(), done=None):
        self.batches.append(len(conversations))
        time.sleep(self.seconds)
        return [self.answer(turns) for turns in conversations]

    def stream(self, conversation, options=Options()):
        try:
            for word in self.answer(conversation).split(" "):
                time.sleep(self.seconds)
                yield word + " "
        except GeneratorExit:
            self.streams_stopped.set()
            raise
