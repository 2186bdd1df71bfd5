"""Word alignment: which words of a pair translate each other, by fast_align (Dyer et al. 2013)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bayling.corpora.pair import Pair
from bayling.instruct.words import Token, tokens

ITERATIONS = 4
ENOUGH = 1000
"""Pairs that must be learned from before a missing link says anything."""
LONGEST = 60
"""Tokens of a side that a pair is learned from, at most."""


Span = tuple[int, int]
"""A run of tokens: the first and one past the last."""


class Phrase(NamedTuple):
    """Runs of words on both sides that translate each other."""

    source: Span
    target: Span


class Alignment:
    """What is learned from pairs of one direction, three seconds for 12,000 of them."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        from thot.alignment import FastAlignModel, SymmetrizationHeuristic, SymmetrizedAligner
        from threadpoolctl import threadpool_limits

        self.reliable = len(pairs) >= ENOUGH
        forward, backward = FastAlignModel(), FastAlignModel()
        for pair in pairs:
            source, target = _texts(_source(pair)), _texts(_target(pair))
            if 0 < len(source) <= LONGEST and 0 < len(target) <= LONGEST:
                forward.add_sentence_pair(source, target)
                backward.add_sentence_pair(target, source)
        # Several threads add up their counts in the order in which they end, so that the links of a few
        # pairs would differ from machine to machine, and from run to run.
        with threadpool_limits(1, user_api="openmp"):
            for model in (forward, backward):
                model.start_training()
                for _ in range(ITERATIONS):
                    model.train()
                model.end_training()
        self._models = (forward, backward)  # the aligner does not keep them alive
        self._aligner = SymmetrizedAligner(forward, backward)
        self._aligner.heuristic = SymmetrizationHeuristic.GROW_DIAG_FINAL_AND
        self._last: tuple[Pair | None, frozenset[tuple[int, int]]] = (None, frozenset())

    def links(self, pair: Pair) -> frozenset[tuple[int, int]]:
        """Numbers of the source's and the target's tokens that translate each other."""
        if self._last[0] is not pair:  # each term of a pair asks again
            self._last = (pair, frozenset(self._best(pair)))
        return self._last[1]

    def _best(self, pair: Pair) -> Iterable[tuple[int, int]]:
        source, target = _texts(_source(pair)), _texts(_target(pair))
        if not source or not target:
            return ()
        _, matrix = self._aligner.get_best_alignment(source, target)
        return zip(*(side.tolist() for side in matrix.to_numpy().nonzero()), strict=True)

    def linked(self, pair: Pair, source: Span, target: Span) -> bool:
        """Whether a link leads from one run of tokens to the other, or too little was learned to tell."""
        return not self.reliable or any(
            i in range(*source) and j in range(*target) for i, j in self.links(pair)
        )

    def words(self, pair: Pair) -> Iterator[tuple[int, int, int]]:
        """Each source token whose links lead to tokens in a row that no other source token is linked to: its
        number, the first of the row and one past the last."""
        ahead: dict[int, list[int]] = defaultdict(list)
        back: Counter[int] = Counter()
        for i, j in sorted(self.links(pair)):
            ahead[i].append(j)
            back[j] += 1
        for i, row in ahead.items():
            if row[-1] - row[0] + 1 == len(row) and all(back[j] == 1 for j in row):
                yield i, row[0], row[-1] + 1

    def phrases(self, pair: Pair, longest: int) -> Iterator[Phrase]:
        """Pairs of phrases that no link leaves (Och and Ney 2004), of at most `longest` source tokens, with
        links at all four ends."""
        links = self.links(pair)
        count = len(_source(pair))
        for first in range(count):
            for last in range(first, min(first + longest, count)):
                inside = {j for i, j in links if first <= i <= last}
                if not inside or not {first, last} <= {i for i, _ in links}:
                    continue
                start, stop = min(inside), max(inside) + 1
                if all(first <= i <= last for i, j in links if start <= j < stop):
                    yield Phrase((first, last + 1), (start, stop))


def _source(pair: Pair) -> Sequence[Token]:
    return tokens(pair.source, pair.source_lang)


def _target(pair: Pair) -> Sequence[Token]:
    return tokens(pair.target, pair.target_lang)


def _texts(found: Sequence[Token]) -> list[str]:
    return [token.text for token in found]
