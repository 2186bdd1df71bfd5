"""Cleaning: pairs in, the pairs that are fit to learn from out, each rejection counted by reason.

`clean` cleans a corpus, `check_pair` gives the first reason against one pair, `decontaminate` takes out what
stands in test sets. Thresholds are data (`Thresholds`); add a rule in `rules.py`.
"""

from bayling.clean.cleaning import Rejected, clean, settle
from bayling.clean.copies import is_copy
from bayling.clean.language_id import identify, in_script_of, other_language, wrong_language
from bayling.clean.near import without_near_duplicates
from bayling.clean.normalise import bare, normalise, normalise_pair
from bayling.clean.overlap import Overlap, decontaminate
from bayling.clean.placeholders import closes, placeholders, same_placeholders
from bayling.clean.rules import Thresholds, check_pair, check_scores, score_pair, thresholds

__all__ = [
    "Overlap",
    "Rejected",
    "Thresholds",
    "bare",
    "check_pair",
    "check_scores",
    "clean",
    "closes",
    "decontaminate",
    "identify",
    "in_script_of",
    "is_copy",
    "normalise",
    "normalise_pair",
    "other_language",
    "placeholders",
    "same_placeholders",
    "score_pair",
    "settle",
    "thresholds",
    "without_near_duplicates",
    "wrong_language",
]
