"""The teacher, against a server on this machine: what it may change and what not, what it costs, and that no answer
is lost or asked for twice whatever the server does and however the process ends."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Semaphore
from typing import Any

import pytest
import yaml

from bayling.build import build
from bayling.conversation import Conversation, read_conversations
from bayling.engines import remote
from bayling.errors import BaylingError
from bayling.files import hashes, read_json, read_json_lines
from bayling.instruct import check, task_class
from bayling.instruct.exchange import exchange_turns
from bayling.instruct.reading import read_turn
from bayling.instruct.teacher import Lesson, check_share
from bayling.preferences import read_preferences
from bayling.recipe import Recipe, Teacher
from tests.faulty_server import serve

NOUNS = {
    "battery": ("Akku", "Batterie"),
    "device": ("Gerät", "Apparat"),
    "server": ("Server", "Rechner"),
    "file": ("Datei", "Akte"),
}
FRAMES = (
    ("The {} number {} is empty today.", "{} Nummer {} ist heute leer."),
    ("Check the {} {} now. Then try again.", "{} {} jetzt prüfen. Danach noch einmal versuchen."),
)
WAIT = 60.0
"""Seconds that a server has for an answer."""
MIX = {"translation": 3, "terminology": 2, "omission": 2, "choice": 1, "refusal": 1, "improvement": 1}


def source(folder: Path) -> dict[str, str]:
    rows = ["en\tde"]
    for noun, translations in NOUNS.items():
        rows += [f"{noun}\t{translations[0]}", f"{noun.capitalize()}\t{translations[1]}"]
        for number in range(100, 120):
            for english, german in FRAMES:
                word = translations[number % 5 == 0]
                rows.append(f"{english.format(noun, number)}\t{german.format(word, number)}")
    (folder / "pairs.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return {"path": str(folder / "pairs.tsv"), "licence": "CC0-1.0"}


def recipe(folder: Path, address: str | None, **teacher: Any) -> Recipe:
    said = {"model": f"{address}#small", "shares": {"requests": 1.0}, "licence": "Apache-2.0", **teacher}
    return Recipe.model_validate(
        {
            "name": "mine",
            "foundation": "gemma3-270m",
            "languages": ["de"],
            "build": {
                "sources": [source(folder)],
                "conversations": 80,
                "mix": MIX,
                "into_pivot": 0,
                **({"teacher": said} if address else {}),
            },
        }
    )


def conversations(data: Path) -> list[Conversation]:
    return list(read_conversations(data / "train-00000.parquet"))


def taught_by(
    answer: Callable[[str], str],
    plain: Path,
    ledger: Path,
    fault: Callable[[str, int], str | None] = lambda question, number: None,
    **shares: float,
) -> tuple[list[Conversation], Lesson]:
    """The plain data as a teacher leaves them."""
    with serve(answer, fault) as server, Lesson(teacher(server.address, shares), 7, ledger) as lesson:
        return lesson.teach(conversations(plain)), lesson


def teacher(address: str, shares: dict[str, float], **options: Any) -> Teacher:
    return Teacher(model=f"{address}#small", shares=shares, licence="Apache-2.0", **options)


def is_doubt(question: str) -> bool:
    return "Is the second one correct" in question


def pattern(question: str) -> str:
    """What a wording is asked for of."""
    found = re.search(
        r"This is .*?, in .*?:\n\n(.*?)\n\n(?:The words in square|Say exactly)", question, re.DOTALL
    )
    assert found, question
    return found[1]


def teach(question: str) -> str:
    """A teacher as it should be; it greets, in the language that it is asked in."""
    if is_doubt(question):
        return "Both say the same. <new>Yes</new>"
    if "Here is a translation with one flaw" in question:
        draft = question.split("\n\n")[4]
        return f"<new>{draft.removesuffix('.')}!</new>"
    hello = "你好" if "in Chinese" in question else "Hallo" if "in German" in question else "Hello"
    return f"Here it is: <new>{hello}. {pattern(question)}</new>"


def slowly(question: str) -> str:
    time.sleep(0.02)
    return teach(question)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts follow each other at once in this process."""
    known = remote.RemoteEngine.__init__

    def quick(self: Any, address: str, **options: Any) -> None:
        known(self, address, **{"timeout": WAIT, "pause": 0.01, **options})

    monkeypatch.setattr(remote.RemoteEngine, "__init__", quick)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data as they are without a teacher."""
    folder = tmp_path_factory.mktemp("plain")
    build(recipe(folder, None), folder / "data")
    return folder / "data"


def test_requests_are_said_otherwise_and_all_that_they_are_about_stays(tmp_path: Path, plain: Path) -> None:
    with serve(teach) as server:
        figures = build(recipe(tmp_path, server.address), tmp_path / "data")
    before = {(each.task, each.pairs): each for each in conversations(plain)}
    taught = conversations(tmp_path / "data")
    assert len(taught) == len(before) == figures["taught"] == 80
    for each in taught:
        old = before[each.task, each.pairs]
        assert (each.answer, each.source_lang, each.target_lang) == (
            old.answer,
            old.source_lang,
            old.target_lang,
        )
        assert check(each).ok
        for turn, was in zip(each.messages, old.messages, strict=True):
            assert turn.weight == was.weight
            if turn.role == "user":
                said = read_turn(was.content, each.request_lang, frozenset({"en", "de"}))
                assert said and turn.content.endswith(was.content) and turn.content[:1] in "H你"
            else:
                assert turn.content == was.content
        assert {"teacher:small", *old.corpora} == set(each.corpora)
        assert {"Apache-2.0", "CC0-1.0"} == set(each.licences)
    for name in ("dev.parquet", "test.parquet"):
        assert (tmp_path / "data" / name).read_bytes() == (plain / name).read_bytes()
    told = read_json(tmp_path / "data" / "statistics.json")
    assert (
        told["by_licence"] == {"Apache-2.0": 80, "CC0-1.0": 80} and told["by_corpus"]["teacher:small"] == 80
    )
    assert told["pairs"] == read_json(plain / "statistics.json")["pairs"]
    card = (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
    assert "80 conversations have words of the language model small" in card
    assert server.address not in card


def test_a_smaller_share_is_part_of_a_larger_one_and_the_rest_is_as_built(
    tmp_path: Path, plain: Path
) -> None:
    built = conversations(plain)
    touched = []
    for share in (0.2, 0.6):
        taught, lesson = taught_by(teach, plain, tmp_path / "kept.jsonl", **{"requests-translation": share})
        new = {at for at, (each, old) in enumerate(zip(taught, built, strict=True)) if each != old}
        assert all(taught[at].task == "translation" for at in new)
        assert new == {at for at, each in enumerate(taught) if each.facts.get("teacher") == ["requests"]}
        assert lesson.told()["conversations"] == len(new)
        touched.append(new)
    assert touched[0] < touched[1]


def unfit(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda question: (
        teach(question) if is_doubt(question) else f"<new>{change(pattern(question))}</new>"
    )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (unfit(lambda text: f"Hello. {text.replace('[TERM]', 'it')}"), "drops the term"),
        (unfit(lambda text: f"Hello. {text} [TERM]"), "repeats the term"),
        (unfit(lambda text: f"Hello [NAME]. {text}"), "invents the name"),
        (unfit(lambda text: text), "says it as before"),
        (unfit(lambda text: f"Hello. Within 5 days. {text}"), "names a number that was not there"),
        (unfit(lambda text: f"Hello. {text}{' and so on' * 40}"), "says much more than it should"),
        (lambda question: "I'd rather not.", "gives nothing between the marks"),
        (
            lambda question: "<new>No</new>" if is_doubt(question) else teach(question),
            "means something else, as the teacher says when asked again",
        ),
    ],
)
def test_an_unfit_wording_is_rejected_with_the_reason_and_the_turn_stays(
    tmp_path: Path, plain: Path, answer: Callable[[str], str], reason: str
) -> None:
    taught, lesson = taught_by(answer, plain, tmp_path / "kept.jsonl", **{"requests-terminology": 1.0})
    lesson.write_rejected(tmp_path / "rejected.jsonl")
    rejected = read_json_lines(tmp_path / "rejected.jsonl")
    assert sum(row["reason"] == reason for row in rejected) >= 5
    assert lesson.told()["rejected"]["requests"][reason] >= 5
    assert len(rejected) == sum(lesson.told()["rejected"]["requests"].values())
    for new, old in zip(taught, conversations(plain), strict=True):
        turns = list(zip(new.messages, old.messages, strict=True))
        assert all(turn.content.endswith(was.content) for turn, was in turns)
        assert (new == old) == all(turn == was for turn, was in turns) == ("teacher" not in new.facts)
    assert any(row["conversation"] == old.key for row in rejected for old in conversations(plain))


def test_drafts_have_the_flaw_that_is_complained_of_and_are_not_learned(tmp_path: Path) -> None:
    with serve(teach) as server:
        build(recipe(tmp_path, server.address, shares={"drafts": 1.0}), tmp_path / "data")
    drafted = [each for each in conversations(tmp_path / "data") if each.facts.get("teacher") == ["drafts"]]
    assert {each.task for each in drafted} >= {"terminology", "omission", "improvement"}
    for each in drafted:
        draft = each.facts["draft"]
        assert draft.endswith("!") and check(each).ok and not check(each.answered(draft)).ok
        (place,) = [at for at, turn in enumerate(each.messages) if turn.content.endswith(draft)]
        assert each.messages[place].role == "user" or each.messages[place].weight == 0
    preferences = list(read_preferences(tmp_path / "data" / "preferences-00000.parquet"))
    assert any(each.rejected.endswith("!") for each in preferences)
    assert all(
        "teacher:small" in each.conversation.corpora for each in preferences if each.rejected[-1] == "!"
    )


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (lambda parts: parts[2], "has no flaw"),
        (lambda parts: parts[4], "says the draft as before"),
        (lambda parts: parts[1], "has another flaw: it copies the source"),
        (lambda parts: "Hund Katze Maus.", "makes the answer one that keeps …% of the draft"),
    ],
)
def test_a_draft_without_that_flaw_is_rejected(
    tmp_path: Path, plain: Path, draft: Callable[[list[str]], str], reason: str
) -> None:
    taught, lesson = taught_by(
        lambda question: f"<new>{draft(question.split(chr(10) * 2))}</new>",
        plain, tmp_path / "kept.jsonl", **{"drafts-terminology": 1.0},
    )  # fmt: skip
    assert taught == conversations(plain) and not lesson.told()["taken"]
    assert list(lesson.told()["rejected"]["drafts"]) == [reason]


def test_answers_keep_the_human_text_word_for_word(tmp_path: Path, plain: Path) -> None:
    taught, _ = taught_by(teach, plain, tmp_path / "kept.jsonl", answers=1.0)
    changed = [pair for pair in zip(taught, conversations(plain), strict=True) if "teacher" in pair[0].facts]
    assert {new.task for new, _ in changed} == {"choice", "refusal"}
    for new, old in changed:
        human = new.facts["translation" if new.task == "refusal" else "better"]
        assert human in new.answer and check(new).ok
        assert new.answer != old.answer and new.prompt == old.prompt


def test_requests_of_exchanged_turns_are_said_otherwise_too(tmp_path: Path, plain: Path) -> None:
    mixed = exchange_turns(conversations(plain), 7)
    with serve(teach) as server:
        shares = {"requests": 1.0, "drafts": 1.0, "answers": 1.0}
        with Lesson(teacher(server.address, shares), 7, tmp_path / "kept.jsonl") as lesson:
            taught = lesson.teach(mixed)
    exchanged = [pair for pair in zip(taught, mixed, strict=True) if "exchanged" in pair[1].facts]
    assert {old.task for _, old in exchanged} >= {"omission", "refusal"}
    for new, old in exchanged:
        assert new.messages[0] != old.messages[0] and "teacher:small" in new.corpora
        assert all(
            turn.content.endswith(was.content) for turn, was in zip(new.prompt, old.prompt, strict=True)
        )


def test_the_same_bytes_come_from_the_ledger_with_no_server_there(tmp_path: Path) -> None:
    shares = {"requests": 0.5, "drafts": 0.5, "answers": 1.0}
    with serve(teach) as server:
        asked = recipe(tmp_path, server.address, shares=shares)
        build(asked, tmp_path / "data", keep_rejected=True)
        first, times = hashes(tmp_path / "data"), sum(server.tries.values())
        build(asked, tmp_path / ".verify", keep_rejected=True)
        assert sum(server.tries.values()) == times
    moved = recipe(tmp_path, "http://127.0.0.1:9/v1", shares=shares)
    build(moved, tmp_path / "data", keep_rejected=True)
    assert hashes(tmp_path / "data") == first == hashes(tmp_path / ".verify")


def test_whatever_the_server_does_the_data_are_the_same_and_no_question_is_doubled(
    tmp_path: Path, plain: Path
) -> None:
    faults = ("500", "limit", "nonsense", "503", None)
    shares = {"requests": 1.0, "drafts": 1.0}

    def misbehave(question: str, number: int) -> str | None:
        return faults[(len(question) + number) % len(faults)] if number <= 3 else None

    with serve(slowly) as server:
        asked = teacher(server.address, shares, parallel=3)
        with Lesson(asked, 7, tmp_path / "good.jsonl") as lesson:
            good = lesson.teach(conversations(plain))
        assert 1 < server.most_at_once <= 3
    with serve(teach, misbehave) as server:
        with Lesson(teacher(server.address, shares), 7, tmp_path / "bad.jsonl") as lesson:
            assert lesson.teach(conversations(plain)) == good != conversations(plain)
        seeds = [(body["messages"][0]["content"], body["seed"]) for body in server.bodies]
        assert sum(server.answered.values()) == len(set(seeds)) < len(seeds)
    kept = [row["key"] for row in read_json_lines(tmp_path / "bad.jsonl")]
    assert len(kept) == len(set(kept)) == len(set(seeds)) == lesson.told()["answers"]


def test_a_server_that_stalls_is_asked_again(
    tmp_path: Path, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = {"answers-refusal": 1.0}
    good, _ = taught_by(teach, plain, tmp_path / "good.jsonl", **shares)

    def stall(question: str, number: int) -> str | None:
        return "stall" if number == 1 else None

    monkeypatch.setattr(sys.modules[__name__], "WAIT", 0.5)
    taught, lesson = taught_by(teach, plain, tmp_path / "late.jsonl", stall, **shares)
    assert taught == good and lesson.told()["taken"]["answers"] == 8
    rows = [row["value"] for row in read_json_lines(tmp_path / "late.jsonl")]
    assert sum("text" in row for row in rows) == lesson.told()["answers"] == len(rows) / 2
    # What was waited for in vain may cost as much as there can be, and counts in each build.
    for told in (lesson.told(), taught_by(teach, plain, tmp_path / "late.jsonl", **shares)[1].told()):
        assert told["tokens_written"] > 768 * told["answers"]
        assert told["tokens_written"] == sum(row["written"] for row in rows if "text" in row)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("400", "is refused by the server: “…”"),
        ("422", "is refused by the server: “…”"),
        ("413", "is refused by the server: “…”"),
        ("thinks", "comes to nothing (no text, length)"),
    ],
)
def test_a_question_that_comes_to_nothing_leaves_its_conversation_and_is_not_asked_again(
    tmp_path: Path, plain: Path, fault: str, reason: str
) -> None:
    shares = {"drafts": 1.0}
    asked = "Here is a translation with one flaw"

    def some(question: str, number: int) -> str | None:
        return fault if asked in question and "device" in question else None

    taught, lesson = taught_by(teach, plain, tmp_path / "kept.jsonl", some, **shares)
    told = lesson.told()
    lost = told["rejected"]["drafts"][reason]
    assert lost >= 3 and told["taken"]["drafts"] >= 3 and told["answers"] > lost
    rows = [row["value"] for row in read_json_lines(tmp_path / "kept.jsonl")]
    assert sum("fault" in row for row in rows) == lost
    paid = sum(row["written"] for row in rows if "fault" in row)
    assert paid == (768 * lost if fault == "thinks" else 0)
    assert told["tokens_written"] == sum(row["written"] for row in rows)
    with Lesson(teacher("http://127.0.0.1:9/v1", shares), 7, tmp_path / "kept.jsonl") as again:
        assert again.teach(conversations(plain)) == taught
    assert again.told() == told and again.rejected == lesson.rejected
    assert "127.0.0.1" not in json.dumps(lesson.rejected)


@pytest.mark.parametrize("fault", ["400", "thinks"])
def test_a_teacher_that_answers_nothing_at_all_is_not_asked_on(
    tmp_path: Path, plain: Path, fault: str
) -> None:
    with serve(teach, lambda question, number: fault) as server:
        with (
            Lesson(teacher(server.address, {"requests": 1}), 7, tmp_path / "kept.jsonl") as lesson,
            pytest.raises(
                BaylingError, match=r"small: no answer to any of the first 8 .*build\.teacher\.extra"
            ),
        ):
            lesson.teach(conversations(plain))
        assert 8 <= len(server.bodies) <= 24
    kept = (tmp_path / "kept.jsonl").read_text().count("\n")
    assert kept == (len(server.bodies) if fault == "thinks" else 0)
    assert lesson.told()["tokens_written"] == 768 * kept
    taught, _ = taught_by(teach, plain, tmp_path / "kept.jsonl", requests=1)  # the server was set right
    assert sum(each != old for each, old in zip(taught, conversations(plain), strict=True)) > 60


def test_the_cap_counts_replies_without_a_text(tmp_path: Path, plain: Path) -> None:
    def fault(question: str, number: int = 1) -> str | None:
        return "thinks" if len(question) % 2 else None

    with serve(teach, fault) as server:
        asked = teacher(server.address, {"requests": 1}, cap=0.02, parallel=2)
        with (
            Lesson(asked, 7, tmp_path / "kept.jsonl") as lesson,
            pytest.raises(BaylingError, match=r"build\.teacher\.cap"),
        ):
            lesson.teach(conversations(plain))
    questions = [body["messages"][0]["content"] for body in server.bodies]
    spent = sum(len(each) // 4 + (768 if fault(each) else len(teach(each)) // 4) for each in questions)
    assert 0.01 < spent / 1e6 <= 0.02 and lesson.told()["cost"] == pytest.approx(spent / 1e6)


def test_a_recipe_says_how_long_a_reply_may_be_and_what_else_a_request_carries(
    tmp_path: Path, plain: Path
) -> None:
    quiet = {"chat_template_kwargs": {"enable_thinking": False}}
    keys = []
    for more in ({}, {"max_tokens": 99}, {"extra": quiet}):
        with serve(teach) as server:
            with Lesson(
                teacher(server.address, {"answers": 1}, **more), 7, tmp_path / "kept.jsonl"
            ) as lesson:
                lesson.teach(conversations(plain))
            assert server.bodies and all(
                body["max_tokens"] == more.get("max_tokens", 768)
                and body.get("chat_template_kwargs") == more.get("extra", {}).get("chat_template_kwargs")
                for body in server.bodies
            )
        keys.append({row["key"] for row in read_json_lines(tmp_path / "kept.jsonl")})
    assert len(keys[0]) * 3 == len(keys[1]) * 1.5 == len(keys[2])
    with pytest.raises(BaylingError, match="max_tokens is set by the build itself"):
        teacher("http://127.0.0.1:9/v1", {"answers": 1}, extra={"max_tokens": 9})


def test_options_that_a_recipe_does_not_use_leave_its_fingerprint() -> None:
    known = {"model", "shares", "licence", "prices", "cap", "parallel"}
    assert set(teacher("http://127.0.0.1:9/v1", {"answers": 1}).model_dump(mode="json")) == known
    used = teacher(
        "http://127.0.0.1:9/v1", {"answers": 1}, max_tokens=4000, extra={"reasoning_effort": "low"}
    )
    assert set(used.model_dump(mode="json")) == known | {"max_tokens", "extra"}
    assert Teacher.model_validate(used.model_dump(mode="json")) == used


def test_a_killed_or_interrupted_build_goes_on_without_asking_again(tmp_path: Path) -> None:
    few = {"shares": {"requests": 0.4}, "parallel": 2}
    with serve(teach) as server:
        build(recipe(tmp_path, server.address, **few), tmp_path / "whole" / "data")
    folder = tmp_path / "runs" / "mine"

    def kept() -> list[str]:
        path = folder / "teacher.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
        return [json.loads(line)["key"] for line in lines if line.endswith("\n")]

    room = Semaphore(0)  # how much the server answers, so that the build cannot end before it is stopped

    def answer(question: str) -> str:
        room.acquire()
        return teach(question)

    with serve(answer, lambda question, number: "limit" if number == 1 else None) as server:
        plan = recipe(tmp_path, server.address, **few)
        (tmp_path / "mine.yaml").write_text(yaml.safe_dump(plan.model_dump(mode="json")), encoding="utf-8")
        command = [sys.executable, "-m", "bayling.cli", "build", "mine.yaml"]

        def heed() -> None:  # tests that run in the background hand on that Ctrl-C is not for them
            signal.signal(signal.SIGINT, signal.default_int_handler)

        def stop(enough: int, by: signal.Signals) -> int:
            room.release(10)
            with subprocess.Popen(
                command, cwd=tmp_path, env=os.environ, stderr=subprocess.PIPE, preexec_fn=heed
            ) as process:
                while len(kept()) < enough and process.poll() is None:
                    time.sleep(0.01)
                process.send_signal(by)
                while process.poll() is None:  # it waits for what is under way
                    room.release()
                    time.sleep(0.2)
                said = process.stderr.read() if process.stderr else b""
            assert by == signal.SIGKILL or b"stopped; the same command goes on where it was" in said
            return process.returncode

        assert stop(5, signal.SIGKILL) == -signal.SIGKILL
        lost = sum(server.answered.values()) - len(kept())
        assert lost <= 2 and len(kept()) >= 5  # at most what was under way
        assert stop(15, signal.SIGINT) == 2
        stood, answered = kept(), sum(server.answered.values())
        assert answered == len(stood) + lost
        room.release(1000)
        build(plan, folder / "data")
        assert sum(server.answered.values()) == answered + len(kept()) - len(stood)
    assert len(kept()) == len(set(kept())) > len(stood) and kept()[: len(stood)] == stood
    whole, resumed = (hashes(path / "data")["train-00000.parquet"] for path in (tmp_path / "whole", folder))
    assert whole == resumed


def test_the_cap_holds_what_was_answered_is_kept_and_a_higher_one_goes_on(tmp_path: Path) -> None:
    prices, cap = (2.0, 8.0), 0.03
    with serve(teach) as server:
        with pytest.raises(
            BaylingError, match=r"build\.teacher\.cap: .* more than 0\.03; .*raise it"
        ) as caught:
            build(recipe(tmp_path, server.address, prices=prices, cap=cap), tmp_path / "data")
        assert "\n" not in str(caught.value) and not (tmp_path / "data").exists()
        rows = [row["value"] for row in read_json_lines(tmp_path / "teacher.jsonl")]
        spent = sum(row["read"] * prices[0] + row["written"] * prices[1] for row in rows) / 1e6
        assert len(rows) == sum(server.answered.values()) > 5 and cap / 2 < spent <= cap
        build(recipe(tmp_path, server.address, prices=prices, cap=30), tmp_path / "data")
        told = read_json(tmp_path / "data" / "statistics.json")["teacher"]
        assert told["answers"] == sum(server.answered.values()) > len(rows)
        everything = [row["value"] for row in read_json_lines(tmp_path / "teacher.jsonl")]
        assert told["tokens_read"] == sum(row["read"] for row in everything)
        cost = (told["tokens_read"] * prices[0] + told["tokens_written"] * prices[1]) / 1e6
        assert told["cost"] == pytest.approx(cost, abs=1e-6)


def test_tokens_are_reckoned_where_the_server_does_not_count_them(tmp_path: Path, plain: Path) -> None:
    with serve(teach) as server:
        server.counts = False
        with Lesson(teacher(server.address, {"answers": 1.0}), 7, tmp_path / "kept.jsonl") as lesson:
            lesson.teach(conversations(plain))
        asked = sum(len(body["messages"][0]["content"].encode()) for body in server.bodies)
    told = lesson.told()
    assert asked / 3 <= told["tokens_read"] <= asked / 3 + told["answers"]
    assert told["cost"] == pytest.approx((told["tokens_read"] + told["tokens_written"]) / 1e6, abs=1e-6)


def test_a_server_that_is_not_there_or_refuses_the_key_is_one_line(tmp_path: Path, plain: Path) -> None:
    with (
        Lesson(teacher("http://127.0.0.1:9/v1", {"requests": 1}), 7, tmp_path / "kept.jsonl") as lesson,
        pytest.raises(
            BaylingError, match=r"http://127\.0\.0\.1:9/v1: .* 6 times; 8 questions in a row"
        ) as caught,
    ):
        lesson.teach(conversations(plain))
    assert "\n" not in str(caught.value)
    with pytest.raises(BaylingError, match=r"status 401 .*set the right key in OPENAI_API_KEY"):
        taught_by(teach, plain, tmp_path / "kept.jsonl", lambda question, number: "401", requests=1.0)


def test_a_task_says_itself_what_a_teacher_words_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BaylingError, match="a teacher words answers of choice, refusal alone"):
        check_share("answers-translation")
    monkeypatch.setattr(task_class("translation"), "worded", frozenset({"answers"}))
    check_share("answers-translation")


def test_a_share_of_something_unknown_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(BaylingError, match="no 'request' among requests, answers and drafts"):
        recipe(tmp_path, "http://127.0.0.1:9/v1", shares={"request": 1})
    with pytest.raises(BaylingError, match="did you mean 'omission'"):
        build(recipe(tmp_path, "http://127.0.0.1:9/v1", shares={"drafts-omision": 1}), tmp_path / "data")
    for share, said in (
        ("drafts-placeholder", "words drafts of addition, "),
        ("answers-omission", "of choice, refusal"),
    ):
        with pytest.raises(BaylingError, match=rf"build\.teacher\.shares: {share}: .*{said}"):
            build(recipe(tmp_path, "http://127.0.0.1:9/v1", shares={share: 1}), tmp_path / "data")
    with pytest.raises(ValueError, match=r"build\.teacher\.model"):
        recipe(tmp_path, "http://127.0.0.1:9/v1", model="http://127.0.0.1:9/v1")
