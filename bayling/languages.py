"""Languages: BCP-47 tags inside, other spellings accepted at the edges, names and scripts from CLDR.

Names come from `langcodes` and its data; what CLDR does not say (how much text a language has, which scripts
put no space between words) stands in `languages.yaml`.
"""

import difflib
import re
from functools import cache
from importlib import resources
from typing import Any

import yaml

from bayling.errors import BaylingError

RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"})


@cache
def _table() -> dict[str, Any]:
    text = (resources.files("bayling") / "languages.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


@cache
def standardize(name: str) -> str:
    """The BCP-47 tag that the project uses: the shortest, with a script where a language has several.

    Takes BCP-47 (`zh-CN`), FLORES (`swh_Latn`), ISO 639-3 (`deu`), gettext (`pt_BR`, `sr@latin`) and English
    names (`German`).

    Raises:
        BaylingError: no such language; names the nearest.
    """
    import langcodes

    text = name.strip().replace("_", "-")
    text = re.sub("@(?:latin|latn)$", "-Latn", re.sub("@(?:cyrillic|cyrl)$", "-Cyrl", text.lower()))
    text = text.partition("@")[0]
    try:
        language = langcodes.get(text)
        known = language.is_valid() and language.language is not None
    except (langcodes.LanguageTagError, ValueError):
        known = False
    if not known:
        found = _by_name().get(name.strip().casefold())
        if found is None:
            near = difflib.get_close_matches(name.casefold(), [*_by_name(), *tags()], n=1, cutoff=0.6)
            hint = f"; did you mean {near[0]!r}?" if near else "; `bayling languages` lists them"
            raise BaylingError(f"unknown language {name!r}{hint}")
        return standardize(found)
    code = _table()["aliases"].get(language.language, language.language)
    return _with_script(code, language.script, language.territory)


def _with_script(code: str, script: str | None, territory: str | None) -> str:
    import langcodes

    usual = langcodes.get(code).maximize()
    likely = (
        langcodes.Language.make(code, territory=territory).maximize().script if territory else usual.script
    )
    wanted = script or likely
    if code in _table()["several_scripts"]:
        return f"{code}-{wanted}" if wanted != usual.script or code == "zh" else code
    if wanted and usual.script and wanted != usual.script:
        return f"{code}-{wanted}"
    regional = f"{code}-{territory}"
    return regional if regional in _table()["regional"] else code


@cache
def _by_name() -> dict[str, str]:
    """English names, then names in the languages themselves, then those of other codes for them."""
    plain = sorted(tags(), key=len)  # German is `de` rather than `de-1901`
    names = [(name(tag), tag) for name in (language_name, autonym) for tag in plain]
    names += [(language_name(code), tag) for code, tag in _table()["aliases"].items()]
    return {name.casefold(): tag for name, tag in reversed(names)}


@cache
def tags() -> tuple[str, ...]:
    """The tags of the languages that some embedded source or the table knows, in order."""
    from bayling.corpora.udhr import udhr_languages

    levels = _table()["resource_level"]
    return tuple(
        sorted({*udhr_languages(), *(tag for level in levels.values() for tag in level.split())} - {"und"})
    )


@cache
def language_name(tag: str, in_language: str = "en") -> str:
    """The language's name, such as `German`, `Deutsch` (`in_language="de"`) or `Chinese (Simplified)`."""
    import langcodes

    language = langcodes.get(tag)
    name = language.language_name(in_language)
    if not language.script:
        return str(name)
    script = language.script_name(in_language).replace(" Han", "").replace("Han ", "")
    return (
        f"{name} ({script})"
        if in_language.split("-")[0] not in ("zh", "ja")
        else f"{script.removesuffix('汉字')}{name}"
    )


def autonym(tag: str) -> str:
    """The language's name in itself."""
    return language_name(tag, tag)


@cache
def script(tag: str) -> str:
    """The ISO 15924 code of the script that the language is written in, such as `Latn`."""
    import langcodes

    return str(langcodes.get(tag).maximize().script or "Zyyy")


def direction(tag: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if script(tag) in RIGHT_TO_LEFT else "ltr"


def segmented(tag: str) -> bool:
    """Whether the script puts spaces between words."""
    return script(tag) not in _table()["unsegmented_scripts"]


@cache
def resource_level(tag: str) -> str:
    """`rich`, `medium` or `poor`, by the text that language models have seen of it."""
    for level, listed in _table()["resource_level"].items():
        if tag in listed.split():
            return str(level)
    return "poor"
