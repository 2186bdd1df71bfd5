"""Nearness to a human text: what a checker says where there is no draft to compare with."""

from bayling.corpora.pair import Pair
from bayling.instruct.checks import similarity
from bayling.instruct.task import Verdict
from bayling.instruct.words import contains_form, words

NEAR = 0.3
"""Least similarity (chrF, 0 to 1) to the human text, as nine in ten of other people's reach
(benchmarks/checkers.py)."""
WHOLE = 0.7
"""Least share of the human text's number of words."""
FEWEST_WORDS = 3
"""Words of a text that is no label."""
SPARE = 4
"""Words that may stand around a short answer."""


def is_label(pair: Pair) -> bool:
    """Whether the pair says too little to be compared, matched or shortened: a word or two."""
    return words(pair.source, pair.source_lang).total() < FEWEST_WORDS


def far(answer: str, reference: str) -> tuple[float, str]:
    """The answer's similarity to the human text, and what is wrong with that, as a verb phrase."""
    near = similarity(answer, reference)
    return near, "" if near >= NEAR else f"is far from the human text (chrF {100 * near:.0f})"


def says_the_same(answer: str, reference: str) -> Verdict:
    """Whether the answer is near enough to the human text."""
    near, wrong = far(answer, reference)
    return Verdict(not wrong, near if wrong else 1, wrong)


def breaks_off(answer: str, reference: str, tag: str) -> bool:
    """Whether the answer has many fewer words than the human text."""
    return words(answer, tag).total() < WHOLE * words(reference, tag).total()


def says_more(answer: str, wanted: str, tag: str) -> bool:
    """Whether an answer that should be a few words has more than some around them."""
    return words(answer, tag).total() > words(wanted, tag).total() + SPARE


def gives_word(answer: str, word: str, tag: str, lacking: str = "does not say") -> Verdict:
    """Whether the answer gives a word that is asked for, and little else."""
    if not contains_form(answer, word, tag):
        return Verdict(False, 0, f"{lacking} “{word}”")
    if says_more(answer, word, tag):
        return Verdict(False, 0.5, "says more than the word")
    return Verdict(True, 1)
