"""What can be told of an answer without a reference: did it do what was asked, and keep what must be kept?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bayling.clean import placeholders, wrong_language
from bayling.conversation import Conversation, Turn
from bayling.instruct import check
from bayling.instruct.words import contains
from bayling.languages import language_name
from bayling.translate.glossary import Term, in_force
from bayling.translate.requests import Request, keep_placeholder, restore, retarget, use_term

UNKNOWN = "und"
"""BCP-47's tag for a language that is not known."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What an answer is held against."""

    source: str
    source_lang: str
    """BCP-47 tag, or `UNKNOWN`."""
    target_lang: str
    """BCP-47 tag."""
    terms: tuple[Term, ...] = ()
    """The glossary, and the terms that were asked for."""
    draft: str = ""
    """The translation that a change was asked of."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of an answer."""

    reason: str
    """One clause."""
    remedy: Request | None = None
    """How to ask for it to be mended, where there is a way."""


def find(brief: Brief, request: Request, answer: str) -> list[Finding]:
    """The faults of an answer, worst first."""
    if not answer:
        return [Finding("the answer is empty")]
    standing = [*_language(brief, request, answer), *_terms(brief, answer), *_kept(brief, answer)]
    return standing or list(_request(brief, request, answer))


def _language(brief: Brief, request: Request, answer: str) -> Iterator[Finding]:
    if wrong_language(answer, brief.target_lang):
        # Free words may have asked for another language, so that is said and not undone.
        remedy = None if request.kind == "free" else retarget(brief.target_lang, again=True)
        yield Finding(f"it is not {language_name(brief.target_lang)}", remedy)


def _terms(brief: Brief, answer: str) -> Iterator[Finding]:
    for term in in_force(brief.terms, brief.source, brief.source_lang, brief.target_lang):
        if not contains(answer, term.target, term.lang):
            remedy = use_term(term.source, term.target, term.lang, again=True)
            yield Finding(f"“{term.source}” is not translated as “{term.target}”", remedy)


def _kept(brief: Brief, answer: str) -> Iterator[Finding]:
    wanted, found = placeholders(brief.source), placeholders(answer)
    for placeholder in sorted(wanted - found):
        yield Finding(f"{placeholder} is missing", keep_placeholder(placeholder, again=True))
    for placeholder in sorted(found - wanted):
        yield Finding(f"{placeholder} is not in the source")
    for number in sorted(_numbers(brief.source) - _numbers(answer)):
        yield Finding(f"the number {number} is missing", restore(str(number)))


def _numbers(text: str) -> set[int]:
    """Runs of two and more digits, of whatever script."""
    return {int(run) for run in re.findall(r"\d{2,18}", text)}


def _request(brief: Brief, request: Request, answer: str) -> Iterator[Finding]:
    """What the request's own task says of it, where that can be told without a reference."""
    facts = {"source": brief.source, "draft": brief.draft}
    if request.term:
        facts["term"] = request.term.target
    task = {"translate": "translation", "retarget": "translation"}.get(request.kind, request.kind)
    if brief.draft and answer == brief.draft:
        yield Finding("nothing has changed")
    elif task in ("translation", "terminology", "placeholder"):
        turns = (Turn("user", request.text), Turn("assistant", answer))
        verdict = check(
            Conversation(turns, task, brief.source_lang, brief.target_lang, request.lang, facts=facts)
        )
        if not verdict.ok:
            yield Finding(f"it {verdict.reason}")
