"""Language identification: pycld2 behind a script check; it abstains where it cannot know.

pycld2 names 89 % of NTREX-128's segments right over 127 files, more than other identifiers that install
anywhere. It is not asked about languages that it does not know, nor believed at once about short segments:
asked whether a text is in a language, it gets that language as a hint and must contradict it.
`benchmarks/language_id.py` measures how often it then contradicts wrongly.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

from bayling.clean.placeholders import NOISE
from bayling.languages import script, tag_of

SHORT = 24
"""Fewest letters to believe it on; a letter of Han or kana counts three."""
LONG = 90
"""Letters from which on no hint is given: it would turn Portuguese into Spanish, however long."""
UNKNOWN = frozenset({"bem", "ckb", "ee", "ff", "ku", "nd", "nso", "shi", "ty", "yue"})
"""Languages that it takes for others (measured on NTREX-128)."""
ALIKE = (
    frozenset({"bs", "hr", "sr-Latn", "sh"}),
    frozenset({"id", "ms"}),
    frozenset({"no", "nb", "nn", "da"}),
)
"""Languages that it mixes up: any is taken for the one that was asked about."""
SCRIPTS = {
    "ADLAM": "Adlm", "ARABIC": "Arab", "ARMENIAN": "Armn", "BENGALI": "Beng", "CANADIAN": "Cans",
    "CHAKMA": "Cakm", "CHEROKEE": "Cher", "CJK": "Hani", "CYRILLIC": "Cyrl", "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi", "GEORGIAN": "Geor", "GRANTHA": "Gran", "GREEK": "Grek", "GUJARATI": "Gujr",
    "GURMUKHI": "Guru", "HANGUL": "Hang", "HEBREW": "Hebr", "HIRAGANA": "Kana", "JAVANESE": "Java",
    "KANNADA": "Knda", "KATAKANA": "Kana", "KATAKANA-HIRAGANA": "Kana", "KHMER": "Khmr", "LAO": "Laoo",
    "LATIN": "Latn", "MALAYALAM": "Mlym", "MONGOLIAN": "Mong", "MYANMAR": "Mymr", "NKO": "Nkoo",
    "OL": "Olck", "ORIYA": "Orya", "SINHALA": "Sinh", "SYRIAC": "Syrc", "TAMIL": "Taml", "TELUGU": "Telu",
    "THAANA": "Thaa", "THAI": "Thai", "TIBETAN": "Tibt", "TIFINAGH": "Tfng", "VAI": "Vaii", "YI": "Yiii",
}  # fmt: skip
"""The first word of a letter's Unicode name to the script's ISO 15924 code."""
WRITTEN_IN = {"Hans": {"Hani"}, "Hant": {"Hani"}, "Jpan": {"Hani", "Kana"}, "Kore": {"Hang", "Hani"}}
CHARSETS = {"Hans": "gb2312", "Hant": "big5"}
"""The national character sets, each made for one way of writing Chinese: a character that only one of them has says
which way that is."""
_NO_LETTERS = {code: None for code in range(128) if not chr(code).isalpha()}


@lru_cache(maxsize=4096)
def scripts_of(text: str) -> Counter[str]:
    """Letters of each script (ISO 15924) in the text, markup and placeholders aside. Not to be changed."""
    plain = NOISE.sub(" ", text)
    if plain.isascii():
        letters = len(plain.translate(_NO_LETTERS))
        return Counter({"Latn": letters} if letters else {})
    counts: Counter[str] = Counter()
    for char in dict.fromkeys(plain):
        if name := _script_of(char):
            counts[name] += plain.count(char)
    return counts


@cache
def _script_of(char: str) -> str:
    # Vowel signs of Indic scripts are marks, and as good as letters.
    letter = char.isalpha() or unicodedata.category(char) == "Mc"
    return SCRIPTS.get(unicodedata.name(char, "").partition(" ")[0], "Zyyy") if letter else ""


def in_script_of(text: str, tag: str) -> float:
    """The share of letters that the language is written with, from 0 to 1; 1 where there are no letters, or
    where the script is none that is told apart here."""
    counts = scripts_of(text)
    own = _own_scripts(tag)
    if not counts or not own:
        return 1.0
    way = _written_as(text, named) if "Hani" in counts and (named := _way_named(tag)) else 1.0
    if len(counts) == 1:
        return way * (not own.isdisjoint(counts))
    # A Han character says as much as a short word.
    weights = {name: count * (3 if name == "Hani" else 1) for name, count in counts.items()}
    return way * sum(weights.get(name, 0) for name in own) / sum(weights.values())


@cache
def _way_named(tag: str) -> str | None:
    """The way of writing Chinese that a tag names; one without a script, such as Classical Chinese's, names none."""
    return next((part for part in tag.split("-") if part in CHARSETS), None)


@lru_cache(maxsize=4096)
def _written_as(text: str, way: str) -> float:
    """Of the characters that tell simplified Chinese from traditional, the share that is written as in `way`; 1
    where there is none."""
    ways = Counter(only for char in text if (only := _only_in(char)))
    return ways[way] / ways.total() if ways else 1.0


@cache
def _only_in(char: str) -> str | None:
    """The one of the two ways of writing Chinese whose character set has this character."""
    if char.isascii():
        return None
    having = [way for way, charset in CHARSETS.items() if char.encode(charset, "ignore")]
    return having[0] if len(having) == 1 and _script_of(char) == "Hani" else None


@cache
def _own_scripts(tag: str) -> frozenset[str]:
    """The scripts that a language is written in; none where they are not all told apart here."""
    own = frozenset(WRITTEN_IN.get(script(tag), {script(tag)}))
    return own if own <= set(SCRIPTS.values()) else frozenset()


def identify(text: str, candidates: Sequence[str] | None = None) -> str | None:
    """The tag of the text's language, or None where that cannot be told.

    With `candidates`, one of them or None; where their scripts differ, the script alone decides.
    """
    if not candidates:
        return _cld2(text) if _weight(text) >= SHORT else None
    if not scripts_of(text):
        return None
    fitting = [tag for tag in candidates if in_script_of(text, tag) > 0.5]
    if scripts_of(text)["Kana"] and "ja" in fitting:
        return "ja"
    others = [tag for tag in candidates if tag not in fitting]
    alone = len(fitting) == 1 and others and all(in_script_of(text, tag) < 0.5 for tag in others)
    if alone and (script(fitting[0]) != "Latn" or _weight(text) >= SHORT):
        return fitting[0]
    found = _cld2(text) if fitting and _weight(text) >= SHORT else None
    return next((tag for tag in candidates if found and _same(found, tag)), None)


def wrong_language(text: str, tag: str) -> bool:
    """Whether the text is surely not in the language `tag`: in another script, or identified as another."""
    if in_script_of(text, tag) < 0.5:
        return True
    counts = scripts_of(text)
    if script(tag) == "Jpan":
        return not counts["Kana"] and counts["Hani"] >= 8
    return other_language(text, tag) is not None


def other_language(text: str, tag: str) -> str | None:
    """The language that a text is identified as instead of `tag`; None where nothing speaks against that."""
    if not identifies(tag):
        return None
    if (weight := _weight(text)) < SHORT:
        return None
    found = _cld2(text)
    if found and not _same(found, tag) and weight < LONG:
        found = _cld2(text, tag.partition("-")[0])
    return found if found and not _same(found, tag) else None


@cache
def identifies(tag: str) -> bool:
    """Whether a text in this language can be told by its words, not by its script alone."""
    code = tag.partition("-")[0]
    return tag not in UNKNOWN and (code in _codes() or code in _known())


@cache
def _same(found: str, tag: str) -> bool:
    """Whether what was found is the language that was asked about, or one that is mixed up with it."""
    if tag.partition("-")[0] == found.partition("-")[0] and script(tag) == script(found):
        return True
    return any({tag, found} <= group for group in ALIKE)


def _weight(text: str) -> int:
    counts = scripts_of(text)
    return counts.total() + 2 * (counts["Hani"] + counts["Kana"])


@cache
def _codes() -> frozenset[str]:
    """The languages that it can find, as it spells them."""
    import pycld2

    names = set(pycld2.DETECTED_LANGUAGES)
    return frozenset(code.partition("-")[0] for name, code in pycld2.LANGUAGES if name in names)


@cache
def _known() -> frozenset[str]:
    """The same as tags, which takes a while to look up."""
    tags = map(_tag, _codes())
    return frozenset(tag.partition("-")[0] for tag in tags if tag)


def _tag(code: str) -> str | None:
    """Nothing for a code that is no language, such as `xx-Grek`."""
    return tag_of(code.replace("-Hant", "-TW"))


def _cld2(text: str, hint: str | None = None) -> str | None:
    import pycld2

    plain = NOISE.sub(" ", text)
    if not plain.isprintable():  # it refuses control characters and lone surrogates
        plain = "".join(char if char.isprintable() else " " for char in plain)
    try:
        reliable, _, details = pycld2.detect(plain, isPlainText=True, hintLanguage=hint)
    except pycld2.error:
        return None
    code = details[0][1]
    tag = _tag(code) if reliable and code != "un" else None
    if tag and in_script_of(text, tag) < 0.5:  # it has one code for Serbian, whatever the script
        scripts = [name for name, _ in scripts_of(text).most_common(1)]
        tag = _tag(f"{tag.partition('-')[0]}-{scripts[0]}") if scripts[0] != "Zyyy" else None
    return None if tag in UNKNOWN else tag
