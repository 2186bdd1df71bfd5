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


Run = tuple[int, int]
"""Tokens in a row: the number of the first and one past the last."""
Ends = tuple[int, int]
"""The numbers of a first and a last token."""


class Phrase(NamedTuple):
    """Runs of words on both sides that translate each other."""

    source: Run
    target: Run


class Alignment:
    """What is learned from pairs of one direction, three seconds for 12,000 of them."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        from thot.alignment import FastAlignModel, SymmetrizationHeuristic, SymmetrizedAligner
        from threadpoolctl import threadpool_limits

        self.learned = len(pairs)
        self.reliable = self.learned >= ENOUGH
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

    def linked(self, pair: Pair, source: Run, target: Run) -> bool:
        """Whether a link leads from one run of tokens to the other, or too little was learned to tell."""
        if not self.reliable:
            return True
        links = self.links(pair)
        return any((i, j) in links for i in range(*source) for j in range(*target))

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
        ahead, back = _by_token(self.links(pair))
        count = len(_source(pair))
        for first in filter(ahead.__contains__, range(count)):
            start, end = ahead[first]
            for last in filter(ahead.__contains__, range(first, min(first + longest, count))):
                start, end = min(start, ahead[last][0]), max(end, ahead[last][1])
                led = (back[j] for j in range(start, end + 1) if j in back)
                if all(first <= low and high <= last for low, high in led):
                    yield Phrase((first, last + 1), (start, end + 1))


def _by_token(links: Iterable[tuple[int, int]]) -> tuple[dict[int, Ends], dict[int, Ends]]:
    """Of each linked source token the first and the last target token that it is linked to, and the other way round."""
    ahead: dict[int, Ends] = {}
    back: dict[int, Ends] = {}
    for i, j in links:
        low, high = ahead.get(i, (j, j))
        ahead[i] = min(low, j), max(high, j)
        low, high = back.get(j, (i, i))
        back[j] = min(low, i), max(high, i)
    return ahead, back


def _source(pair: Pair) -> Sequence[Token]:
    return tokens(pair.source, pair.source_lang)


def _target(pair: Pair) -> Sequence[Token]:
    return tokens(pair.target, pair.target_lang)


def _texts(found: Sequence[Token]) -> list[str]:
    return [token.text for token in found]
