"""The phrasebook: the ways a user can ask for a thing, by language, in `phrasebooks/`.

A file is named after the language's BCP-47 code and holds, for each kind of request, a list of phrases with
slots in braces. A slot `{target_language:into}` takes the language's name in a form that the file's `forms`
make of it by replacements, such as German `ins Deutsche`; the form `alone` is what it is called where nothing stands
beside it. `names` has names that differ from CLDR's, `respell` replacements in all others of CLDR's, and `please` words of
politeness that a request may begin or end with.
"""

import re
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from bayling.corpora.pair import Pair
from bayling.languages import is_named, language_name
from bayling.packaged import read_packaged

SHORT = 60
"""Characters of a text that is asked about in the middle of a sentence, at most."""
ENGLISH = 0.7
"""Share of requests in English, where another language could be asked in."""
NO_PHRASES = frozenset({"names", "respell", "forms", "please"})
ANSWERS = frozenset({"preamble", "lacks", "differs", "refusal", "absence"})
"""The kinds that an assistant says."""


@cache
def _book(language: str) -> dict[str, Any]:
    return read_packaged(f"instruct/phrasebooks/{language}.yaml")


@cache
def request_languages() -> frozenset[str]:
    """The codes of the languages that there is a phrasebook of."""
    folder = resources.files("bayling") / "instruct" / "phrasebooks"
    return frozenset(
        path.name.removesuffix(".yaml") for path in folder.iterdir() if path.name.endswith(".yaml")
    )


def draw_language(rng: Random, *tags: str, naming: str | None = None) -> str:
    """A language to ask in: English for most, else Chinese or one of the conversation's own languages. Only one that
    has names for these languages, and for the further one that is to be named."""
    others = _other_languages(tags, naming)
    return "en" if not others or rng.random() < ENGLISH else rng.choice(others)


@cache
def _other_languages(tags: tuple[str, ...], naming: str | None) -> list[str]:
    known = languages_that_name(*tags, *([naming] if naming else []))
    return sorted({"zh", *(tag.split("-")[0] for tag in tags)} & known - {"en"})


@cache
def languages_that_name(*tags: str) -> frozenset[str]:
    """Those of `request_languages` that have a name for each of these languages; English has one for all."""
    return frozenset(
        language
        for language in request_languages()
        if all(tag in _book(language).get("names", {}) or is_named(tag, language) for tag in tags)
    )


def ask(kind: str, language: str, rng: Random, **slots: str) -> str:
    """A request of a kind in a language, drawn from its phrases; slots that end in `_language` take tags."""
    return _fill(rng.choice(_book(language)[kind]), language, slots)


def ask_translation(pair: Pair, language: str, rng: Random, kind: str = "translate", **slots: str) -> str:
    """A request for a pair's target; there are further ways to ask about a short text."""
    phrases = _book(language)[kind]
    if len(pair.source) <= SHORT and "\n" not in pair.source:
        phrases = [*phrases, *_book(language).get(f"{kind}_short", ())]
    languages = {"source_language": pair.source_lang, "target_language": pair.target_lang}
    return _fill(rng.choice(phrases), language, {**slots, **languages, "text": pair.source})


def with_wish(request: str, text: str, wish: str) -> str:
    """A request for a translation with a further wish, on the request's side of the text, so that it is no part of it."""
    return f"{request}\n{wish}" if request.startswith(text) else f"{wish}\n\n{request}"


def say(kind: str, language: str, **slots: str) -> str:
    """The plainest request of a kind in a language: the first of its phrases."""
    return _fill(_book(language)[kind][0], language, slots)


def phrases(language: str, *, answers: bool = False) -> tuple[str, ...]:
    """All that a user can say in a language, or else an assistant, of whatever kind."""
    lists = ((kind, said) for kind, said in _book(language).items() if kind not in NO_PHRASES)
    return tuple(phrase for kind, said in lists if (kind in ANSWERS) == answers for phrase in said)


def phrases_of(kind: str, language: str) -> tuple[str, ...]:
    """The ways of asking for one kind in a language."""
    return tuple(_book(language)[kind])


def polite_words(language: str) -> tuple[str, ...]:
    """What a request may begin or end with and means the same without."""
    return tuple(_book(language).get("please", ()))


def named(tag: str, language: str, form: str = "") -> str:
    """What a language is called in another, as the phrasebook has it, or a form of that."""
    return _name(tag, language, form)


def ways_of_naming(tag: str, language: str) -> list[str]:
    """What a language is called in another: first where nothing stands beside it, then in the forms that phrases need,
    last as CLDR has it."""
    forms = _book(language).get("forms", {})
    alone = ["alone"] if "alone" in forms else []
    return [*(_name(tag, language, form) for form in (*alone, "", *forms)), language_name(tag, language)]


def _fill(phrase: str, language: str, slots: dict[str, str]) -> str:
    # All slots at once, so that braces inside a text are left alone.
    first, filled = pieces(phrase)
    done = [first]
    for name, form, rest in filled:
        done.append(slots[name] if form is None else _name(slots[name], language, form))
        done.append(rest)
    return "".join(done)


@cache
def pieces(phrase: str) -> tuple[str, list[tuple[str, str | None, str]]]:
    """What comes before the first slot; and of each slot its name, the form where it takes a language, and what
    comes after it."""
    first, *others = phrase.split("{")
    found = []
    for piece in others:
        slot, _, rest = piece.partition("}")
        name, _, form = slot.partition(":")
        found.append((name, form if name.endswith("_language") else None, rest))
    return first, found


@cache
def _name(tag: str, language: str, form: str) -> str:
    """A language's name in another, in the form that a phrase needs."""
    book = _book(language)
    own = book.get("names", {}).get(tag)
    name = own or _replaced(language_name(tag, language), book.get("respell", {}))
    return _replaced(name, book["forms"][form] if form else {})


def _replaced(name: str, replacements: dict[str, str]) -> str:
    for pattern, replacement in replacements.items():
        name = re.sub(pattern, replacement, name)
    return name
