"""The items of an interaction benchmark: requests about held-out pairs, in a file that others can ask theirs with.

    {"id": "3f…", "task": "terminology", "messages": […], "facts": {…}, "source_lang": "en", …}

An item is a conversation, a line of JSON, whose last turn is the human answer. Its id names its content, and the
same pairs, seed and version give the same items.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bayling.clean import Rejected, clean, thresholds
from bayling.conversation import Conversation, Turn, check_turns, read_conversations
from bayling.corpora.formats import read_out_of, read_pairs
from bayling.corpora.pair import Pair
from bayling.errors import BaylingError
from bayling.files import digest, read_json_lines, write_json_lines
from bayling.instruct import make_tasks, task_class, task_names
from bayling.instruct.mixing import Shares, by_message, mix
from bayling.progress import progress
from bayling.signature import signature


def items_of_files(
    corpora: Sequence[Path], cases: int, seed: int, pivot: str | None = None
) -> list[Conversation]:
    """Items out of files of pairs, of any format; with a pivot, of the pairs that have it alone.

    Raises:
        BaylingError: a file cannot be read or has no pair with the pivot, or its pairs suit no request.
    """
    readers = [read_out_of(path, [pivot]) if pivot else read_pairs(path) for path in corpora]
    read = [pair for reader in readers for pair in reader]
    try:
        return make_items(read, cases, seed)
    except BaylingError as error:
        raise BaylingError(f"{', '.join(map(str, corpora))}: {error}") from error


def make_items(read: Sequence[Pair], cases: int, seed: int) -> list[Conversation]:
    """At most `cases` items of each request kind out of pairs, as many of one language as of another.

    Raises:
        BaylingError: they suit no request.
    """
    with progress("cleaning", len(read)) as advance:
        pairs = clean(read, thresholds({}, "limits"), Rejected(), advance)
    names = [name for name in task_names() if task_class(name).asks_about_translation]
    tasks = make_tasks(names, pairs)
    messages = by_message(pairs)
    items = {
        item.key: item
        for name in names
        for item in mix(messages, tasks, Shares({name: 1}, temperature=0), cases, seed)
    }
    if not items:
        raise BaylingError(f"of {len(read)} pairs, {len(pairs)} clean, none suits a request")
    return sorted(items.values(), key=lambda item: (item.task, item.key))


def write_items(items: Sequence[Conversation], path: Path) -> None:
    """Write the file, whole or not at all."""
    write_json_lines(path, ({"id": item.key, **asdict(item)} for item in items))


def items_signature(items: Sequence[Conversation]) -> str:
    """What names items: whoever has the same one asks the same."""
    counts = Counter(item.task for item in items)
    named = "+".join(f"{task}.{count}" for task, count in sorted(counts.items()))
    return signature(items_digest(items), items=named)


def items_digest(items: Sequence[Conversation]) -> str:
    """16 hexadecimal digits: the same for the same items, in whatever order."""
    return digest(sorted(item.key for item in items))


def read_items(path: Path) -> list[Conversation]:
    """Read such a file, or the test cases of a run (`data/test.parquet`).

    Raises:
        BaylingError: it cannot be read, a line is no item or stands twice, or an item's text is not that which
            its id names.
    """
    if path.suffix == ".parquet":
        return list(read_conversations(path))
    items: dict[str, Conversation] = {}
    for number, row in enumerate(read_json_lines(path), 1):
        item = _item(row, f"{path}: line {number}")
        if item.key in items:
            raise BaylingError(f"{path}: line {number}: item {item.key} stands there twice")
        items[item.key] = item
    return list(items.values())


def _item(row: Any, where: str) -> Conversation:
    try:
        name = row.pop("id")
        messages = tuple(Turn(**turn) for turn in row.pop("messages"))
        origins: dict[str, Any] = {name: tuple(row.pop(name)) for name in ("pairs", "corpora", "licences")}
        item = Conversation(messages, **origins, **row)
    except (AttributeError, KeyError, TypeError) as error:
        raise BaylingError(f"{where} is no item of a benchmark ({error})") from error
    check_turns(messages, where)
    if item.key != name:
        raise BaylingError(f"{where}: item {name} was changed; its text is that of {item.key}")
    return item
