"""Cutting long texts at sentences, so that each part fits a model's context window (and what it was tuned on)."""

import re
from collections.abc import Iterator

from bayling.sentences import sentences

LONGEST = 1000
"""Bytes of UTF-8 of a part, at most. A byte is a token at worst, so that a part and its translation fit into
a window of 2,048 tokens in most scripts; models of the size that is tuned here do worse on longer texts."""


def parts(text: str, lang: str | None, longest: int = LONGEST) -> list[str]:
    """As many sentences together as fit, spaces before the first aside; joined, the parts are the text."""
    if _size(text) <= longest:
        return [text]
    found = [""]
    for piece in (piece for sentence in sentences(text, lang) for piece in _short(sentence, longest)):
        if found[-1].strip() and _size(found[-1] + piece) > longest:
            found.append("")
        found[-1] += piece
    return found


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Where each line starts, and the line with its end."""
    for match in re.finditer(r"[^\n]*\n|[^\n]+", text):
        yield match.start(), match[0]


def lines(text: str) -> list[str]:
    """The lines of a text, each with the breaks after it; joined, they are the text. One that a small letter begins goes
    on from the line before: such a break comes from a narrow window rather than from who wrote the text."""
    found = [""]
    for _, line in lines_of(text):
        gap = found[-1][len(found[-1].rstrip()) :]
        if line.strip() and found[-1].strip() and (gap.count("\n") > 1 or not _goes_on(line)):
            found.append("")
        found[-1] += line
    return found


def _goes_on(line: str) -> bool:
    start = line.lstrip()[:2]
    return start[:1].islower() and start[1:] not in (")", ".")  # of which the second marks an item of a list


def _short(sentence: str, longest: int) -> Iterator[str]:
    """A sentence, or where it is too long its words, or where there are none such pieces of it."""
    if _size(sentence) <= longest:
        yield sentence
        return
    for word in re.findall(r"\s*\S+\s*|\s+", sentence):
        step = len(word) if _size(word) <= longest else longest // 4
        yield from (word[start : start + step] for start in range(0, len(word), step))


def _size(text: str) -> int:
    return len(text.encode())


UNSPACED = frozenset({"bo", "dz", "ja", "km", "lo", "my", "th", "yue", "zh"})
"""Languages that write sentences without a space between them."""


def joined(translations: list[str], originals: list[str], target_lang: str) -> str:
    """The translations of parts as one text, with the line breaks that stood between the parts."""
    text = ""
    space = "" if target_lang.partition("-")[0] in UNSPACED else " "
    for number, (translation, original) in enumerate(zip(translations, originals, strict=True)):
        gap = original[len(original.rstrip()) :]
        last = number == len(originals) - 1
        text += translation.strip() + ("" if last else gap if "\n" in gap else space)
    return text
