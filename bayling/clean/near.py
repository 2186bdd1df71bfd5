"""Near duplicates: pairs that say almost the same on both sides, by MinHash (Broder 1997) and LSH."""

from collections.abc import Callable, Sequence

from bayling.clean.cleaning import Rejected
from bayling.clean.normalise import bare
from bayling.corpora.pair import Pair

LETTERS = 5
"""Letters of a shingle."""
PERMUTATIONS = 128
BATCH = 1000


def without_near_duplicates(
    pairs: Sequence[Pair],
    threshold: float,
    rejected: Rejected,
    advance: Callable[[float], None] = lambda amount: None,
) -> list[Pair]:
    """The pairs without those that are near an earlier one of the same direction, rejected as `near_duplicate`.

    Near is an estimated Jaccard similarity of `threshold` (0 to 1) or more between the shingles of both sides
    together: runs of five letters or digits, so that case, punctuation and spaces do not count. Estimates are
    off by a few hundredths.
    """
    from rensa import RMinHashDeduplicator

    known: dict[tuple[str, str], RMinHashDeduplicator] = {}
    kept = []
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        for number, pair in enumerate(batch, start):
            direction = (pair.source_lang, pair.target_lang)
            if direction not in known:
                known[direction] = RMinHashDeduplicator(threshold, PERMUTATIONS, use_lsh=True)
            (new,) = known[direction].add_pairs([(str(number), _shingles(pair))])
            if new:
                kept.append(pair)
            else:
                rejected.append(("near_duplicate", pair))
        advance(len(batch))
    return kept


def _shingles(pair: Pair) -> list[str]:
    return [
        mark + text[start : start + LETTERS]
        for mark, text in (("<", bare(pair.source)), (">", bare(pair.target)))
        for start in range(max(1, len(text) - LETTERS + 1))
    ]
