"""The phrasebook: the ways a user can ask for a thing, by language, in `phrasebooks/`.

A file is named after the language's BCP-47 code and holds, for each kind of request, a list of phrases with
slots in braces.
"""

from functools import cache
from importlib import resources
from random import Random

import yaml

from bayling.languages import language_name


@cache
def _phrases(language: str) -> dict[str, list[str]]:
    text = (resources.files("bayling") / "instruct" / "phrasebooks" / f"{language}.yaml").read_text(
        encoding="utf-8"
    )
    return dict(yaml.safe_load(text))


@cache
def request_languages() -> frozenset[str]:
    """The codes of the languages that there is a phrasebook of."""
    folder = resources.files("bayling") / "instruct" / "phrasebooks"
    return frozenset(
        path.name.removesuffix(".yaml") for path in folder.iterdir() if path.name.endswith(".yaml")
    )


def draw_language(rng: Random, *tags: str, english: float = 0.7) -> str:
    """A language to ask in: English for most, else Chinese or one of the conversation's own languages."""
    others = sorted({"zh", *(tag.split("-")[0] for tag in tags)} & request_languages() - {"en"})
    return "en" if not others or rng.random() < english else rng.choice(others)


def ask(kind: str, language: str, rng: Random, **slots: str) -> str:
    """A request of a kind in a language, drawn from its phrases; slots that end in `_language` take tags."""
    return _fill(rng.choice(_phrases(language)[kind]), language, slots)


def say(kind: str, language: str, **slots: str) -> str:
    """The plainest request of a kind in a language: the first of its phrases."""
    return _fill(_phrases(language)[kind][0], language, slots)


def _fill(phrase: str, language: str, slots: dict[str, str]) -> str:
    # All slots at once, so that braces inside a text are left alone.
    first, *pieces = phrase.split("{")
    done = [first]
    for piece in pieces:
        name, _, rest = piece.partition("}")
        value = language_name(slots[name], language) if name.endswith("_language") else slots[name]
        done.append(value + rest)
    return "".join(done)
