"""A model that is no model: deterministic, and slow where it is to be interrupted."""

import time

from bayling.translate.work import Translator


class Double(Translator):
    """Answers in capitals and with how many were asked at once, as an engine whose batches differ might."""

    identity = "double"

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__("double")
        self.seconds = seconds
        self.batches: list[int] = []

    @property
    def engine(self):
        return self

    def generate(self, conversations, options=None, done=None):
        self.batches.append(len(conversations))
        time.sleep(self.seconds)
        return [
            f"{turns[-1].content.partition(': ')[2].upper()} [{len(conversations)}]"
            for turns in conversations
        ]

    def batch_invariant(self, options):
        return False

    def branch(self, conversation, answer, beginnings):
        return []
