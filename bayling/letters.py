"""Letters, as classes of characters in patterns: with the combining marks that `\\w` does not know."""

import unicodedata
from collections.abc import Container
from itertools import groupby


def marks(but: Container[int] = ()) -> str:
    """Combining marks of all scripts, without the code points of `but`, as ranges of a character class. `\\w` knows none
    of them, so it cuts words of Tamil and Chakma up. What lies above U+1FFFF chooses how a symbol looks."""
    codes = [
        code
        for code in range(0x300, 0x20000)
        if unicodedata.category(chr(code))[0] == "M" and code not in but
    ]
    runs = [[code for _, code in run] for _, run in groupby(enumerate(codes), lambda item: item[1] - item[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


MARKS = marks() + "\u200c\u200d"
"""What stands in a character class for any mark, with the joiners that stand inside words."""
LETTER = rf"[\w{MARKS}]"
"""Any character of a word."""
