"""Understanding what a user asks for in free words: the phrasebooks, read backwards.

What is understood can be checked in the answer, and mended. A request that no phrase of the books is like stays in the
user's own words, as does one that makes no sense of the text at hand: change “X” to “Y” where the translation has no X.
Words that are meant as such stand in quotation marks, of whatever kind: change it to past tense is no such request.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from bayling.instruct.phrasebook import named as name_of
from bayling.instruct.phrasebook import phrases_of, pieces, polite_words, request_languages
from bayling.instruct.words import contains, contains_form, fold
from bayling.languages import segmented, tag_of, tags
from bayling.translate.findings import Brief
from bayling.translate.glossary import Term
from bayling.translate.requests import Kind, Request, form_of, free, named

_KINDS: tuple[Kind, ...] = (
    "terminology", "persistence", "replacement", "correction", "addition", "omission", "retarget", "placeholder",
    "formal", "informal", "shorter", "longer",
)  # fmt: skip
KINDS: dict[str, Kind] = {**{kind: kind for kind in _KINDS}, "markup": "placeholder"}
"""Which lists of a phrasebook are read, and as what; earlier ones first."""
LONGEST = 400
"""Characters of a request that may be one of the phrasebooks', at most."""
_APOSTROPHES = "'’"
_SINGLE = f"{_APOSTROPHES}‘‚`"
_DOUBLE = '“”„‟«»‹›「」『』"'
_QUOTES = _DOUBLE + _SINGLE
_SPELLED = r"[^\W\d_\u2e80-\uffef]"
"""A letter of a script that may have apostrophes in its words."""
_APOSTROPHE = f"(?<={_SPELLED})[{_APOSTROPHES}](?={_SPELLED})"
_END = r"[\s.!?…。！？؟।]*"


def understand(said: str, brief: Brief) -> Request:
    """The request that the words stand for, about the draft of a translation.

    Raises:
        BaylingError: there are no words.
    """
    request = free(said)
    if len(request.text) > LONGEST:
        return request
    for lang in _likely(brief):
        for of, slots in _readings(request.text, lang, tuple(KINDS)):
            if _makes_sense(KINDS[of], slots, brief):
                return named(KINDS[of], lang, brief.target_lang, request.text, slots)
    return request


def opened(said: str, brief: Brief) -> Brief:
    """The brief with what is said beside the text when its translation is first asked for: a term, a form of address."""
    for lang in _likely(brief):
        for _, slots in _readings(said, lang, ("translate_with_term",)):
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


def _readings(text: str, lang: str, lists: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    plain = _plain(text, lang)
    folded = fold(plain)
    for of in lists:
        for phrase, sign in _phrases(of, lang):
            if sign in folded and (match := _pattern(phrase).fullmatch(plain)):
                slots = _slots(phrase, match, lang)
                if slots is not None:
                    yield of, slots


def _plain(text: str, lang: str) -> str:
    """The text without words of politeness and marks at its ends."""
    polite = "|".join(map(re.escape, polite_words(lang))) or "(?!)"
    space = r"\s+" if segmented(lang) else r"\s*"
    return re.sub(
        rf"^(?:{polite})[,，]?{space}|[,，、]?{space}(?:{polite}){_END}$|{_END}$",
        "",
        text,
        flags=re.IGNORECASE,
    )


@cache
def _phrases(of: str, lang: str) -> tuple[tuple[str, str], ...]:
    """The phrases of a list, each with the longest word that stands in whatever is said so, which is soon looked for."""
    plain = [_plain(phrase, lang) for phrase in phrases_of(of, lang)]
    return tuple((phrase, _sign(phrase)) for phrase in plain)


def _sign(phrase: str) -> str:
    first, slots = pieces(phrase)
    literal = " ".join([first, *(rest for _, _, rest in slots)])
    return max(map(fold, re.split(rf"[\s{_QUOTES}.,;:!?…。，；：！？؟।()]+", literal)), key=len)


@lru_cache(4096)
def _pattern(phrase: str) -> re.Pattern[str]:
    """The phrase, with whatever marks of quotation where it has some."""
    before, slots = pieces(phrase)
    parts = [_literal(before)]
    for name, _, after in slots:
        if _quoted(before, after):
            # A further mark ends what is quoted; an apostrophe is none, within a word or between double marks.
            ahead, _, space = parts[-1].rpartition(f"[{_QUOTES}]")
            parts[-1] = rf"{ahead}(?:(?P<_{name}>[{_SINGLE}])|[{_DOUBLE}]){space}"
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
    found = []
    for before, letter, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if letter in "'’" and before.isalpha():
            found.append("['’]")
        elif letter in _QUOTES:
            found.append(f"[{_QUOTES}]")
        elif letter.isspace():
            found.append(r"\s*" if {before, after} & set(_QUOTES) else r"\s+")
        else:
            found.append(re.escape(letter))
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
    return found


@cache
def _languages(lang: str, form: str) -> dict[str, str]:
    """The tags of languages by what a form of a phrasebook's language calls them."""
    known = sorted(tags(), key=len, reverse=True)
    plain = {tag.partition("-")[0]: tag_of(tag.partition("-")[0]) for tag in known}  # Chinese, whichever
    return {
        fold(name_of(code, lang, form)): tag
        for code, tag in [
            *((code, tag) for code, tag in plain.items() if tag),
            *((tag, tag) for tag in known),
        ]
    }


def _makes_sense(kind: Kind, slots: dict[str, str], brief: Brief) -> bool:
    """Whether what is said to stand in the source or the draft does."""
    match kind:
        case "terminology" | "persistence":
            return contains_form(brief.source, slots["term"], brief.source_lang)
        case "placeholder":
            return slots["placeholder"] in brief.source
        case "replacement" | "correction":
            return contains(brief.draft, slots.get("old") or slots["wrong"], brief.target_lang)
        case "addition":
            return contains(brief.draft, slots["phrase"], brief.target_lang)
    return True
