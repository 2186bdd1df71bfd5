"""General instructions: sets in Alpaca's or ShareGPT's form in, conversations out.

    {"instruction": "…", "input": "…", "output": "…"}                        Alpaca
    {"instruction": "…", "instances": [{"input": "…", "output": "…"}]}       self-instruct's seeds
    {"conversations": [{"from": "human", "value": "…"}, {"from": "gpt", …}]} ShareGPT
    {"messages": [{"role": "user", "content": "…"}, …]}                      what tuning libraries read

A record's `system` text comes before its turns, and so do the questions and answers of Alpaca's `history`
(`[["…", "…"], …]`). A text may stand in parts (`[{"type": "text", "text": "…"}, …]`), or be a number. One record a line,
a JSON list of them, or Parquet. A turn with `"weight": 0` is read and not learned. A mix names them `general`, or
`general-zh` for those in one language.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bayling.clean import Rejected, identify, in_script_of
from bayling.conversation import Conversation, Turn, check_turns
from bayling.corpora.formats.reader import TextFile
from bayling.corpora.formats.readers.jsonl import json_records, whole_json
from bayling.corpora.formats.readers.parquet import parquet_records
from bayling.corpora.pair import Pair
from bayling.errors import BaylingError
from bayling.languages import UNKNOWN

GENERAL = "general"
ROLES = {
    "human": "user", "user": "user", "gpt": "assistant", "chatgpt": "assistant", "bing": "assistant",
    "bard": "assistant", "assistant": "assistant", "system": "system",
}  # fmt: skip
HAN = 0.3
"""Least share of Han characters of Chinese, with code and names in it."""
NOTHING = frozenset({"", "<noinput>", "nan"})
"""What Alpaca and its relatives write for a text that is not there, in lower case."""
EMPTY = NOTHING | {"none"}
"""What they write for an input; as an answer, None says something."""


def is_general(name: str) -> bool:
    """Whether a name in a mix stands for general instructions."""
    return name.partition("-")[0] == GENERAL


def in_share(name: str, conversation: Conversation) -> bool:
    """Whether a general conversation belongs to a share of the mix, such as `general` or `general-zh`."""
    language = name.partition("-")[2]
    return language in ("", conversation.target_lang, conversation.target_lang.split("-")[0])


def read_instructions(
    path: Path, licence: str, rejected: Rejected, wanted: Callable[[str], bool] = lambda key: True
) -> Iterator[Conversation]:
    """The conversations of an instruction set, in its order; records of no use are rejected with a reason.

    Of a record whose conversation's key is not wanted nothing further is asked.

    Raises:
        BaylingError: the file is damaged, or its records begin with one that has none of the forms.
    """
    file = TextFile(path)
    seen: set[str] = set()
    known = False
    for place, record in _records(file):
        turns = _turns(record)
        if turns is None and not known:
            raise BaylingError(
                f"{path}: {place} has the keys {', '.join(map(str, record))}; write instruction and output "
                "(Alpaca), conversations (ShareGPT) or messages"
            )
        known = True
        dialogues = [[]] if turns is None else turns
        for number, each in enumerate(dialogues):
            row = f"{place}.{number}" if len(dialogues) > 1 else place
            made = Conversation(
                tuple(each), GENERAL, UNKNOWN, UNKNOWN, UNKNOWN,
                pairs=(f"{file.name}:{row}",), corpora=(file.name,), licences=(licence,),
            )  # fmt: skip
            if not wanted(key := made.key):
                continue
            language = _language("\n".join(turn.content for turn in each))
            made = replace(made, source_lang=language, target_lang=language, request_lang=language)
            reason = "no_known_form" if turns is None else "repeated" if key in seen else _fault(each)
            seen.add(key)
            if reason:
                rejected.append((reason, as_pair(made)))
            else:
                yield made


def as_pair(conversation: Conversation) -> Pair:
    """The question and the last answer of a general conversation, to be counted among what is rejected."""
    question = conversation.messages[0].content if conversation.messages else ""
    answer = conversation.answer if len(conversation.messages) > 1 else ""
    (origin,), (licence,) = conversation.corpora, conversation.licences
    language = conversation.target_lang
    return Pair(question, answer, language, language, GENERAL, origin, licence, conversation.pairs[0])


def _language(text: str) -> str:
    """The tag of a text's language, `und` where it cannot be told. Chinese holds Latin names and code."""
    found = identify(text)
    kana = any("\u3040" <= char <= "\u30ff" for char in text)
    if not kana and in_script_of(text, "zh-Hans") >= HAN:
        return found if found and found.startswith("zh") else "zh-Hans"
    return found or UNKNOWN


def _records(file: TextFile) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if file.head.startswith(b"PAR1"):
        yield from parquet_records(file)
    elif file.head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
        for number, record in enumerate(whole_json(file), 1):
            if not isinstance(record, dict):
                raise BaylingError(f"{file.where}: record {number} is not a JSON object")
            yield f"record {number}", record
    else:
        yield from json_records(file)


def _turns(record: Mapping[str, Any]) -> list[list[Turn]] | None:
    """The dialogues of a record; None where it has none of the forms."""
    for key, role, text in (("conversations", "from", "value"), ("messages", "role", "content")):
        if isinstance(listed := record.get(key), list) and all(isinstance(turn, Mapping) for turn in listed):
            turns = [
                Turn(_role(turn.get(role)), _text(turn.get(text)), int(turn.get("weight") != 0))
                for turn in listed
            ]
            own = any(turn.role == "system" for turn in turns)
            return [turns if own else [*_system(record), *turns]]
    instances = record.get("instances") or [record]
    if "instruction" not in record or not isinstance(instances, list):
        return None
    before = [*_system(record), *_history(record)]
    return [
        [
            *before,
            Turn("user", _question(record["instruction"], each.get("input"))),
            Turn("assistant", _text(each["output"])),
        ]
        for each in instances
        if isinstance(each, Mapping) and "output" in each
    ] or None


def _system(record: Mapping[str, Any]) -> list[Turn]:
    text = _text(record.get("system"))
    return [] if text.lower() in EMPTY else [Turn("system", text)]


def _history(record: Mapping[str, Any]) -> list[Turn]:
    """Earlier questions and answers; what is none of these gives turns that are rejected."""
    listed = record.get("history") or []
    exchanges = listed if isinstance(listed, list) else [listed]
    texts = [text for each in exchanges for text in (each if isinstance(each, list) else [each])]
    return [Turn("assistant" if number % 2 else "user", _text(text)) for number, text in enumerate(texts)]


def _question(instruction: Any, more: Any) -> str:
    found = _text(more)
    return _text(instruction) if found.lower() in EMPTY else f"{_text(instruction)}\n\n{found}"


def _role(name: Any) -> Any:
    return ROLES.get(str(name).lower(), str(name))


def _text(value: Any) -> str:
    """A text as it may be written: whole, in parts, or as a number; empty where it is none of these, or has a picture."""
    if isinstance(value, list):
        parts = [_part(each) for each in value]
        return "" if None in parts else "".join(map(str, parts)).strip()
    if isinstance(value, int | float) and not isinstance(value, bool) and value == value:
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def _part(value: Any) -> str | None:
    text = value.get("text") if isinstance(value, Mapping) else None
    return text if isinstance(text, str) else None


def _fault(turns: list[Turn]) -> str:
    """Why the turns are no conversation; empty if they are."""
    if not turns or any(turn.content.lower() in NOTHING for turn in turns):
        return "empty"
    try:
        check_turns(turns, "")
    except BaylingError:
        return "turns_out_of_order"
    return "" if any(turn.weight for turn in turns if turn.role == "assistant") else "nothing_to_learn"
