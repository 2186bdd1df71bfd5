"""A viewer for what was made: conversations, with their task and origin and with what is learned marked."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from bayling.conversation import Conversation, read_conversations
from bayling.errors import BaylingError
from bayling.files import data_of
from bayling.preferences import PREFIX, read_preferences


def find_conversations(path: Path, prefix: str = "train-") -> list[Path]:
    """The Parquet files that `path` stands for: itself, a folder of them, or a run's data; of a folder with shards
    of that prefix, those.

    Raises:
        BaylingError: there is nothing of that name.
    """
    if not path.exists():
        raise BaylingError(f"{path}: no such file or folder")
    path = data_of(path)
    return (sorted(path.glob(f"{prefix}*.parquet")) if path.is_dir() else []) or [path]


def show(
    path: Path,
    count: int,
    task: str | None = None,
    language: str | None = None,
    mask: str | None = None,
    preferences: bool = False,
) -> None:
    """Print the first conversations, of a task or in a language if one is asked for.

    `mask` names a foundation: its template and tokenizer then show each token, what is learned in green.
    With `preferences` those are shown: the better answer in green, the other in red.

    Raises:
        BaylingError: nothing fits.
    """
    from rich.console import Console
    from rich.panel import Panel
    from rich.text import Text

    read = _preferences if preferences else _conversations
    chosen = (
        (conversation, rejected)
        for conversation, rejected in read(path)
        if task in (None, conversation.task)
        and language in (None, conversation.source_lang, conversation.target_lang)
    )
    console = Console()
    template = _template(mask) if mask else None
    shown = 0
    for conversation, rejected in islice(chosen, count):
        body = _tokens(conversation, template) if template else _turns(conversation, rejected)
        languages = (
            f"{conversation.source_lang} → {conversation.target_lang}, asked in {conversation.request_lang}"
        )
        origin = f"{', '.join(conversation.corpora)} ({', '.join(conversation.licences)})"
        title = Text(f"{conversation.task}: {languages}")  # a name with brackets is no markup
        console.print(Panel(body, title=title, subtitle=Text(origin), title_align="left"))
        shown += 1
    if not shown:
        tasks = sorted({conversation.task for conversation, _ in read(path)}) if task else []
        raise BaylingError(
            f"{path}: no conversation fits" + (f" (tasks: {', '.join(tasks)})" if task else "")
        )


def _conversations(path: Path) -> Iterator[tuple[Conversation, str]]:
    files = find_conversations(path)
    return ((each, "") for file in files for each in read_conversations(file))


def _preferences(path: Path) -> Iterator[tuple[Conversation, str]]:
    files = find_conversations(path, PREFIX)
    if files[0].is_dir():
        raise BaylingError(f"{path}: no preferences here (no {PREFIX}*.parquet)")
    return ((each.conversation, each.rejected) for file in files for each in read_preferences(file))


def _turns(conversation: Conversation, rejected: str) -> Any:
    from rich.text import Text

    text = Text()
    for turn in conversation.messages:
        learned = turn.role == "assistant" and turn.weight
        text.append(f"{turn.role:>9}  ", style="bold")
        text.append(
            turn.content + "\n", style="green" if learned else "dim" if turn.role == "assistant" else ""
        )
    if rejected:
        text.append(f"{'rejected':>9}  ", style="bold")
        text.append(rejected, style="red")
    text.rstrip()
    return text


def _template(foundation: str) -> Any:
    from bayling.models import Template, load_tokenizer, resolve

    return Template(load_tokenizer(resolve(foundation).folder))


def _tokens(conversation: Conversation, template: Any) -> Any:
    from rich.text import Text

    text = Text()
    ids, labels = template.encode(conversation.messages)
    for piece, learned in _pieces(ids, labels, template.tokenizer):
        # Marked by signs as well, for where there are no colours.
        text.append(f"⟦{piece}⟧" if learned else piece, style="black on green" if learned else "dim")
    return text


def _pieces(ids: list[int], labels: list[int], tokenizer: Any) -> Iterator[tuple[str, bool]]:
    """Stretches of tokens that are learned or not, as text."""
    start = 0
    for end in range(1, len(ids) + 1):
        if end == len(ids) or (labels[end] == -100) != (labels[start] == -100):
            yield tokenizer.decode(ids[start:end]), labels[start] != -100
            start = end
