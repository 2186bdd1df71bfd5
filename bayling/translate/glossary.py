"""Glossaries: the terms that a translation has to use."""

from collections.abc import Sequence
from pathlib import Path

from bayling.errors import BaylingError
from bayling.files import read_lines
from bayling.instruct.words import contains_form, fold, unmutated
from bayling.languages import standardize
from bayling.recipe import Strict


class Term(Strict):
    """A word or phrase and how it is to be translated."""

    source: str
    target: str
    lang: str
    """BCP-47 tag of `target`."""


def read_glossary(path: Path, source_lang: str) -> tuple[Term, ...]:
    """Read the terms of one source language from a TSV file whose first line names each column's language.

    An empty cell means that the term has no translation in that language.

    Raises:
        BaylingError: the file cannot be read, has no column for the source language, none beside it or two for a
            language, or a line has more columns than the first or translates a term otherwise than an earlier one;
            names the line.
    """
    header, *lines = read_lines(path)
    try:
        columns = [standardize(name) for name in header.lstrip("\ufeff").split("\t")]
    except BaylingError as error:
        raise BaylingError(
            f"{path}: line 1 must name the columns' languages, such as en<TAB>de ({error})"
        ) from error
    if source_lang not in columns or len(columns) < 2:
        raise BaylingError(
            f"{path}: needs a column for {source_lang} and one beside it; it has {', '.join(columns)}"
        )
    if twice := next((tag for tag in columns if columns.count(tag) > 1), None):
        raise BaylingError(f"{path}: line 1 names {twice} twice; a term has one translation in a language")
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for number, line in enumerate(lines, 2):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > len(columns):
            raise BaylingError(
                f"{path}: line {number} has {len(cells)} columns, the first line {len(columns)}"
            )
        row = {tag: cell for tag, cell in zip(columns, cells, strict=False) if cell}
        source = row.pop(source_lang, "")
        for tag, target in row.items() if source else ():
            earlier, where = found.setdefault((source, tag), (target, number))
            if earlier != target:
                raise BaylingError(f"{path}: line {number} translates {source!r} otherwise than line {where}")
    return tuple(Term(source=source, target=target, lang=tag) for (source, tag), (target, _) in found.items())


def in_force(terms: Sequence[Term], source: str, source_lang: str, target_lang: str) -> tuple[Term, ...]:
    """The terms that a translation of `source` has to use; of two for the same words, the later one."""
    wanted = {term.source.casefold(): term for term in terms if term.lang == target_lang}
    letters = fold(unmutated(source, source_lang))

    def may_stand(phrase: str) -> bool:  # which takes a hundredth of the time that it takes to look for words
        return all(part in letters for part in fold(unmutated(phrase, source_lang)).split())

    return tuple(
        term
        for term in wanted.values()
        if may_stand(term.source) and contains_form(source, term.source, source_lang)
    )
