"""General instructions: their forms, what is of no use in them, and real sets."""

import gzip
import json
import os
from pathlib import Path

import pytest

from bayling.clean import Rejected
from bayling.conversation import Conversation, check_turns
from bayling.errors import BaylingError
from bayling.instruct.general import in_share, read_instructions
from bayling.preferences import preference

ALPACA = {
    "instruction": "Name the capital of France, please.",
    "input": "",
    "output": "The capital is Paris.",
}
WITH_INPUT = {
    "instruction": "把下面的句子改成疑问句。",
    "input": "他今天去学校。",
    "output": "他今天去学校吗？",
}
SHARED = {
    "id": "x",
    "conversations": [
        {"from": "human", "value": "Hello there, who are you?"},
        {"from": "gpt", "value": "I am a program that answers."},
    ],
}
SEED = {
    "instruction": "Write a haiku about it.",
    "instances": [{"input": "rain", "output": "Drops"}, {"input": "snow", "output": "Flakes"}],
}
MESSAGES = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Why is the sky blue?"},
        {"role": "assistant", "content": "Scattering."},
    ]
}


def read(path: Path) -> tuple[list[Conversation], Rejected]:
    rejected = Rejected()
    return list(read_instructions(path, "MIT", rejected)), rejected


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def test_all_forms_become_conversations(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(lines(ALPACA, WITH_INPUT, SHARED, SEED, MESSAGES), encoding="utf-8")
    made, rejected = read(path)
    assert not rejected
    assert [[turn.content for turn in each.messages if turn.role != "assistant"] for each in made] == [
        ["Name the capital of France, please."],
        ["把下面的句子改成疑问句。\n\n他今天去学校。"],
        ["Hello there, who are you?"],
        ["Write a haiku about it.\n\nrain"],
        ["Write a haiku about it.\n\nsnow"],
        ["Be brief.", "Why is the sky blue?"],
    ]
    assert made[0].answer == "The capital is Paris."
    assert [made[0].target_lang, made[1].target_lang] == ["en", "zh-Hans"]
    assert made[0].licences == ("MIT",)
    assert in_share("general", made[0])
    for name in ("general-zh", "general-zh-Hans"):
        assert [in_share(name, each) for each in made[:2]] == [False, True]
    assert not any(in_share("general-zh-Hant", each) for each in made)


def test_an_answer_of_weight_0_is_not_learned(tmp_path: Path) -> None:
    asked, first, again, last = (
        {"role": role, "content": text}
        for role, text in (
            ("user", "Translate it."), ("assistant", "Die Tür."), ("user", "All of it!"), ("assistant", "Die rote Tür."),
        )
    )  # fmt: skip
    mended = {"messages": [asked, {**first, "weight": 0}, again, {**last, "weight": 1}]}
    unlearned = {"messages": [asked, {**first, "weight": 0}]}
    path = tmp_path / "set.jsonl"
    path.write_text(lines(mended, unlearned), encoding="utf-8")
    made, rejected = read(path)
    assert [[turn.weight for turn in each.messages] for each in made] == [[1, 0, 1, 1]]
    assert [reason for reason, _ in rejected] == ["nothing_to_learn"]
    assert preference(made[0]) is None  # no task tells what is wrong with the draft


def test_what_is_said_before_the_turns_is_read(tmp_path: Path) -> None:
    before = {"system": "Be brief.", "history": [["What is France?", "A country."]]}
    unfit = [{**ALPACA, "history": wrong} for wrong in ([["Only asked?"]], "text", [{"role": "user"}])]
    path = tmp_path / "set.jsonl"
    path.write_text(
        lines(ALPACA | before, SHARED | {"system": "Be kind."}, MESSAGES | {"system": "Be kind."}, *unfit),
        encoding="utf-8",
    )
    made, rejected = read(path)
    assert [[turn.content for turn in each.messages[:-1]] for each in made] == [
        ["Be brief.", "What is France?", "A country.", ALPACA["instruction"]],
        ["Be kind.", "Hello there, who are you?"],
        ["Be brief.", "Why is the sky blue?"],
    ]
    assert [each.messages[0].role for each in made] == ["system"] * 3
    assert [reason for reason, _ in rejected] == ["turns_out_of_order", "turns_out_of_order", "empty"]


def test_the_language_of_what_is_not_wanted_is_not_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(lines(ALPACA, WITH_INPUT, SHARED), encoding="utf-8")
    every, _ = read(path)
    asked: list[str] = []
    monkeypatch.setattr("bayling.instruct.general.identify", lambda text: asked.append(text))
    wanted = list(read_instructions(path, "MIT", Rejected(), lambda key: key == every[2].key))
    assert [each.key for each in wanted] == [every[2].key]
    assert len(asked) == 1


@pytest.mark.parametrize("form", ["json", "jsonl.gz", "parquet"])
def test_files_of_every_kind_say_the_same(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"set.{form}"
    if form == "json":
        path.write_text(json.dumps([ALPACA, WITH_INPUT], indent=1), encoding="utf-8")
    elif form == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist([ALPACA, WITH_INPUT]), path)
    else:
        path.write_bytes(gzip.compress(lines(ALPACA, WITH_INPUT).encode()))
    plain = tmp_path / "plain.jsonl"
    plain.write_text(lines(ALPACA, WITH_INPUT), encoding="utf-8")
    assert [each.messages for each in read(path)[0]] == [each.messages for each in read(plain)[0]]


def test_what_is_of_no_use_is_rejected_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    turned = {"conversations": SHARED["conversations"][::-1]}
    path.write_text(lines(ALPACA, ALPACA, {**ALPACA, "output": " "}, turned), encoding="utf-8")
    made, rejected = read(path)
    assert len(made) == 1
    assert [reason for reason, _ in rejected] == ["repeated", "empty", "turns_out_of_order"]


def test_texts_in_parts_numbers_and_the_answer_none_are_read(tmp_path: Path) -> None:
    def parts(*texts: str) -> list[dict[str, str]]:
        return [{"type": "text", "text": text} for text in texts]

    picture = [{"type": "image_url", "image_url": {"url": "x"}}, *parts("What is it?")]
    said = [("user", parts("Hello ", "there")), ("assistant", parts("Hi!"))]
    shown = [("user", picture), ("assistant", parts("A cat."))]
    path = tmp_path / "set.jsonl"
    path.write_text(
        lines(
            *(
                {"messages": [{"role": role, "content": text} for role, text in each]}
                for each in (said, shown)
            ),
            {"instruction": "What is 6 times 7?", "input": "", "output": 42},
            {"instruction": "Half of it, please?", "input": 3, "output": 1.5},
            {"instruction": "Python's null value?", "input": "None", "output": "None"},
            {"instruction": "Is it?", "input": "", "output": True},
            {"instruction": "Is it a number?", "input": "", "output": float("nan")},
        ),
        encoding="utf-8",
    )
    made, rejected = read(path)
    assert [tuple(turn.content for turn in each.messages) for each in made] == [
        ("Hello there", "Hi!"),
        ("What is 6 times 7?", "42"),
        ("Half of it, please?\n\n3", "1.5"),
        ("Python's null value?", "None"),
    ]
    assert [reason for reason, _ in rejected] == ["empty"] * 3


def test_one_odd_record_among_others_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    odd = {"instruction": "q", "input": ""}
    path.write_text(
        lines(ALPACA, odd, {"conversations": ["a"]}, {**SEED, "instances": 2}, SHARED), encoding="utf-8"
    )
    made, rejected = read(path)
    assert len(made) == 2
    assert [(reason, pair.id) for reason, pair in rejected] == [
        ("no_known_form", f"set.jsonl:line {number}") for number in (2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"source": "a", "target": "b"}\n',
            "line 1 has the keys source, target; write instruction and output",
        ),
        ('{"conversations": ["a", "b"]}\n', "line 1 has the keys conversations; write"),
        (
            '{"instruction": "a", "instances": ["output"]}\n',
            "line 1 has the keys instruction, instances; write",
        ),
        ('{"instruction": "a"', "line 1 is not whole JSON"),
        ('[{"instruction": "a", "output": "b"}', "not whole JSON"),
        ("[1]", "record 1 is not a JSON object"),
    ],
)
def test_a_file_of_no_such_form_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "set.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BaylingError, match=message) as caught:
        read(path)
    assert str(path) in str(caught.value)


@pytest.mark.skipif("BAYLING_DATA" not in os.environ, reason="BAYLING_DATA is not set")
def test_real_sets_are_read_nearly_whole() -> None:
    folder = Path(os.environ["BAYLING_DATA"]) / "train" / "alpaca"
    for name, language, least in (
        ("seed_tasks_en.jsonl.gz", "en", 170),
        ("seed_tasks_zh.jsonl.gz", "zh-Hans", 170),
        ("alpaca_zh.jsonl.gz", "zh-Hans", 17_000),
    ):
        made, rejected = read(folder / name)
        assert len(made) >= least
        assert len(rejected) < 0.02 * len(made)
        first = made[:4000]  # further down the Chinese set has records that were left in English
        assert sum(each.target_lang.startswith(language[:2]) for each in first) > 0.95 * len(first)
        for each in made[:500]:
            check_turns(each.messages, name)
