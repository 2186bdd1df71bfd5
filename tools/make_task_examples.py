"""Write docs/tasks.md: what each task makes, with one example out of a real catalogue (Django's, BSD-3-Clause)."""

from pathlib import Path
from random import Random

from bayling.clean import Rejected, Thresholds, clean
from bayling.corpora import Pair, read_source
from bayling.instruct import make_tasks, task_class, task_names

LANGUAGES = ["de", "zh-Hans", "ru", "ar", "hi"]
HEAD = """# Tasks

How each kind of conversation is made, with one example where there is one. Every example comes out of Django's catalogues
(BSD-3-Clause) by `tools/make_task_examples.py`. A turn marked *draft* is read but not learned.
"""


def main() -> None:
    pairs = clean(list(read_source("django", LANGUAGES, ["en"])), Thresholds(), Rejected())
    messages: dict[str, list[Pair]] = {}
    for pair in pairs:
        messages.setdefault(pair.id, []).append(pair)
    page = HEAD
    for name, task in make_tasks(task_names(), pairs).items():
        page += f"\n## {name}\n{(task_class(name).__doc__ or '').strip()}\n\n"
        keys = Random(name).sample(sorted(messages), len(messages))
        shuffled = (Random(key).sample(messages[key], len(messages[key])) for key in keys)
        made = (task.make(message, Random(name)) for message in shuffled if len(message[0].source) > 25)
        if example := next((each for each in made if each), None):
            for turn in example.messages:
                who = "user" if turn.role == "user" else "answer" if turn.weight else "draft"
                page += f"    {who}: " + turn.content.replace("\n", "\n        ") + "\n"
        else:
            page += "No text of Django's catalogues suits it: there is no example.\n"
    Path("docs/tasks.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
