"""Rules on pairs: each gives a number, the threshold is data, the first one broken is the reason.

The names follow OpusFilter's filters where there is one. Catalogue strings are short: languages are not
identified and numbers not compared below a length.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from bayling.clean.copies import copied_share, without_copied
from bayling.clean.language_id import in_script_of, other_language
from bayling.clean.meaning import nearness
from bayling.clean.numbers import differing
from bayling.clean.placeholders import PATTERN, unmatched
from bayling.corpora.pair import Pair
from bayling.errors import BaylingError
from bayling.languages import dense, word_count

_LOOSE = re.compile(r"\( +\{|\} +\)|(?P<mark>[`\"]) +\{[^{}]*\} +(?P=mark)")
"""A placeholder set apart from the marks around it: `[text]( {url} )`, `` ` {name} ` ``."""
ECHO = 0.7
"""Least share of its letters that an untranslated target has in words of the source."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The most that each rule lets pass; a rule without a limit (infinity) is not asked."""

    empty: float = 0
    """Sides without a letter."""
    length: float = 400
    """Characters of the longer side."""
    length_ratio: float = 3.0
    """Characters of the longer side to the shorter one, both raised by 15; letters of dense
    scripts, such as Chinese, count 2.5."""
    untranslated: float = 0
    """1 where both sides are the same but for case."""
    placeholders: float = 0
    """Placeholders, tags and entities on one side only."""
    loose: float = 0
    """Placeholders of the target set apart from marks that hold them in the source, as machines do."""
    numbers: float = 0
    """Numbers of two and more digits on one side only, however it writes them, in segments of six and more words."""
    script: float = 0.5
    """Share of the target's letters that are not of its language's script. What the source has too does not
    count."""
    language: float = 0
    """Sides that are identified as another language."""
    meaning: float = inf
    """How far apart the two sides are in meaning: 1 less their nearness (`clean.meaning`)."""


@lru_cache(maxsize=64)
def asked(thresholds: Thresholds) -> tuple[tuple[str, float], ...]:
    """The rules that can be broken, each with its limit."""
    return tuple((rule, limit) for rule in RULES if (limit := getattr(thresholds, rule)) < inf)


def thresholds(limits: Mapping[str, float], option: str) -> Thresholds:
    """The usual thresholds but for those of the rules named.

    Raises:
        BaylingError: there is no such rule or threshold; names the option that it came from.
    """
    for name, limit in limits.items():
        if name not in RULES:
            raise BaylingError(f"{option}: no rule {name!r} among {', '.join(RULES)}")
        if not limit >= 0:  # nor is NaN, which everything would pass
            raise BaylingError(f"{option}: {name}={limit:g} is no threshold; give 0 or more")
    return Thresholds(**limits)


def check_pair(pair: Pair, thresholds: Thresholds = Thresholds()) -> str | None:
    """The name of the first rule that the pair breaks, or None."""
    return next((rule for rule, limit in asked(thresholds) if RULES[rule](pair) > limit), None)


def score_pair(pair: Pair, thresholds: Thresholds = Thresholds()) -> dict[str, float]:
    """What every rule that is asked gives, by its name: more is worse."""
    return {rule: float(RULES[rule](pair)) for rule, _ in asked(thresholds)}


def check_scores(scores: Mapping[str, float], thresholds: Thresholds = Thresholds()) -> str | None:
    """What `check_pair` says of a pair with these scores.

    Raises:
        BaylingError: a rule is asked that there is no score of.
    """
    for rule, limit in asked(thresholds):
        if rule not in scores:
            raise BaylingError(
                f"--limit {rule}: the scores have none of this rule; score the text itself again"
            )
        if scores[rule] > limit:
            return rule
    return None


def _empty(pair: Pair) -> float:
    return sum(not any(map(str.isalpha, PATTERN.sub("", side))) for side in (pair.source, pair.target))


def _length_ratio(pair: Pair) -> float:
    sides = ((pair.source, pair.source_lang), (pair.target, pair.target_lang))
    short, long = sorted(15 + len(text) * (2.5 if dense(tag) else 1.0) for text, tag in sides)
    return long / short


def _placeholders(pair: Pair) -> float:
    return unmatched(pair.source, pair.target)


def _loose(pair: Pair) -> float:
    return _set_apart(pair.target) - _set_apart(pair.source)


def _set_apart(text: str) -> int:
    return len(_LOOSE.findall(text)) if "{" in text or "}" in text else 0


def _numbers(pair: Pair) -> float:
    if word_count(pair.source, pair.source_lang) < 6:
        return 0
    return differing(pair.source, pair.target, pair.source_lang, pair.target_lang)


def _script(pair: Pair) -> float:
    foreign = 1 - in_script_of(pair.target, pair.target_lang)
    return 1 - in_script_of(without_copied(pair.source, pair.target), pair.target_lang) if foreign else 0


def _language(pair: Pair) -> float:
    found = other_language(pair.target, pair.target_lang)
    if found == pair.source_lang and copied_share(pair.source, pair.target) < ECHO:
        found = None  # what is taken for the source's language and yet has none of its words is a false alarm
    return (found is not None) + _wrong_source(pair.source, pair.source_lang)


@lru_cache(maxsize=256)
def _wrong_source(text: str, tag: str) -> bool:
    return other_language(text, tag) is not None  # one source has many targets


RULES: dict[str, Callable[[Pair], float]] = {
    "empty": _empty,
    "length": lambda pair: max(len(pair.source), len(pair.target)),
    "length_ratio": _length_ratio,
    "untranslated": lambda pair: pair.source.casefold() == pair.target.casefold(),
    "placeholders": _placeholders,
    "loose": _loose,
    "numbers": _numbers,
    "script": _script,
    "language": _language,
    "meaning": lambda pair: 1 - nearness(pair.source, pair.target),
}
"""In the order in which they are asked, that of the thresholds."""
