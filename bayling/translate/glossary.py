"""Glossaries: the terms that a translation has to use."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from bayling.errors import BaylingError
from bayling.instruct.entries import function_words
from bayling.instruct.forms import core
from bayling.instruct.words import fold, spans, unmutated
from bayling.strict import Strict

ACRONYM = 5
"""Letters of an acronym, at most; what is longer in capitals is a word."""
_BEGINNING = re.compile(r"(?:^|[.!?…:]|\n)\W*$")
"""What comes before a word that has a capital wherever it begins a sentence."""
_QUOTED = re.compile(r'"((?:[^"]|"")+)"')


class Term(Strict):
    """A word or phrase and how it is to be translated."""

    source: str
    target: str
    lang: str
    """BCP-47 tag of `target`."""


def read_glossary(path: Path, source_lang: str, target_langs: Sequence[str] = ()) -> tuple[Term, ...]:
    """Read the terms of one source language out of TSV, CSV, TBX or any other format of parallel text, with their
    translations into all of its languages.

    An empty cell of a table, or one that a line ends before, means that the term has no translation in that language.

    Args:
        target_langs: languages that are wanted, so that a column is taken for one though it may be about the terms (`id`).

    Raises:
        BaylingError: the file cannot be read, has no term in the source language, or translates one otherwise than
            earlier; names the line or record.
    """
    from bayling.corpora.formats import read_pairs

    found: dict[tuple[str, str], tuple[str, str]] = {}
    langs: set[str] = set()
    for pair in read_pairs(path, pivots=[source_lang, *target_langs], ragged=True):
        langs |= {pair.source_lang, pair.target_lang}
        if pair.source_lang != source_lang:
            continue
        source, target = _unquoted(pair.source), _unquoted(pair.target)
        earlier, where = found.setdefault((source, pair.target_lang), (target, pair.id))
        if earlier != target:
            raise BaylingError(f"{path}: {pair.id} translates {source!r} otherwise than {where}")
    if not found:
        raise BaylingError(f"{path}: no term in {source_lang}; it has {', '.join(sorted(langs))}")
    return tuple(Term(source=source, target=target, lang=tag) for (source, tag), (target, _) in found.items())


def _unquoted(cell: str) -> str:
    """A cell without the quotation marks that Excel puts around one with a comma, in tables divided by tabs too."""
    match = _QUOTED.fullmatch(cell)
    return match[1].replace('""', '"').strip() if match else cell


def other_language(path: Path, target_langs: Sequence[str]) -> str | None:
    """The only language that a glossary or a memory has beside the targets; None where it has several or none.

    Raises:
        BaylingError: the file cannot be read.
    """
    from bayling.corpora.formats import read_pairs

    pairs = read_pairs(path, pivots=target_langs, ragged=True)
    langs = {lang for pair in pairs for lang in (pair.source_lang, pair.target_lang)}
    others = langs.difference(target_langs)
    return others.pop() if len(others) == 1 and langs & set(target_langs) else None


def may_have(terms: Iterable[Term], text: str, lang: str) -> tuple[Term, ...]:
    """The terms whose letters a text has, among them all that it has as words: it takes a hundredth of the time that
    it takes to look for words, so a large glossary is cut down by it first."""
    letters = fold(unmutated(text, lang))

    def may_stand(phrase: str) -> bool:
        return all(core(part, lang) in letters for part in fold(unmutated(phrase, lang)).split())

    return tuple(term for term in terms if may_stand(term.source))


def in_force(terms: Sequence[Term], source: str, source_lang: str, target_lang: str) -> tuple[Term, ...]:
    """The terms that a translation of `source` has to use; of two for the same words, the later one, and of one within
    another, the longer (memory, memory card)."""
    wanted = {term.source.casefold(): term for term in terms if term.lang == target_lang}
    found = [
        (term, places)
        for term in may_have(wanted.values(), source, source_lang)
        if (places := _places(term.source, source, source_lang))
    ]
    taken = [(place, len(term.source)) for term, places in found for place in places]

    def hidden(place: tuple[int, int], length: int) -> bool:
        return any(
            start <= place[0] and place[1] <= stop and (stop - start, other) > (place[1] - place[0], length)
            for (start, stop), other in taken
        )

    return tuple(
        term for term, places in found if not all(hidden(place, len(term.source)) for place in places)
    )


def _places(phrase: str, source: str, lang: str) -> list[tuple[int, int]]:
    """Where a term stands in the source. Its capitals count where it is an acronym, or another word without them (US, May);
    where those of the source say nothing, it is rather that word."""
    idle = phrase != phrase.lower() and fold(phrase) in function_words(lang)
    acronym = any(part.isupper() and 2 <= len(part) <= ACRONYM for part in phrase.split())
    if idle and source.isupper() and source.strip() != phrase:
        return []
    places = spans(source, phrase, lang, cased=idle or acronym)
    if not idle or acronym:
        return places
    folded = fold(unmutated(source, lang))
    return [place for place in places if not _BEGINNING.search(folded[: place[0]])]
