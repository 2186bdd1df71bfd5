"""Translating many segments: in batches, checked, and stopped at any moment without loss."""

from collections.abc import Iterable, MutableMapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from bayling.engines.engine import Engine, Options
from bayling.files import digest
from bayling.languages import language_name
from bayling.progress import progress
from bayling.translate.asking import Answer, ask_all, revising
from bayling.translate.findings import UNKNOWN, Brief
from bayling.translate.glossary import Term, in_force
from bayling.translate.model import choose_model, identity, open_engine
from bayling.translate.requests import Request, translation

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

    def request(self, text: str) -> Request:
        """Ask for the translation of a text."""
        terms = in_force(self.glossary, text, self.source_lang or UNKNOWN, self.target_lang)
        return translation(text, self.target_lang, terms=terms)

    def brief(self, text: str) -> Brief:
        """What the translation is held against."""
        return Brief(text, self.source_lang or UNKNOWN, self.target_lang, self.glossary)

    def key(self, text: str, translator: Translator) -> str:
        """Names all that the answer depends on."""
        terms = [(term.source, term.target) for term in self.glossary if term.lang == self.target_lang]
        return digest([translator.identity, self.source_lang, self.target_lang, terms, text])


def translate_all(
    texts: Iterable[str],
    direction: Direction,
    translator: Translator,
    kept: MutableMapping[str, Any] | None = None,
) -> dict[str, Answer]:
    """Translate each text once, those of like length together.

    What `kept` (a `Ledger`, or any mapping) holds is not asked again. A batch is asked whole or not at all:
    what a killed run has left to do is then done as it would have been.
    """
    kept = {} if kept is None else kept
    ordered = sorted(set(texts), key=lambda text: (len(text), text))
    keys = {text: direction.key(text, translator) for text in ordered}
    batches = [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
    missing = [batch for batch in batches if any(keys[text] not in kept for text in batch)]
    if missing:
        engine = translator.engine
        characters = sum(len(text) for batch in missing for text in batch)
        bar = progress(f"into {language_name(direction.target_lang)}", characters)
        with bar if len(ordered) > 1 else nullcontext(lambda _: None) as advance:
            for batch in missing:
                steps = [revising(direction.brief(text), (), direction.request(text)) for text in batch]
                for text, answer in zip(batch, ask_all(engine, steps, translator.options), strict=True):
                    kept[keys[text]] = asdict(answer)
                    advance(len(text))
    return {text: Answer(**kept[key]) for text, key in keys.items()}
