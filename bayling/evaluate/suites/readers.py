"""The official files of suites, each item as one plain form: `read(path)` gives `(language or None, item)`.

What chooses has `choices`, `letters` and `gold`, the right one's place (None where there is none); the other
fields are those that the suite's task names.
"""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bayling.errors import BaylingError
from bayling.evaluate.suites.numbers import last_number
from bayling.files import read_json_lines, read_lines
from bayling.instruct.words import lower_first

Item = dict[str, Any]
Read = Iterator[tuple[str | None, Item]]

LETTERS = "ABCDEFGHIJ"
NO_ANSWER = "@"
"""What EXAMS gives as the answer of a question that has none."""
LABELS = ("entailment", "neutral", "contradiction")


def belebele(path: Path) -> Read:
    """One question a line, as published, or one passage with its questions."""
    for row in _rows(path):
        if "items" in row:
            for item in row["items"]:
                gold = next(at for at, answer in enumerate(item["answers"]) if answer["correct"])
                texts = [answer["text"] for answer in item["answers"]]
                yield None, {"passage": row["text"], "question": item["question"], **_choices(texts, gold)}
        else:
            texts = [row[f"mc_answer{number}"] for number in range(1, 5)]
            gold = int(row["correct_answer_num"]) - 1
            yield (
                None,
                {"passage": row["flores_passage"], "question": row["question"], **_choices(texts, gold)},
            )


def stem(path: Path) -> Read:
    """A question with its stem and labelled choices, as ARC and EXAMS have it."""
    for row in _rows(path):
        yield _stem(row)


def options(path: Path) -> Read:
    """Stems; options a to e in fields (translations); or MMLU's CSV: question, choices, answer."""
    if ".csv" in path.suffixes:
        for row in csv.reader(f"{line}\n" for line in read_lines(path)):
            *texts, answer = row[1:]
            if answer != "answer":  # the heading
                gold = int(answer) if answer.isdigit() else LETTERS.index(answer)  # digits count from 0 here
                yield None, {"question": row[0], **_choices(texts, gold)}
        return
    for row in _rows(path):
        if "instruction" in row:
            texts = [row[f"option_{letter}"] for letter in "abcde" if row.get(f"option_{letter}")]
            answer = str(row["answer"])
            gold = int(answer) - 1 if answer.isdigit() else LETTERS.index(answer)
            yield None, {"question": row["instruction"], **_choices(texts, gold)}
        else:
            yield _stem(row)


def exam(path: Path) -> Read:
    """An exam of AGIEval: the published prompt, and what may follow it: a letter."""
    from bayling.evaluate.agieval import find_exam
    from bayling.evaluate.exams import letter_choices, read_items

    which = find_exam(path.name.partition(".")[0])
    for item in read_items(which, path):
        place = item.letters.find(str(item.label))
        texts = letter_choices(which, item)
        yield which.language, {"question": item.prompt, **_choices(texts, place if place >= 0 else None)}


def hellaswag(path: Path) -> Read:
    """The beginning of a text and its possible endings."""
    for row in _rows(path):
        yield None, {"question": row["ctx"], **_choices(row["endings"], int(row["label"]))}


def story(path: Path) -> Read:
    """Four sentences and two endings, under a heading: `InputSentence1`, or `input_sentence_1` as the hub has it."""
    for named in csv.DictReader(read_lines(path), delimiter="\t", quoting=csv.QUOTE_NONE):
        row = {
            name.replace("_", "").lower().removeprefix("randomfifth"): text for name, text in named.items()
        }
        told = " ".join(row[f"inputsentence{number}"] for number in range(1, 5))
        texts = [row["sentencequiz1"], row["sentencequiz2"]]
        yield None, {"question": told, **_choices(texts, int(row["answerrightending"]) - 1)}


def copa(path: Path) -> Read:
    """A sentence, and two that may be its cause or effect: joined by a word, so without its full stop.

    The file's name, such as `test.tr.jsonl`, tells the language, since Turkish has capitals of its own.
    """
    tag = path.name.split(".")[1]
    for row in _rows(path):
        texts = [lower_first(row[name], tag) for name in ("choice1", "choice2")]
        premise = row["premise"].strip().rstrip(".。।")
        yield None, {"premise": premise, "asked": row["question"], **_choices(texts, int(row["label"]))}


def entailment(path: Path) -> Read:
    """Premise, hypothesis and label, with tabs between."""
    for line in read_lines(path):
        premise, hypothesis, label = line.split("\t")
        yield None, {"premise": premise.rstrip("."), "hypothesis": hypothesis, "gold": LABELS.index(label)}


def sums(path: Path) -> Read:
    """Question and answer, with a tab between."""
    for line in read_lines(path):
        question, answer = line.split("\t")
        if (value := last_number(answer)) is None:
            raise ValueError(f"{answer.strip()!r} is no number")
        yield None, {"question": question, "answer": value}


READERS: dict[str, Callable[[Path], Read]] = {
    each.__name__: each for each in (belebele, stem, options, exam, hellaswag, story, copa, entailment, sums)
}


def read(reader: str, path: Path) -> Read:
    """The items of a file.

    Raises:
        BaylingError: it cannot be read, or an item is not in the form; names its number.
    """
    number = 0
    try:
        for item in READERS[reader](path):
            yield item
            number += 1
    except (KeyError, ValueError, IndexError, TypeError, StopIteration, RuntimeError, csv.Error) as error:
        raise BaylingError(f"{path}: item {number + 1} is not in {reader}'s form ({error!r})") from error


def _rows(path: Path) -> list[Any]:
    """The items of a file of JSON lines, or of one JSON list."""
    lines = read_lines(path)
    if lines[0].lstrip().startswith("["):
        return list(json.loads("\n".join(lines)))
    return read_json_lines(path)


def _stem(row: Item) -> tuple[str | None, Item]:
    offered = row["question"]["choices"]
    labels = [choice["label"] for choice in offered]
    gold = None if row["answerKey"] == NO_ANSWER else labels.index(row["answerKey"])
    item = {"question": row["question"]["stem"], **_choices([choice["text"] for choice in offered], gold)}
    return row.get("info", {}).get("language"), item


def _choices(texts: Sequence[str], gold: int | None) -> Item:
    if gold is not None and not 0 <= gold < len(texts):
        raise ValueError(f"answer {gold + 1} of {len(texts)}")
    return {"choices": list(texts), "letters": list(LETTERS[: len(texts)]), "gold": gold}
