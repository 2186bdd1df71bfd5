"""Near duplicates: pairs that say almost the same on both sides, by MinHash (Broder 1997) and LSH."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bayling.clean.cleaning import Rejected
from bayling.clean.normalise import bare
from bayling.corpora.pair import Pair
from bayling.hashing import stable_hash

if TYPE_CHECKING:
    import numpy as np
    from rensa import RMinHash

LETTERS = 5
"""Letters of a shingle."""
PERMUTATIONS = 126
"""Of a signature; it can be cut into bands of two, three, six, seven and nine."""
SEED = 42
BATCH = 1000
BANDS = {0.9: 14, 0.8: 18, 0.7: 21, 0.5: 42}
"""From a threshold on, how many bands a signature is cut into. Of two pairs that are as near as the threshold, at least
nine in ten share a band; more bands would join most pairs of a corpus to one group (`alike`)."""


def without_near_duplicates(
    pairs: Sequence[Pair],
    threshold: float,
    rejected: Rejected,
    advance: Callable[[float], None] = lambda amount: None,
) -> list[Pair]:
    """The pairs without those that are near an earlier one of the same direction, rejected as `near_duplicate`.

    Near is an estimated Jaccard similarity of `threshold` (0 to 1) or more between the shingles of both sides
    together: runs of five letters or digits, so that case, punctuation and spaces do not count. Estimates are
    off by a few hundredths. Only pairs that share a band of their signatures are compared.
    """
    from rensa import RMinHashDeduplicator

    known: dict[tuple[str, str], RMinHashDeduplicator] = {}
    kept = []
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        for number, (pair, sketch) in enumerate(zip(batch, _sketches(batch), strict=True), start):
            direction = (pair.source_lang, pair.target_lang)
            if direction not in known:
                known[direction] = RMinHashDeduplicator(
                    threshold, PERMUTATIONS, use_lsh=True, num_bands=band_count(threshold), seed=SEED
                )
            if known[direction].add(str(number), sketch):
                kept.append(pair)
            else:
                rejected.append(("near_duplicate", pair))
        advance(len(batch))
    return kept


def band_count(threshold: float) -> int:
    """How many bands a signature is cut into: more where less alike is near."""
    return next((count for least, count in BANDS.items() if threshold >= least), PERMUTATIONS // 2)


def bands(pairs: Sequence[Pair], threshold: float) -> "np.ndarray[Any, Any]":
    """A 64-bit hash of each band of each pair's signature, its direction and the band's place in it: a row a pair.

    Pairs of which `without_near_duplicates` compares two have one in common.
    """
    import numpy as np

    count = band_count(threshold)
    rows = np.empty((len(pairs), count, PERMUTATIONS // count), np.uint64)
    for start in range(0, len(pairs), BATCH):
        digests = [sketch.digest() for sketch in _sketches(pairs[start : start + BATCH])]
        rows[start : start + BATCH] = np.array(digests, np.uint64).reshape(-1, *rows.shape[1:])
    directions = [stable_hash(pair.source_lang, pair.target_lang) for pair in pairs]
    hashes: np.ndarray[Any, Any] = np.array(directions, np.uint64)[:, None] + np.arange(
        count, dtype=np.uint64
    )
    for column in range(rows.shape[2]):
        hashes = (hashes ^ rows[:, :, column]) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(32)
    return hashes


def _sketches(pairs: Sequence[Pair]) -> "list[RMinHash]":
    from rensa import RMinHash

    sketches: list[RMinHash] = RMinHash.from_token_sets(
        [_shingles(pair) for pair in pairs], num_perm=PERMUTATIONS, seed=SEED
    )
    return sketches


def _shingles(pair: Pair) -> list[str]:
    return [
        mark + text[start : start + LETTERS]
        for mark, text in (("<", bare(pair.source)), (">", bare(pair.target)))
        for start in range(max(1, len(text) - LETTERS + 1))
    ]
