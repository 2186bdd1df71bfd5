"""Scores equal sacreBLEU's to the last digit, however the segments look."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from bayling.errors import BaylingError
from bayling.evaluate.metrics import (
    Bleu,
    Chrf,
    Metric,
    Ter,
    chrf,
    find_metric,
    score,
)
from bayling.evaluate.tokenizers import tokenizer_for

WORDS = [
    "the",
    "cat",
    "cat",
    "sat.",
    "(on",
    "mat)",
    "Ünïcode",
    "貓",
    "坐在",
    "ねこ",
    "एक",
    "&amp;",
    "3,5",
    "-",
    " ",
    "🙂",
]
segments = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
corpora = st.lists(st.tuples(segments, segments), min_size=1, max_size=6)
PAIRS: list[tuple[Metric, object]] = [
    (Bleu(), BLEU(force=True)),
    (Bleu("zh"), BLEU(tokenize="zh", force=True)),
    (Bleu("char", effective=True), BLEU(tokenize="char", effective_order=True, force=True)),
    (Chrf(), CHRF()),
    (Chrf(word_order=2), CHRF(word_order=2)),
    (Ter(), TER()),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@settings(max_examples=60, deadline=None)
@given(corpus=corpora)
def test_statistics_and_scores_are_sacrebleus(ours, theirs, corpus):
    hypotheses, references = map(list, zip(*corpus, strict=True))
    counts = ours.counts(hypotheses, references)
    expected = theirs._extract_corpus_statistics(hypotheses, [references])
    assert counts.tolist() == [list(row) for row in expected]
    assert ours.score(counts.sum(0)) == theirs._aggregate_and_compute(expected).score
    by_segment = [theirs._compute_score_from_stats(list(row)).score for row in expected]
    assert np.allclose(ours.scores(counts), by_segment, rtol=0, atol=1e-9)
    assert ours.signature == str(theirs.get_signature())


def test_many_segments_are_counted_in_blocks(monkeypatch):
    hypotheses = [f"this is segment {number} of many" for number in range(25)]
    references = [f"this was segment number {number}" for number in range(25)]
    whole = Chrf(2).counts(hypotheses, references)
    monkeypatch.setattr("bayling.evaluate.ngrams.BLOCK", 4)
    assert (Chrf(2).counts(hypotheses, references) == whole).all()


def test_score_is_of_bleu_and_chrfpp():
    scores = score(["ein Haus am See"], ["ein Haus am Meer"], "de")
    assert scores.bleu == BLEU().corpus_score(["ein Haus am See"], [["ein Haus am Meer"]]).score
    assert scores.chrf == CHRF(word_order=2).corpus_score(["ein Haus am See"], [["ein Haus am Meer"]]).score
    assert set(scores.signatures) == {"bleu", "chrf++"}
    assert "tok:13a" in scores.signatures["bleu"]


def test_chrf_of_one_segment():
    assert chrf(["same"], ["same"]) == 100
    assert chrf(["a b"], ["x y"]) == 0


@pytest.mark.parametrize(
    ("language", "tokenizer"),
    [
        ("de", "13a"),
        ("zh-TW", "zh"),
        ("yue_Hant", "zh"),
        ("jpn_Jpan", "ja-mecab"),
        ("sw", "13a"),
        ("th", "char"),
        ("lo", "char"),
        ("km", "char"),
        ("my", "char"),
        ("shn", "char"),
        ("dz", "char"),
    ],
)
def test_the_tokenizer_follows_the_language(language, tokenizer):
    assert tokenizer_for(language) == tokenizer


def test_korean_has_a_tokenizer_without_a_dictionary(monkeypatch):
    monkeypatch.setattr("bayling.evaluate.tokenizers.find_spec", lambda name: None)
    assert tokenizer_for("ko") == "char"
    with pytest.raises(BaylingError, match="ko-mecab is not there: pip install"):
        find_metric("bleu", "ko", tokenizer="ko-mecab")


def test_unequal_and_empty_input_names_both_counts():
    with pytest.raises(BaylingError, match="2 hypotheses and 1 references"):
        score(["a", "b"], ["a"], "de")
    with pytest.raises(BaylingError, match="0 hypotheses and 0 references"):
        score([], [], "de")


def test_what_is_unknown_is_named(monkeypatch, tmp_path):
    with pytest.raises(BaylingError, match="unknown language 'xqx'"):
        score(["a"], ["a"], "xqx")
    with pytest.raises(BaylingError, match="unknown metric 'blue'; there are bleu"):
        find_metric("blue", "de")
    with pytest.raises(BaylingError, match="unknown tokenizer '13b'"):
        find_metric("bleu", "de", tokenizer="13b")
    monkeypatch.setattr("sacrebleu.utils.SACREBLEU_DIR", str(tmp_path))
    with pytest.raises(BaylingError, match="flores200sacrebleuspm: the SentencePiece model"):
        find_metric("spbleu", "de")


def test_ter_takes_letters_for_words_where_tercom_does_and_no_sentence_for_one():
    chinese = find_metric("ter", "zh-Hans")
    counts = chinese.counts(["我们今天去公园散步。"], ["我们明天去公园散步。"])
    assert chinese.score(counts.sum(0)) == pytest.approx(10)  # one letter of ten
    assert "norm:yes" in chinese.signed() and "asian:yes" in chinese.signed()
    assert "asian:no" in find_metric("ter", "de").signed()
    with pytest.raises(BaylingError, match="TER counts words, which Thai does not part"):
        find_metric("ter", "th")
