"""Ids that stay unique within a file, in constant memory however many there are."""

import hashlib
import re

BITS = 1 << 27
PROBES = 4


class UniqueIds:
    """Keeps a record's own id; where it (perhaps) came before, adds the record's number.

    What came before is remembered in a Bloom filter (Bloom 1970) of 16 MiB. It forgets none, so ids are
    unique; of ten million, one in 250 is taken for a repetition at the end and gets a number for nothing.
    """

    def __init__(self) -> None:
        self._bits = bytearray(BITS // 8)

    def __call__(self, own: str | None, number: int) -> str:
        """The id of the record of this number, counted from 1.

        >>> unique = UniqueIds()
        >>> [unique(own, number) for number, own in enumerate(["a", "b", "a", None], 1)]
        ['a', 'b', 'a#3', '#4']
        """
        if own and not re.search(r"#\d+$", own) and self._is_new(own):
            return own
        return f"{own or ''}#{number}"

    def _is_new(self, own: str) -> bool:
        digest = hashlib.blake2b(own.encode("utf-8", "surrogatepass"), digest_size=4 * PROBES).digest()
        new = False
        for start in range(0, len(digest), 4):
            place = int.from_bytes(digest[start : start + 4], "little") % BITS
            byte, bit = place >> 3, 1 << (place & 7)
            if not self._bits[byte] & bit:
                new = True
                self._bits[byte] |= bit
        return new
