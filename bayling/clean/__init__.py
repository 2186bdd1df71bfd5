"""Cleaning: pairs in, the pairs that are fit to learn from out, each rejection counted by reason.

`check_pair` gives the first reason against a pair. Thresholds are data (`Thresholds`); add a rule in
`rules.py`.
"""

from bayling.clean.language_id import identify, in_script_of, wrong_language
from bayling.clean.normalise import normalise
from bayling.clean.placeholders import placeholders
from bayling.clean.rules import Thresholds, check_pair

__all__ = [
    "Thresholds",
    "check_pair",
    "identify",
    "in_script_of",
    "normalise",
    "placeholders",
    "wrong_language",
]
