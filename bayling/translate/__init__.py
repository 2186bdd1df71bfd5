"""Translating: texts, sessions and files in, translations out, each checked against what was asked.

`Session` is an interactive translation, `requests` names what can be asked, `open_engine` finds the model.
Change what is noticed of an answer in `findings.py`.
"""

from bayling.engines.chosen import open_engine
from bayling.translate.glossary import Term, read_glossary
from bayling.translate.history import Revision
from bayling.translate.memory import Memory, read_memory
from bayling.translate.session import Session

__all__ = ["Memory", "Revision", "Session", "Term", "open_engine", "read_glossary", "read_memory"]
