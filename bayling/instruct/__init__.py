"""Instructions: pairs in, conversations out, and verdicts on answers.

`make_tasks` gives the tasks that a recipe's mix names, `check` judges an answer. Add a task in a module of
`tasks/`, ways to ask in `phrasebooks/`.
"""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bayling.conversation import Conversation
from bayling.corpora.pair import Pair
from bayling.errors import BaylingError, did_you_mean
from bayling.instruct.general import is_general
from bayling.instruct.lexicon import Lexicon
from bayling.instruct.task import Task, Verdict

__all__ = ["Lexicon", "Task", "Verdict", "check", "make_tasks", "task_class", "task_names"]


@cache
def task_names() -> tuple[str, ...]:
    """The names of all tasks."""
    from bayling.instruct import tasks

    for module in iter_modules(tasks.__path__):
        import_module(f"{tasks.__name__}.{module.name}")
    return tuple(sorted(Task.registry))


def task_class(name: str) -> type[Task]:
    """The task of a name.

    Raises:
        BaylingError: there is none; names the nearest.
    """
    if name not in task_names():
        known = task_names()
        raise BaylingError(f"no task {name!r} among {', '.join(known)}{did_you_mean(name, known)}")
    return Task.registry[name]


def make_tasks(names: Iterable[str], pairs: Iterable[Pair]) -> dict[str, Task]:
    """The named tasks, with a lexicon learned from the pairs where one of them reads it. General conversations
    are no task's.

    Raises:
        BaylingError: there is no task of a name; names the nearest.
    """
    classes = {name: task_class(name) for name in names if not is_general(name)}
    lexicon = Lexicon(pairs if any(kind.reads_lexicon for kind in classes.values()) else ())
    return {name: kind(lexicon) for name, kind in classes.items()}


def check(conversation: Conversation) -> Verdict:
    """Judge the last answer by the task that made the conversation."""
    return task_class(conversation.task).check(conversation)
