"""What can be wrong with an output whatever its score: wrong language, a copy, nothing, too much, a loop."""

from collections.abc import Mapping, Sequence

from bayling.engines.repetition import repeated

FEWEST = 4
"""Latin letters that say which language they are of; `GB` and `AM` stand in texts of every one."""


def count_flaws(
    hypotheses: Sequence[str],
    references: Sequence[str],
    target_lang: str,
    sources: Sequence[str] | None = None,
) -> dict[str, int | None]:
    """How many outputs have each flaw; `copied` only where there are sources, and None of `off_target` where the
    language cannot be told from others.

    Raises:
        BaylingError: the language is unknown.
    """
    return {
        "off_target": sum(off_target(hypotheses, target_lang)) if told_apart(target_lang) else None,
        **({"copied": sum(map(copied, hypotheses, sources))} if sources is not None else {}),
        "empty": sum(map(empty, hypotheses)),
        "over_long": sum(map(over_long, hypotheses, references)),
        "repeated": sum(map(repeated, hypotheses)),
    }


def shares(counts: Mapping[str, int | None], segments: int) -> dict[str, float | None]:
    """What `count_flaws` gives, as shares of one."""
    return {flaw: None if count is None else count / segments for flaw, count in counts.items()}


def told_apart(lang: str) -> bool:
    """Whether a text in the language can be told from one in another: by its words, or at least by a script that is
    not Latin.

    Raises:
        BaylingError: the language is unknown.
    """
    from bayling.clean.language_id import identifies
    from bayling.languages import script, standardize

    tag = standardize(lang)
    return identifies(tag) or script(tag) != "Latn"


def off_target(hypotheses: Sequence[str], target_lang: str) -> list[bool]:
    """Which outputs are in another language, by script or identification.

    An output that says too little to tell is not counted.

    Raises:
        BaylingError: the language is unknown.
    """
    from bayling.clean.language_id import scripts_of, wrong_language
    from bayling.languages import standardize

    def says(text: str) -> bool:
        letters = scripts_of(text)
        return letters.keys() != {"Latn"} or letters.total() >= FEWEST

    tag = standardize(target_lang)
    return [says(text) and wrong_language(text, tag) for text in hypotheses]


def copied(hypothesis: str, source: str) -> bool:
    """Whether an output is the source once more, whatever its case, spaces and punctuation."""
    from bayling.clean.copies import is_copy

    return is_copy(source, hypothesis)


def empty(hypothesis: str) -> bool:
    """Whether an output says nothing."""
    return not hypothesis.strip()


def over_long(hypothesis: str, reference: str) -> bool:
    """Whether an output goes on where a translation would end: twice the reference and 20 characters more."""
    return len(hypothesis) > 2 * len(reference) + 20


def han_without_kana(text: str) -> bool:
    """Whether a text has Chinese characters and no kana, as no Japanese sentence has."""
    from bayling.clean.language_id import scripts_of

    scripts = scripts_of(text)
    return scripts["Hani"] > 0 and not scripts["Kana"]


def holds_han(text: str) -> bool:
    """Whether a text has a Chinese character."""
    from bayling.clean.language_id import scripts_of

    return scripts_of(text)["Hani"] > 0
