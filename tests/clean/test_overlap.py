"""Test sentences are found in any text: whole, or eight words of them, in scripts with and without spaces."""

import gzip
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bayling.clean import Overlap, Rejected, decontaminate, normalise
from bayling.clean.checking import check_overlap
from bayling.cli import app
from bayling.conversation import Conversation, Turn, write_conversations
from bayling.corpora import Pair
from bayling.errors import BaylingError

TESTS = [
    "Welsh members are worried about looking like muppets in front of the world.",
    "威尔士议员担心看起来像木偶,这是一个很长的测试句子。",
    "Good night.",
    "Some AMs are worried now.",
    "वे कहते हैं: मातापिता अपने बच्चों की सुरक्षा के लिए ज़िम्मेदार थे।",
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Welsh members are worried about looking like MUPPETS in front of the world", [(0, True)]),
        ('He says: "members are worried about looking like muppets, in front" of all', [(0, False)]),
        ("Welsh members are worried about looking like puppets in front of them", []),
        ("“Members are worried about looking like muppets – in front” of all", [(0, False)]),
        ("他说威尔士议员担心看起来像木偶,这是一个事实", [(1, False)]),
        ("威尔士议员担心看起来像木偶", []),
        ("मातापिता अपने बच्चों की सुरक्षा के लिए ज़िम्मेदार होते हैं।", [(4, False)]),
        ("सुरक्षा के लिए ज़िम्मेदार", []),
        ("Good night.", []),
        ("some AMs are worried now", [(3, True)]),
        ("Some AMs are worried now, too.", []),
        ("...", []),
        ("", []),
    ],
)
def test_a_sentence_is_found_whole_or_by_eight_words(text: str, found: list[tuple[int, bool]]) -> None:
    assert [tuple(match) for match in Overlap(TESTS).find(text)] == found


@pytest.mark.parametrize(
    ("pair", "letter", "other"),
    [
        ("তিনি জানান যে বাড়ি ফেরার আগেই সব কাজ হয়ে যাবে", "\u09a1\u09bc", "\u09dc"),
        ("बड़ी लड़ाई के बाद थोड़े लोग ही पहाड़ के पास खड़े थे", "\u0921\u093c", "\u095c"),
        ("Một người đàn ông đã được đưa đến bệnh viện tối hôm qua", "ệ", "e\u0323\u0302"),
        ("Der Mann wurde gestern Abend in ein Krankenhaus der Stadt gebracht", "kenh", "ken\u00adh"),
    ],
)
def test_a_sentence_is_found_however_its_letters_are_encoded(pair: str, letter: str, other: str) -> None:
    given = normalise(pair).replace(letter, other)
    assert given != normalise(pair)
    assert Overlap([given]).find(normalise(pair)) == [(0, True)]
    assert Overlap([normalise(pair)]).find(given) == [(0, True)]
    assert Overlap([f"{given} {letter}"]).find(normalise(pair)) == [(0, False)]


def test_all_sentences_that_share_the_words_are_found() -> None:
    shared = "one two three four five six seven eight"
    tests = Overlap([f"{shared} nine", "nothing of it stands in here, nothing at all", f"zero {shared}"])
    assert [match.number for match in tests.find(shared)] == [0, 2]


@pytest.mark.parametrize(
    ("first", "joint", "least"),
    [("A", " ", 8), ("一", "", 16), ("か", "", 16), ("ก", "", 32), ("가", " ", 8)],
)
def test_how_many_letters_of_a_script_count_as_eight_words(first: str, joint: str, least: int) -> None:
    def text(count: int) -> str:
        return joint.join(chr(ord(first) + number) for number in range(count))

    tests = Overlap([text(least + 1)])
    assert tests.find(text(least)) == [(0, False)]
    assert not tests.find(text(least - 1))


def test_a_sentence_of_four_words_is_looked_for_whole() -> None:
    tests = Overlap(["He said it twice.", "He said it."])
    assert tests.too_short == 1
    assert tests.find("he said it twice") == [(0, True)]
    assert not tests.find("he said it") and not tests.find("he said it twice more")


def test_sentences_that_say_too_little_are_counted() -> None:
    assert Overlap(TESTS).too_short == 1
    assert not Overlap([]).find(TESTS[0])


def test_a_pair_with_test_text_on_either_side_goes() -> None:
    def pair(source: str, target: str) -> Pair:
        return Pair(source, target, "en", "zh-Hans", "c", "c==1", "CC0-1.0", source[:5])

    pairs = [pair("A clean one.", "干净"), pair(TESTS[0], "一"), pair("Yes", TESTS[1])]
    rejected = Rejected()
    assert decontaminate(pairs, Overlap(TESTS), rejected) == pairs[:1]
    assert rejected.counts() == {"test_text": {"zh-Hans": 2}}


@pytest.fixture
def tests_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "set.eng.txt").write_text("\n".join((TESTS[0], TESTS[2])) + "\n", encoding="utf-8")
    (folder / "set.zho-CN.txt").write_text(TESTS[1] + "\n\n", encoding="utf-8")
    (folder / "README.md").write_text("Read me, " + TESTS[3], encoding="utf-8")
    (folder / "documents.tsv").write_text("a list\tof documents\n", encoding="utf-8")
    return folder


def test_corpora_of_many_formats_are_looked_through_on_all_sides(tmp_path: Path, tests_folder: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "x.de-en.en.gz").write_bytes(gzip.compress(f"A door.\n{TESTS[0]}\n".encode()))
    (corpus / "own.tsv").write_text(f"de\tzh\nEine Tür\t门\nEin Test\t{TESTS[1]}\n", encoding="utf-8")
    (corpus / "alpaca.json").write_text(json.dumps([{"instruction": "Go.", "output": TESTS[0]}]))
    turns = (Turn("user", f"Translate: {TESTS[0]}"), Turn("assistant", "Ja"))
    write_conversations([Conversation(turns, "translation", "en", "de")], corpus / "train.parquet")
    found = check_overlap([corpus], [tests_folder])
    counts = {
        each.file: (each.texts, each.affected, len(each.whole), len(each.part)) for each in found.findings
    }
    assert counts["corpus/x.de-en.en.gz"] == (2, 1, 1, 0)
    assert counts["corpus/own.tsv"] == (4, 1, 1, 0)
    assert counts["corpus/alpaca.json"] == (2, 1, 1, 0)
    assert counts["corpus/train.parquet"][1:] == (1, 0, 1)
    assert found.too_short == 2  # "Good night." and the empty line
    assert [Path(file).name for file in found.unread] == ["documents.tsv"]
    assert {each.language for each in found.sentences} == {"en", "zh-Hans"}


def test_a_dataset_saved_by_the_library_is_looked_through(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    made = datasets.Dataset.from_list([{"translation": {"en": TESTS[0], "zh": TESTS[1]}}])
    datasets.DatasetDict({"train": made}).save_to_disk(tmp_path / "own")
    (tmp_path / "tests.eng.txt").write_text(TESTS[0] + "\n", encoding="utf-8")
    (finding,) = check_overlap([tmp_path / "own"], [tmp_path / "tests.eng.txt"]).findings
    assert (finding.texts, finding.affected) == (2, 1)
    found = check_overlap([tmp_path / "tests.eng.txt"], [tmp_path / "own"])
    assert {each.language for each in found.sentences} == {"en", "zh-Hans"}
    assert not found.unread


def test_the_command_prints_counts_and_examples(tmp_path: Path, tests_folder: Path) -> None:
    (tmp_path / "own.tsv").write_text(f"en\tde\n{TESTS[0]}\tJa\nA door\tEine Tür\n", encoding="utf-8")
    done = CliRunner().invoke(
        app, ["check-overlap", str(tmp_path / "own.tsv"), "--against", str(tests_folder)]
    )
    assert done.exit_code == 0
    assert f"own.tsv: {TESTS[0]}\n  set.eng.txt: {TESTS[0]}" in done.output
    assert "│ en                │ 1     │ 0       │ 2  │" in done.output


def test_names_of_other_bytes_than_utf_8_are_printed(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"t\xfcr.en.txt")
    odd.write_text(TESTS[0] + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["check-overlap", str(odd), "--against", str(odd)])
    assert rf"t\udcfcr.en.txt: {TESTS[0]}" in done.output


def test_what_is_not_there_or_no_text_is_named(tmp_path: Path, tests_folder: Path) -> None:
    with pytest.raises(BaylingError, match=r"none\.tsv: no file of text here"):
        check_overlap([tmp_path / "none.tsv"], [tests_folder])
    (tmp_path / "bad.txt").write_bytes(b"a\xff\n")
    with pytest.raises(BaylingError, match=r"bad\.txt: line 1 is not UTF-8"):
        check_overlap([tmp_path / "bad.txt"], [tests_folder])


@pytest.mark.skipif("BAYLING_DATA" not in os.environ, reason="needs BAYLING_DATA")
def test_what_was_taken_out_of_a_published_training_set_is_not_in_it() -> None:
    data = Path(os.environ["BAYLING_DATA"])
    tests = data / "eval" / "ntrex-128-first-half" / "NTREX-128"
    english = sorted(tests.glob("newstest2019-src.eng.txt"))
    found = check_overlap([data / "train" / "alma_train"], english)
    assert not any(each.whole for each in found.findings)
    assert sum(len(each.part) for each in found.findings) == 6


def test_a_name_with_brackets_is_shown_whole(tmp_path: Path) -> None:
    named = tmp_path / "news[de].txt"
    named.write_text(f"{TESTS[0]}\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["check-overlap", str(named), "--against", str(named)])
    assert "news[de].txt" in done.stdout.splitlines()[3]
