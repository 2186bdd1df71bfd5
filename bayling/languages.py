"""Languages: BCP-47 tags inside, other spellings accepted at the edges, names and scripts from CLDR.

Names come from `langcodes` and its data; what CLDR does not say (how much text a language has, which scripts
put no space between words, which codes mean the same to translators) stands in `languages.yaml`.
"""

import re
from functools import cache, lru_cache
from typing import Any

from bayling.errors import BaylingError, did_you_mean
from bayling.packaged import read_packaged

UNKNOWN = "und"
"""BCP-47's tag for a language that is not known."""
LETTERS_PER_WORD = 2
"""Of scripts without spaces, to count words by."""


@cache
def _table() -> dict[str, Any]:
    return read_packaged("languages.yaml")


def standardize(name: str) -> str:
    """The BCP-47 tag that the project uses: the shortest, with a script where it is not the usual one.

    Takes BCP-47 (`zh-CN`), FLORES (`swh_Latn`), ISO 639-3 (`deu`), NTREX (`ref.aze-Latn`), gettext (`pt_BR`,
    `sr@latin`), Android (`pt-rBR`) and names, in English or in the language itself (`German`, `Deutsch`).

    Raises:
        BaylingError: no such language; names the nearest.
    """
    if tag := tag_of(name):
        return tag
    hint = did_you_mean(name.casefold(), [*_by_name(), *tags()]) or "; `bayling languages` lists them"
    raise BaylingError(f"unknown language {name!r}{hint}")


@lru_cache(4096)
def tag_of(name: str) -> str | None:
    """What `standardize` gives; None, without looking for the nearest, where there is no such language."""
    language = _parse(name) or _find(name)
    if language is None:
        return None
    code = _table()["aliases"].get(language.language, language.language)
    code, _, region = code.partition("-")
    return _shortest(code, language.script, language.territory or region or None)


def _parse(name: str) -> Any:
    """The `langcodes.Language` of a code, or None where it is none."""
    import langcodes

    text, _, variant = re.sub(r"^(?:ref|src)(?:-\d+)?\.", "", name.strip()).replace("_", "-").partition("@")
    text = re.sub(r"(?<=-)r(?=[A-Z]{2}$)", "", text)  # Android's mark of a region
    text = _table()["spellings"].get(text.lower(), text)
    script = _table()["modifiers"].get(variant.lower(), variant if len(variant) == 4 else "")
    try:
        language = langcodes.get(text)
        if script:
            language = language.update_dict({"script": script.title()})
    except ValueError:
        return None
    known = language.is_valid() and re.fullmatch(r"(?!mis|mul|zxx|q[a-t])[a-z]{2,3}", language.language or "")
    return language if known else None


def _find(name: str) -> Any:
    """The `langcodes.Language` of a name, or None where nothing is called so."""
    import langcodes

    tag = _by_name().get(name.strip().casefold())
    return langcodes.get(tag) if tag else None


def _shortest(code: str, script_: str | None, territory: str | None) -> str:
    import langcodes

    usual = script(code)
    if not script_ and territory and code in _table()["scripts_by_territory"]:
        script_ = langcodes.Language.make(code, territory=territory).maximize().script
    if script_ and script_ not in (usual, *_table()["same_script"].get(usual, ())):
        return f"{code}-{script_}"
    regional = f"{code}-{territory}"
    if regional in _table()["regional"]:
        return regional
    return f"{code}-{usual}" if code == "zh" else code


@cache
def _by_name() -> dict[str, str]:
    """Other names in use, English names, those in the languages themselves, those of codes for them."""
    plain = sorted(tags(), key=len)  # German is `de` rather than `de-1901`
    names = [(name(tag), tag) for name in (language_name, autonym) for tag in plain]
    names += [(language_name(code), tag) for code, tag in _table()["aliases"].items()]
    return {name.casefold(): tag for name, tag in [*reversed(names), *_table()["names"].items()]}


@cache
def tags() -> tuple[str, ...]:
    """The tags of the languages that some embedded source or the table knows, in order."""
    from bayling.corpora.udhr import udhr_languages

    levels = _table()["resource_level"]
    return tuple(
        sorted({*udhr_languages(), *(tag for level in levels.values() for tag in level.split())} - {UNKNOWN})
    )


@cache
def language_name(tag: str, in_language: str = "en") -> str:
    """The language's name, such as `German`, `Deutsch` (`in_language="de"`) or `Chinese (Simplified)`."""
    import langcodes

    language = langcodes.get(tag)
    if not language.script:
        return str(language.display_name(in_language))
    name = language.language_name(in_language)
    script = language.script_name(in_language).replace(" Han", "").replace("Han ", "")
    return (
        f"{name} ({script})"
        if in_language.split("-")[0] not in ("zh", "ja")
        else f"{script.removesuffix('汉字') or script}{name}"
    )


@cache
def is_named(tag: str, in_language: str) -> bool:
    """Whether CLDR says what the language is called in another, where `language_name` would else be the English name."""
    import langcodes
    from language_data.names import code_to_names

    language = langcodes.get(tag)
    codes = filter(None, (language.language, language.script, language.territory))
    wanted = langcodes.get(in_language).broader_tags()
    return all(any(each in code_to_names(code) for each in wanted) for code in codes)


def autonym(tag: str) -> str:
    """The language's name in itself."""
    return language_name(tag, tag)


@cache
def well_known() -> tuple[str, ...]:
    """The tags of the languages that language models have seen some text of, the richest first."""
    return tuple(tag for level in _table()["resource_level"].values() for tag in level.split())


@cache
def names_in(language: str) -> dict[str, str]:
    """Names of these languages to their tags: in a language, in English, in themselves, and others in use; case folded."""
    named = {name.casefold(): tag for tag in well_known() for name in (autonym(tag), language_name(tag))}
    names: dict[str, str] = _table()["names"] | named
    return names | {language_name(tag, language).casefold(): tag for tag in well_known()}


@cache
def script(tag: str) -> str:
    """The ISO 15924 code of the script that the language is written in, such as `Latn`."""
    import langcodes

    language = langcodes.get(tag)
    listed = _table()["script"].get(language.language)  # where CLDR says nothing, langcodes says Latn
    return str(language.script or listed or language.maximize().script)


def direction(tag: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if script(tag) in _table()["right_to_left"] else "ltr"


def segmented(tag: str) -> bool:
    """Whether the script puts spaces between words."""
    return script(tag) not in _table()["unsegmented_scripts"]


def word_count(text: str, tag: str) -> int:
    """How many words a text has, about: where no spaces part them, two letters count as one."""
    words = text.split()
    return len(words) if segmented(tag) else len("".join(words)) // LETTERS_PER_WORD


def dense(tag: str) -> bool:
    """Whether a letter of the script stands for as much as two or three of an alphabet."""
    return script(tag) in _table()["dense_scripts"]


@cache
def resource_level(tag: str) -> str:
    """`rich`, `medium` or `poor`, by the text that language models have seen of it."""
    for level, listed in _table()["resource_level"].items():
        if tag in listed.split():
            return str(level)
    return "poor"


@cache
def family(tag: str) -> str | None:
    """The language's family or branch of one, such as `Bantu`; None where the table has none."""
    for name, listed in _table()["family"].items():
        if tag in listed.split():
            return str(name)
    return None
