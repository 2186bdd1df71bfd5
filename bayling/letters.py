"""Letters, as classes of characters in patterns: with the combining marks that `\\w` does not know."""

import unicodedata
from itertools import groupby


def _marks() -> str:
    """Combining marks as ranges of a character class; `\\w` knows none of them, so it cuts Tamil words up."""
    codes = [code for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M"]
    runs = [[code for _, code in run] for _, run in groupby(enumerate(codes), lambda item: item[1] - item[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs) + "\u200c\u200d"


MARKS = _marks()
"""What stands in a character class for any mark."""
LETTER = rf"[\w{MARKS}]"
"""Any character of a word."""
