"""Other words for a phrase of a translation: what stands in its place in other translations of the source."""

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import accumulate

from bayling.errors import BaylingError
from bayling.translate.difference import LONG, words
from bayling.translate.session import Session

DRAWN = 8
"""Translations that are drawn to look into."""
TEMPERATURE = 0.8
KEPT = 0.5
"""Share of the words around the phrase that another translation must have in common to be compared, at least."""
LONGER = 3
"""How many times as many words as the phrase an alternative may have, and two more."""


def alternatives(session: Session, start: int, end: int, seed: int = 1) -> list[str]:
    """Ways to say the characters from `start` to `end` of the current translation, those most often found first.

    The model is asked for what led to the current revision again, with chance; the revisions stay as they are.

    Raises:
        BaylingError: there is no translation, or nothing of it between the two.
    """
    current = session.current
    if current is None or not 0 <= start < end or not current.text[start:end].strip():
        raise BaylingError("select words of the translation first")
    options = replace(session.options, temperature=TEMPERATURE, seed=seed)
    texts = session.engine.generate([session.conversation[:-1]] * DRAWN, options)
    texts += [revision.text for revision in session.revisions if revision.target_lang == current.target_lang]
    found = Counter(in_place_of(current.text, start, end, text) for text in texts)
    return [
        phrase for phrase, _ in found.most_common() if phrase not in ("", current.text[start:end].strip())
    ]


def in_place_of(text: str, start: int, end: int, other: str) -> str:
    """What stands in `other`, another text of the same meaning, where `text` has the characters from `start` to
    `end`, in whole words. Empty where that cannot be told."""
    mine, others = list(words(text)), list(words(other))
    ends = list(accumulate(map(len, mine)))
    first, last = bisect_right(ends, start), bisect_left(ends, end) + 1
    opcodes = SequenceMatcher(None, mine, others, autojunk=len(mine) > LONG).get_opcodes()
    same = [code for code in opcodes if code[0] == "equal"]
    around = [place for place, word in enumerate(mine) if not first <= place < last and not word.isspace()]
    kept = [place for place in around if any(i <= place < j for _, i, j, _, _ in same)]
    if len(kept) < KEPT * len(around):
        return ""
    begins = [k + first - i for _, i, j, k, _ in same if i <= first <= j] or ([0] if first == 0 else [])
    stops = [k + last - i for _, i, j, k, _ in same if i <= last <= j] or (
        [len(others)] if last == len(mine) else []
    )
    if not begins or not stops:
        return ""
    phrase = "".join(others[begins[0] : stops[-1]]).strip()
    return phrase if len(list(words(phrase))) <= LONGER * (last - first) + 2 else ""
