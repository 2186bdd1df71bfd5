"""String metrics: each keeps the statistics of every segment, and a score comes out of their sums.

    scores = score(hypotheses, references, "de")
    scores.bleu, scores.chrf, scores.signatures["bleu"]

Tokenizers, formulas and signatures are sacreBLEU's (Post 2018); only the counting is done for all segments
at once. Corpus scores, confidence intervals, paired tests and subsets need no second counting:

    metric = find_metric("chrf++", "de")
    counts = metric.counts(hypotheses, references)      # [segments, statistics]
    metric.score(counts.sum(0)), metric.scores(counts)  # of the corpus, of each segment
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayling.errors import BaylingError
from bayling.evaluate.ngrams import common_ngrams
from bayling.evaluate.tokenizers import check_tokenizer, tokenizer_for
from bayling.languages import language_name, script, segmented

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """Corpus scores from 0 to 100, and how each was made."""

    bleu: float
    chrf: float
    """chrF++ (Popović 2017)."""
    signatures: dict[str, str]
    """sacreBLEU's signature of each metric."""


def score(hypotheses: Sequence[str], references: Sequence[str], target_lang: str) -> Scores:
    """BLEU and chrF++ of a corpus.

    Raises:
        BaylingError: nothing to score, unequal counts, or an unknown language.
    """
    check_parallel(hypotheses, references)
    metrics = find_metric("bleu", target_lang), find_metric("chrf++", target_lang)
    bleu, chrf = (metric.score(metric.counts(hypotheses, references).sum(0)) for metric in metrics)
    return Scores(bleu, chrf, {metric.name: metric.signature for metric in metrics})


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """Corpus chrF++ from 0 to 100, which needs no tokenizer and so no language."""
    check_parallel(hypotheses, references)
    metric = chrfpp()
    return metric.score(metric.counts(hypotheses, references).sum(0))


def check_parallel(hypotheses: Sequence[str], references: Sequence[str]) -> None:
    """Raise unless there is one reference for each hypothesis, and at least one.

    Raises:
        BaylingError: names both counts.
    """
    if len(hypotheses) != len(references) or not len(hypotheses):
        raise BaylingError(
            f"{len(hypotheses)} hypotheses and {len(references)} references; one is needed for each"
        )


class Metric(ABC):
    """Statistics of segments, and scores out of their sums."""

    name: str
    better = 1
    """1 where a higher score is better, -1 where a lower one is."""

    def __init__(self, sacrebleu: Any) -> None:
        self._sacrebleu = sacrebleu
        sacrebleu.num_refs = 1

    @property
    def signature(self) -> str:
        """sacreBLEU's signature."""
        return self.signed()

    def signed(self, **resampling: int) -> str:
        """The signature with what was drawn: `bs` or `ar` (how many) and `seed`."""
        signature = self._sacrebleu.get_signature()
        for key, value in resampling.items():
            signature.update(key, value)
        return str(signature)

    @abstractmethod
    def counts(self, hypotheses: Sequence[str], references: Sequence[str]) -> NDArray[Any]:
        """The statistics of each segment: `[segments, statistics]`. They add up."""

    def counts_of(self, system: int, hypotheses: Sequence[str], references: Sequence[str]) -> NDArray[Any]:
        """The same of one of several systems, by its place among them, for who has them already."""
        return self.counts(hypotheses, references)

    @abstractmethod
    def scores(self, sums: NDArray[Any]) -> Floats:
        """A score for each row of summed statistics: `[rows, statistics]` to `[rows]`."""

    def score(self, sums: NDArray[Any]) -> float:
        """The score of summed statistics, by sacreBLEU's own formula, to the last digit."""
        return float(self._sacrebleu._compute_score_from_stats(sums.tolist()).score)


class Bleu(Metric):
    """BLEU (Papineni et al. 2002), smoothed as sacreBLEU does; `effective` for single sentences."""

    ORDER = 4

    def __init__(self, tokenizer: str = "13a", effective: bool = False, name: str = "bleu") -> None:
        from sacrebleu.metrics.bleu import BLEU

        super().__init__(BLEU(tokenize=tokenizer, effective_order=effective, force=True))
        self.name, self.effective = name, effective

    def counts(self, hypotheses: Sequence[str], references: Sequence[str]) -> NDArray[Any]:
        ngrams = common_ngrams(self._words(hypotheses), self._words(references), self.ORDER)
        return np.hstack([ngrams[:, 0, :2], ngrams[:, :, 2], ngrams[:, :, 0]])

    def _words(self, lines: Sequence[str]) -> list[list[str]]:
        return [self._sacrebleu._preprocess_segment(line).split() for line in lines]

    def scores(self, sums: NDArray[Any]) -> Floats:
        sums = np.asarray(sums, dtype=np.float64)
        length, wanted = sums[:, 0], sums[:, 1]
        correct, total = sums[:, 2 : 2 + self.ORDER], sums[:, 2 + self.ORDER :]
        with np.errstate(divide="ignore", invalid="ignore"):
            penalty = np.where(length < wanted, np.exp(1 - wanted / length), 1.0)
            missing = correct == 0
            precisions = np.where(missing, 1 / 2.0 ** np.cumsum(missing, axis=1), correct) / total
            present = np.cumprod(total > 0, axis=1)
            orders = present.sum(1) if self.effective else np.full(len(sums), self.ORDER)
            logs = np.where(present, np.log(precisions), 0.0 if self.effective else -np.inf)
            scores = 100 * penalty * np.exp(logs.sum(1) / orders)
        found: Floats = np.where(correct.any(1), scores, 0.0)
        return found


class Chrf(Metric):
    """chrF (Popović 2015) of characters, and chrF++ (Popović 2017) with words besides: F2 of n-grams."""

    CHARACTERS = 6

    def __init__(self, word_order: int = 0) -> None:
        from sacrebleu.metrics.chrf import CHRF

        super().__init__(CHRF(word_order=word_order))
        self.name, self.word_order = "chrf" + "+" * word_order, word_order

    def counts(self, hypotheses: Sequence[str], references: Sequence[str]) -> NDArray[Any]:
        characters = [["".join(line.split()) for line in side] for side in (hypotheses, references)]
        ngrams = common_ngrams(characters[0], characters[1], self.CHARACTERS)
        if self.word_order:
            words = [
                list(map(self._sacrebleu._remove_punctuation, side)) for side in (hypotheses, references)
            ]
            ngrams = np.hstack([ngrams, common_ngrams(words[0], words[1], self.word_order)])
        # As in sacreBLEU, an order that the reference has no n-gram of does not count.
        ngrams[:, :, 0] *= ngrams[:, :, 1] > 0
        return ngrams.reshape(len(hypotheses), -1)

    def scores(self, sums: NDArray[Any]) -> Floats:
        hypothesis, reference, common = np.moveaxis(
            np.asarray(sums, dtype=np.float64).reshape(len(sums), -1, 3), 2, 0
        )
        present = (hypothesis > 0) & (reference > 0)
        orders = np.maximum(present.sum(1), 1)
        precision = np.divide(common, hypothesis, out=np.zeros_like(common), where=present).sum(1) / orders
        recall = np.divide(common, reference, out=np.zeros_like(common), where=present).sum(1) / orders
        weighted = 4 * precision + recall
        scores: Floats = np.divide(
            5 * precision * recall, weighted, out=np.zeros(len(sums)), where=weighted > 0
        )
        return 100 * scores


def chrfpp() -> Chrf:
    """chrF++, which counts words and pairs of words too (Popović 2017)."""
    return Chrf(word_order=2)


class Ter(Metric):
    """Translation edit rate (Snover et al. 2006): edits and shifts per word of the reference."""

    name = "ter"
    better = -1

    def __init__(self, asian: bool = False) -> None:
        """With `asian`, letters of Chinese and Japanese are words (Tercom's own way)."""
        from sacrebleu.metrics.ter import TER

        super().__init__(TER(normalized=asian, asian_support=asian))

    def counts(self, hypotheses: Sequence[str], references: Sequence[str]) -> NDArray[Any]:
        return np.array(self._sacrebleu._extract_corpus_statistics(hypotheses, [references]))

    def scores(self, sums: NDArray[Any]) -> Floats:
        edits, words = np.asarray(sums, dtype=np.float64).T
        rates: Floats = np.divide(edits, words, out=(edits > 0).astype(np.float64), where=words > 0)
        return 100 * rates


METRICS = ("bleu", "spbleu", "chrf++", "chrf", "ter")


def _of_letters(lang: str) -> bool:
    """Whether words of a language are parted by letters, as Tercom parts those of Chinese and Japanese.

    Raises:
        BaylingError: nothing parts them, so that TER would take a sentence for a word.
    """
    if segmented(lang):
        return False
    if script(lang) in ("Hans", "Hant", "Jpan"):
        return True
    raise BaylingError(f"TER counts words, which {language_name(lang)} does not part by spaces; take chrf++")


def find_metric(
    name: str, target_lang: str, *, tokenizer: str | None = None, effective: bool = False
) -> Metric:
    """A metric by name, with the tokenizer that the language needs unless one is given.

    Raises:
        BaylingError: an unknown name, language or tokenizer, or spBLEU's model is not there.
    """
    match name.lower():
        case "bleu":
            return Bleu(
                tokenizer_for(target_lang) if tokenizer is None else check_tokenizer(tokenizer), effective
            )
        case "spbleu":
            return Bleu(check_tokenizer("flores200"), effective, "spbleu")
        case "chrf++":
            return chrfpp()
        case "chrf":
            return Chrf()
        case "ter":
            return Ter(asian=_of_letters(target_lang))
    raise BaylingError(f"unknown metric {name!r}; there are {', '.join(METRICS)}")
