"""Understanding what a user asks for in free words: the phrasebooks, read backwards, and after them what else is said.

What is understood can be checked in the answer, and mended. The further phrases, in `said/`, make no training data: there,
of words in brackets one is said. A request that no phrase is like stays in the user's own words, as does one that makes no
sense of the text at hand: change “X” to “Y” where the translation has no X. Words that are meant as such stand in quotation
marks, of whatever kind: change it to past tense is no such request.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources
from itertools import islice
from typing import Any

from bayling.instruct.phrasebook import named as name_of
from bayling.instruct.phrasebook import phrases_of, pieces, polite_words, request_languages
from bayling.instruct.words import contains, contains_form, fold
from bayling.languages import segmented, tag_of, tags
from bayling.packaged import read_packaged
from bayling.translate.findings import Brief
from bayling.translate.glossary import Term
from bayling.translate.requests import Kind, Request, form_of, free, named

_KINDS: tuple[Kind, ...] = (
    "terminology", "persistence", "replacement", "correction", "addition", "omission", "retarget", "placeholder",
    "formal", "informal", "shorter", "longer",
)  # fmt: skip
KINDS: dict[str, Kind] = {**{kind: kind for kind in _KINDS}, "markup": "placeholder"}
"""Which lists of a phrasebook are read, and as what; earlier ones first."""
_SAID: dict[str, Kind] = {**KINDS, "missing": "omission", "untranslated": "terminology"}
"""The same of the further phrases, all of which come after those of the books."""
LONGEST = 400
"""Characters of a request that may be one of the phrasebooks', at most."""
_APOSTROPHES = "'’"
_SINGLE = f"{_APOSTROPHES}‘‚`"
_DOUBLE = '“”„‟«»‹›「」『』"'
_QUOTES = _DOUBLE + _SINGLE
_SPELLED = r"[^\W\d_\u2e80-\uffef]"
"""A letter of a script that may have apostrophes in its words."""
_APOSTROPHE = f"(?<={_SPELLED})[{_APOSTROPHES}](?={_SPELLED})"
_BRACKETS = re.compile(r"\[([^]]*)\]")
_END = r"[\s.!?…。！？؟।]*"


def understand(said: str, brief: Brief) -> Request:
    """The request that the words stand for, about the draft of a translation.

    Raises:
        BaylingError: there are no words.
    """
    request = free(said)
    if len(request.text) > LONGEST:
        return request
    for book, kinds in ((phrases_of, KINDS), (said_too, _SAID)):
        for lang in _likely(brief):
            for of, slots in _readings(request.text, lang, tuple(kinds), book):
                if _makes_sense(of, slots, brief):
                    return named(kinds[of], lang, brief.target_lang, request.text, slots)
    other = next(_other_languages(request.text, brief), None)
    return request.model_copy(update={"slots": {"target_language": other}}) if other else request


def _other_languages(text: str, brief: Brief) -> Iterator[str]:
    """Languages besides the target that the words name."""
    folded = fold(text)
    for lang in islice(_likely(brief), 3):
        for name, tag in _languages(lang, "").items():
            if name in folded and tag != brief.target_lang and contains_form(text, name, lang):
                yield tag


def said_too(of: str, lang: str) -> tuple[str, ...]:
    """The phrases for a kind of request, or another list of `said/`, that are understood besides the phrasebook's."""
    return tuple(_said(lang).get(of, ()))


@cache
def _said(lang: str) -> dict[str, Any]:
    path = f"translate/said/{lang}.yaml"
    return read_packaged(path) if resources.files("bayling").joinpath(*path.split("/")).is_file() else {}


def opened(said: str, brief: Brief) -> Brief:
    """The brief with what is said beside the text when its translation is first asked for: a term, a form of address."""
    for lang in _likely(brief):
        for _, slots in _readings(said, lang, ("translate_with_term",), phrases_of):
            term = Term(source=slots["term"], target=slots["translation"], lang=brief.target_lang)
            return replace(brief, terms=(*brief.terms, term))
    beside = said.replace(brief.source, "\n") if brief.source else said
    lines = list(filter(str.strip, beside.splitlines())) or [said]
    return replace(brief, form=form_of([understand(line, brief).kind for line in (lines[-1], lines[0])]))


def _likely(brief: Brief) -> Iterator[str]:
    """The languages of the phrasebooks, those first that are likely to be spoken."""
    likely = [tag.partition("-")[0] for tag in ("en", brief.target_lang, brief.source_lang)]
    known = request_languages()
    yield from dict.fromkeys(lang for lang in [*likely, *sorted(known)] if lang in known)


Book = Callable[[str, str], Sequence[str]]
"""The phrases of a list in a language."""


def _readings(text: str, lang: str, lists: Sequence[str], book: Book) -> Iterator[tuple[str, dict[str, str]]]:
    plain = _plain(text, lang)
    folded = fold(plain)
    for of in lists:
        for phrase, signs in _phrases(book, of, lang):
            stands = all(any(sign in folded for sign in either) for either in signs)
            if stands and (match := _pattern(phrase).fullmatch(plain)):
                slots = _slots(phrase, match, lang)
                if slots is not None:
                    yield of, slots


def _plain(text: str, lang: str) -> str:
    """The text without words of politeness and marks at its ends."""
    return _politeness(lang).sub("", text)


@cache
def _politeness(lang: str) -> re.Pattern[str]:
    known = sorted([*polite_words(lang), *said_too("please", lang)], key=len, reverse=True)
    polite = "|".join(map(_verbatim, known)) or "(?!)"
    space = r"\s+" if segmented(lang) else r"\s*"
    return re.compile(
        rf"^[\s¿¡]*(?:(?:{polite})[,，]?{space})*|(?:[,，、]?{space}(?:{polite}))*{_END}$", re.IGNORECASE
    )


@cache
def _phrases(book: Book, of: str, lang: str) -> tuple[tuple[str, list[list[str]]], ...]:
    """The phrases of a list, each with the words of which one of each list stands in whatever is said so, which are soon
    looked for."""
    plain = [_plain(phrase, lang) for phrase in book(of, lang)]
    return tuple((phrase, _signs(phrase)) for phrase in plain)


def _signs(phrase: str) -> list[list[str]]:
    first, slots = pieces(phrase)
    parts = [part for literal in [first, *(rest for _, _, rest in slots)] for part in _parts(literal)]
    longest = [[_longest_word(one) for one in part] for part in parts]
    return [either for either in longest if all(either)]


def _longest_word(text: str) -> str:
    return max(map(fold, re.split(rf"[\s{_QUOTES}.,;:!?…。，；：！？؟।()]+", text)), key=len)


def _parts(text: str) -> list[list[str]]:
    """What stands beside slots, cut at brackets: what is always said, and of words in brackets each."""
    return [part.split("|") if number % 2 else [part] for number, part in enumerate(_BRACKETS.split(text))]


@lru_cache(4096)
def _pattern(phrase: str) -> re.Pattern[str]:
    """The phrase, with whatever marks of quotation where it has some."""
    before, slots = pieces(phrase)
    parts = [_literal(before)]
    for name, _, after in slots:
        if _quoted(before, after):
            # A further mark ends what is quoted; an apostrophe is none, within a word or between double marks.
            ahead, _, rest = parts[-1].rpartition(f"[{_QUOTES}]")
            parts[-1] = f"{ahead}(?:(?P<_{name}>[{_SINGLE}])|[{_DOUBLE}]){rest}"
            within = rf"[^{_QUOTES}]|(?(_{name}){_APOSTROPHE}|[{_APOSTROPHES}])"
            parts += [rf"(?P<{name}>(?:{within})+?)", _literal(after)]
        else:
            parts += [rf"(?P<{name}>.+?)", _literal(after)]
        before = after
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def _quoted(before: str, after: str) -> bool:
    """Whether what stands between the two stands between marks of quotation."""
    return before.rstrip()[-1:] in [*_QUOTES] and after.lstrip()[:1] in [*_QUOTES]


def _literal(text: str) -> str:
    """The pattern of what stands beside slots."""
    return "".join(f"(?:{'|'.join(map(_verbatim, part))})" for part in _parts(text))


def _verbatim(text: str) -> str:
    found = []
    for before, letter, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if letter in _APOSTROPHES and before.isalpha():
            found.append(f"[{_APOSTROPHES}]")
        elif letter in _QUOTES:
            found.append(rf"\s*[{_QUOTES}]\s*")
        elif not letter.isspace():
            found.append(re.escape(letter))
        elif not {before, after} & set(_QUOTES):
            found.append(r"\s+")
    return "".join(found)


def _slots(phrase: str, match: re.Match[str], lang: str) -> dict[str, str] | None:
    found = {}
    for name, form, _ in pieces(phrase)[1]:
        quoted = f"_{name}" in match.re.groupindex
        value = match[name].strip(" \u00a0" if quoted else f" \u00a0{_QUOTES}")
        if form is not None:
            value = _languages(lang, form).get(fold(value)) or (len(value) > 3 and tag_of(value)) or ""
        if not value:
            return None
        found[name] = value
    if "term" in found:
        found.setdefault("translation", found["term"])  # one that stays as it is
    return found


@cache
def _languages(lang: str, form: str) -> dict[str, str]:
    """The tags of languages by what a form of a phrasebook's language calls them."""
    known = sorted(tags(), key=len, reverse=True)
    plain = {tag.partition("-")[0]: tag_of(tag.partition("-")[0]) for tag in known}  # Chinese, whichever
    called: dict[str, str] = _said(lang).get("names", {})
    return called | {
        fold(name_of(code, lang, form)): tag
        for code, tag in [
            *((code, tag) for code, tag in plain.items() if tag),
            *((tag, tag) for tag in known),
        ]
    }


def _makes_sense(of: str, slots: dict[str, str], brief: Brief) -> bool:
    """Whether what is said to stand in the source or the draft does."""
    match of:
        case "terminology" | "persistence" | "untranslated":
            return contains_form(brief.source, slots["term"], brief.source_lang)
        case "placeholder" | "markup":
            return slots["placeholder"] in brief.source
        case "replacement" | "correction":
            return contains(brief.draft, slots.get("old") or slots["wrong"], brief.target_lang)
        case "addition":
            return contains(brief.draft, slots["phrase"], brief.target_lang)
        case "missing":
            return contains(brief.source, slots["phrase"], brief.source_lang)
    return True
