"""Translating many segments: in batches, checked, and stopped at any moment without loss."""

from collections.abc import Iterable, Iterator, MutableMapping, Sequence, Set
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from bayling.conversation import Turn
from bayling.engines.chosen import choose_model, open_engine
from bayling.engines.engine import Engine, Options
from bayling.files import digest
from bayling.languages import UNKNOWN, language_name
from bayling.progress import progress
from bayling.translate.asking import Answer, Steps, ask_all, in_parts, revising
from bayling.translate.cutting import lines, parts
from bayling.translate.findings import Brief, find
from bayling.translate.glossary import Term, in_force
from bayling.translate.memory import Memory
from bayling.translate.requests import Request, form_of, translation

BATCH = 32
"""Segments that are asked at once. A run that is killed loses at most so many."""


class Translator:
    """A model, and how it is asked. The model is loaded when there is something to ask."""

    def __init__(self, model: str | None = None, options: Options = Options()) -> None:
        """
        Raises:
            BaylingError: there is no such model, or none is named and there is no run.
        """
        self.model = choose_model(model)
        self.options = options

    @cached_property
    def identity(self) -> str:
        """Names the weights and how they are asked."""
        from bayling.engines.identity import identity

        return digest([identity(self.model), asdict(self.options)])

    @cached_property
    def engine(self) -> Engine:
        """What generates."""
        return open_engine(str(self.model))


@dataclass(frozen=True, slots=True)
class Direction:
    """From which language into which, with which terms."""

    source_lang: str | None
    target_lang: str
    glossary: tuple[Term, ...] = ()
    memory: Memory = field(default_factory=Memory)
    register: str | None = None

    def steps(self, text: str, request: Request | None = None) -> Steps:
        """Take a text from the memory, or else ask for it, after the translation of one that is like it if known.
        One that is long is asked in parts, others by `request` if given, and line by line where lines are lost."""
        if known := self.known(text):
            return known
        pieces = parts(text, self.source_lang)
        if len(pieces) > 1:
            return (yield from in_parts(pieces, [self.steps(piece) for piece in pieces], self.target_lang))
        asked = request or self.request(text)
        match = self.memory.near(text)
        brief = replace(self.brief(text), example=match.source if match else "")
        answer = yield from revising(brief, self.example(text), asked)
        each = lines(text)
        if len(each) > 1 and len(lines(answer.text)) != len(each):
            again = yield from in_parts(each, [self.steps(line) for line in each], self.target_lang)
            lacking = find(self.brief(text), asked, again.text)  # a name that is a line may well be as it is
            unmet = tuple(finding.reason for finding in lacking)
            return replace(again, unmet=unmet, attempts=answer.attempts + again.attempts)
        return replace(answer, likeness=self.likeness(text))

    def look_up(self, texts: Iterable[str]) -> None:
        """Look for many texts in the memory, which takes less time at once than one by one."""
        if self.memory.units:
            self.memory.look_up(piece for text in texts for piece in parts(text, self.source_lang))

    def likeness(self, text: str) -> float:
        """How like a text is to what the memory has of it, in percent; of one asked in parts, the part that is least so."""
        if self.memory.exact(text) is not None:
            return 100.0
        found = [self.memory.near(piece) for piece in parts(text, self.source_lang)]
        return min(match.likeness if match else 0.0 for match in found)

    def example(self, text: str) -> tuple[Turn, ...]:
        """The memory's near match as a turn that went before."""
        match = self.memory.near(text)
        if match is None:
            return ()
        return Turn("user", self.request(match.source).text), Turn("assistant", match.target)

    def known(self, text: str) -> Answer | None:
        """What the memory holds of this very text, with what it lacks; in no attempt."""
        found = self.memory.exact(text)
        if found is None:
            return None
        lacking = find(self.brief(text), self.request(text), found)
        return Answer(found, tuple(finding.reason for finding in lacking), attempts=0, likeness=100.0)

    def all_known(self, texts: Iterable[str]) -> dict[str, Answer]:
        """What the memory holds of many texts; what it does not is left out."""
        return {text: answer for text in texts if (answer := self.known(text))}

    def request(self, text: str) -> Request:
        """Ask for the translation of a text."""
        return translation(text, self.target_lang, terms=self.terms(text), register=self.register)

    def terms(self, text: str) -> tuple[Term, ...]:
        """The terms of the glossary that a text has."""
        return in_force(self.glossary, text, self.source_lang or UNKNOWN, self.target_lang)

    def brief(self, text: str) -> Brief:
        """What the translation is held against."""
        form = form_of([self.register])
        return Brief(text, self.source_lang or UNKNOWN, self.target_lang, self.glossary, form=form)

    def key(self, text: str, translator: Translator) -> str:
        """Names all that the answer depends on."""
        terms = [(term.source, term.target) for term in self.glossary if term.lang == self.target_lang]
        pieces = parts(text, self.source_lang)
        shown = [turn.content for piece in pieces for turn in self.example(piece)]
        return digest([translator.identity, self.source_lang, self.target_lang, terms, shown, text])


def translate_all(
    texts: Iterable[str],
    direction: Direction,
    translator: Translator,
    kept: MutableMapping[str, Any] | None = None,
) -> dict[str, Answer]:
    """Translate each text once, those of like length together.

    What `kept` (a `Ledger`, or any mapping) holds is not asked again, so that what a killed run has left to do is done
    as it would have been. Where answers depend on who else is asked, a batch is asked whole or not at all.
    """
    kept = {} if kept is None else kept
    wanted = list(dict.fromkeys(texts))
    known = direction.all_known(wanted)
    left = [text for text in wanted if text not in known]
    direction.look_up(left)
    keys = {text: direction.key(text, translator) for text in left}
    done = {text for text, key in keys.items() if key in kept}
    if len(done) < len(left):
        engine, options = translator.engine, translator.options
        batches = in_batches(left, done, engine.batch_invariant(options))
        characters = sum(len(text) for batch in batches for text in batch)
        bar = progress(f"into {language_name(direction.target_lang)}", characters)
        with bar if len(left) > 1 else nullcontext(lambda _: None) as advance:
            for answers in ask_batches(batches, direction, engine, options):
                for text, answer in answers.items():
                    kept[keys[text]] = asdict(answer)
                    advance(len(text))
    return known | {text: Answer(**kept[key]) for text, key in keys.items()}


def in_batches(
    texts: Iterable[str], done: Set[str] = frozenset(), batch_invariant: bool = True
) -> list[list[str]]:
    """The batches that are to be asked, of texts of like length: those of what is not `done` or, where answers depend on
    who else is asked, the whole ones that have some of this."""
    ordered = sorted(texts, key=lambda text: (len(text), text))
    if batch_invariant:
        ordered = [text for text in ordered if text not in done]
    batches = [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
    return [batch for batch in batches if not done >= set(batch)]


def ask_batches(
    batches: Iterable[Sequence[str]], direction: Direction, engine: Engine, options: Options = Options()
) -> Iterator[dict[str, Answer]]:
    """The translations of each batch, as soon as it is answered. The memory has to have been looked up (`look_up`)."""
    for batch in batches:
        steps = [direction.steps(text) for text in batch]
        yield dict(zip(batch, ask_all(engine, steps, options), strict=True))
