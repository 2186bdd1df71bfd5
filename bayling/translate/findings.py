"""What can be told of an answer without a reference: did it do what was asked, and keep what must be kept?"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bayling.clean import identify, wrong_language
from bayling.clean.numbers import brought, identifier, lost
from bayling.clean.placeholders import alone
from bayling.conversation import Conversation, Turn
from bayling.instruct import check
from bayling.instruct.address import Form, forms_of_address, readdressed
from bayling.instruct.checks import revised
from bayling.instruct.tasks.length import PASSED
from bayling.instruct.words import contains, contains_form, fold, replaced, share_kept, words
from bayling.languages import language_name
from bayling.translate.cutting import lines
from bayling.translate.glossary import Term, in_force
from bayling.translate.requests import (
    Request,
    address,
    correct,
    in_other_words,
    keep_placeholder,
    restore,
    retarget,
    use_term,
)

PARROTED = 0.7
"""Share of an answer's words that stand in the request, at most."""
SHORT = 8
"""Words of a draft that is too short to tell how much of it is kept."""
TASKS = {"translate": "translation", "retarget": "translation", "persistence": "terminology"}
"""Which task's checker judges a request, where it is not that of its name."""
_EMPHASIS = re.compile(r"\*+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)")
"""Markdown's marks; one within a word is none."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What an answer is held against."""

    source: str
    source_lang: str
    """BCP-47 tag, or `languages.UNKNOWN`."""
    target_lang: str
    """BCP-47 tag."""
    terms: tuple[Term, ...] = ()
    """The glossary, and the terms that were asked for."""
    draft: str = ""
    """The translation that a change was asked of."""
    form: Form | None = None
    """How the reader is to be addressed."""
    example: str = ""
    """The source of the unit of a memory that was shown."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of an answer."""

    reason: str
    """One clause."""
    remedy: Request | None = None
    """How to ask for it to be mended, where there is a way."""
    lacks: str = ""
    """What the answer would have to have in it, where that would mend it."""
    mended: str = ""
    """The draft or answer with what was asked done to the letter, where that can be."""


def find(brief: Brief, request: Request, answer: str) -> list[Finding]:
    """The faults of an answer, worst first."""
    if not answer:
        return [Finding("the answer is empty")]
    if _elsewhere(brief, request, answer):
        brief = replace(brief, terms=(), form=None)
    standing = [
        *_language(brief, request, answer),
        *_terms(brief, answer),
        *_wished(brief, request, answer),
        *_kept(brief, answer),
    ]
    if standing:
        return standing
    reason = judge(brief, request, answer)
    return [Finding(reason)] if reason else []


def _elsewhere(brief: Brief, request: Request, answer: str) -> bool:
    """Whether the answer may well be in another language, as free words may ask for one."""
    if request.kind != "free":
        return False
    target = brief.target_lang.partition("-")[0]
    named = "target_language" in request.slots and (identify(answer) or "").partition("-")[0] != target
    return named or wrong_language(answer, brief.target_lang)


def _language(brief: Brief, request: Request, answer: str) -> Iterator[Finding]:
    other = request.slots.get("target_language") if request.kind == "free" else None
    if wrong_language(answer, brief.target_lang) and (not other or wrong_language(answer, other)):
        # Free words may have asked for another language, so that is said and not undone.
        remedy = None if request.kind == "free" else retarget(brief.target_lang, again=True)
        yield Finding(f"it is not {language_name(brief.target_lang)}", remedy)


def _terms(brief: Brief, answer: str) -> Iterator[Finding]:
    for term in in_force(brief.terms, brief.source, brief.source_lang, brief.target_lang):
        if not contains_form(answer, term.target, term.lang):
            remedy = use_term(term.source, term.target, term.lang, again=True)
            yield Finding(
                f"“{term.source}” is not translated as “{term.target}”", remedy, _absent(answer, term.target)
            )


def _absent(answer: str, phrase: str) -> str:
    """The phrase, unless its letters stand in the answer: it may be there in a form that is not known. A number has none."""
    there = any(map(str.isalpha, phrase)) and fold(phrase) in fold(answer)
    return "" if there else phrase


def _wished(brief: Brief, request: Request, answer: str) -> Iterator[Finding]:
    """What a named request asks for, where the words alone tell whether it is done."""
    tag, draft, wants, without = brief.target_lang, brief.draft, request.wants, request.without
    edited = replaced(draft, without, wants, tag) if without else ""
    if without and contains(answer.replace(wants, " ") if wants else answer, without, tag):
        yield Finding(f"it still says “{without}”", in_other_words(request), mended=edited)
    if wants and not contains_form(answer, wants, tag):
        yield Finding(f"it does not say “{wants}”", in_other_words(request), _absent(answer, wants), edited)
    if brief.form and forms_of_address(answer, tag) - {brief.form}:
        remedy = address(brief.form, request.lang, again=True)
        yield Finding(f"it is not {brief.form} throughout", remedy, mended=readdressed(answer, tag))
    missed = request.slots.get("phrase", "") if request.kind == "omission" else ""
    if missed and not contains(brief.source, missed, brief.source_lang):
        yield Finding(f"the source does not say “{missed}”")
    shorter, longer = (answer, draft) if request.kind == "shorter" else (draft, answer)
    if request.kind in ("shorter", "longer") and len(shorter) > PASSED * len(longer):
        yield Finding(f"it is not {request.kind}", in_other_words(request))


def _kept(brief: Brief, answer: str) -> Iterator[Finding]:
    for placeholder in sorted(alone(brief.source, answer)):
        yield Finding(f"{placeholder} is missing", keep_placeholder(placeholder, again=True), placeholder)
    for placeholder in sorted(alone(answer, brief.source)):
        yield Finding(f"{placeholder} is not in the source")
    for number in lost(brief.source, answer, brief.source_lang, brief.target_lang):
        # An amount is not put in: it may well be there, said as nobody thought of.
        name = identifier(number, brief.source)
        yield Finding(f"the number {number} is missing", restore(number), name)
    for number in brought(brief.example, brief.source, answer, brief.source_lang):
        yield Finding(f"the number {number} is that of another text", *_undone(number, brief, answer))
    if Counter(_EMPHASIS.findall(brief.source)) != Counter(_EMPHASIS.findall(answer)):
        yield Finding("it is not emphasised as the source is")
    found_lines, source_lines = len(lines(answer)), len(lines(brief.source))
    if found_lines != source_lines:
        yield Finding(f"its lines are {found_lines}, those of the source {source_lines}")


def _undone(number: str, brief: Brief, answer: str) -> tuple[Request | None, str, str]:
    """How to ask for the text's own number instead of the example's, and the answer with it, where only one can be meant."""
    own = brought(brief.source, brief.example, brief.source, brief.source_lang)
    if len(own) != 1 or len(brought(brief.example, brief.source, brief.example, brief.source_lang)) != 1:
        return None, "", ""
    remedy = correct(number, own[0], again=True)
    return remedy, "", replaced(answer, number, own[0], brief.target_lang)


def judge(brief: Brief, request: Request, answer: str) -> str | None:
    """Why the answer does not do what was asked, as the request's own task sees it without a reference."""
    if brief.draft and answer == brief.draft:
        return "nothing has changed"
    asked, said = (words(text, brief.target_lang) for text in (request.text, answer))
    own = said - words(request.wants, brief.target_lang)
    if not request.starts and (own or not request.wants) and share_kept(own, asked) > PARROTED:
        return "it repeats the request"
    if request.wants or request.without:
        _, spoilt = revised(brief.draft, request.without, answer, brief.target_lang, added=request.wants)
        return f"it {spoilt}" if spoilt else None
    task = TASKS.get(request.kind, request.kind)
    if task not in ("translation", "terminology", "placeholder"):
        return None
    # A term may change the form of the words around it, which in a short draft is most of it.
    draft = (
        "" if task == "terminology" and words(brief.draft, brief.target_lang).total() < SHORT else brief.draft
    )
    facts = {"source": brief.source, "draft": draft, "term": request.term.target if request.term else ""}
    turns = (Turn("user", request.text), Turn("assistant", answer))
    verdict = check(
        Conversation(turns, task, brief.source_lang, brief.target_lang, request.lang, facts=facts)
    )
    return None if verdict.ok else f"it {verdict.reason}"
