"""The dataset card: a Hugging Face README of what was built, from what, and under which licences.

Follows huggingface.co/docs/hub/datasets-cards.
"""

import re
from collections.abc import Iterable
from typing import Any

import yaml

from bayling.build.tally import TITLES, VALUES, languages_of
from bayling.recipe import Recipe, without_folders

HUB_LICENCES = frozenset(
    {
        "afl-3.0",
        "agpl-3.0",
        "apache-2.0",
        "artistic-2.0",
        "bsd-2-clause",
        "bsd-3-clause",
        "bsl-1.0",
        "cc0-1.0",
        "cc-by-2.0",
        "cc-by-2.5",
        "cc-by-3.0",
        "cc-by-4.0",
        "cc-by-sa-3.0",
        "cc-by-sa-4.0",
        "cc-by-nd-4.0",
        "cc-by-nc-2.0",
        "cc-by-nc-3.0",
        "cc-by-nc-4.0",
        "cc-by-nc-nd-3.0",
        "cc-by-nc-nd-4.0",
        "cc-by-nc-sa-2.0",
        "cc-by-nc-sa-3.0",
        "cc-by-nc-sa-4.0",
        "epl-2.0",
        "eupl-1.1",
        "eupl-1.2",
        "gemma",
        "gfdl",
        "gpl-2.0",
        "gpl-3.0",
        "isc",
        "lgpl-2.1",
        "lgpl-3.0",
        "llama2",
        "llama3",
        "llama3.1",
        "llama3.2",
        "llama3.3",
        "mit",
        "mpl-2.0",
        "odbl",
        "odc-by",
        "osl-3.0",
        "pddl",
        "unlicense",
        "wtfpl",
        "zlib",
    }
)
"""The hub's names of licences, as far as they differ from SPDX in case and endings alone."""
SIZES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B")
"""The hub's names of sizes: below a thousand rows, and so on by powers of ten."""


def dataset_card(recipe: Recipe, statistics: dict[str, Any], signature: str) -> str:
    """The card in Markdown, with the hub's YAML header."""
    header = yaml.safe_dump(_header(recipe, statistics), sort_keys=False, allow_unicode=True)
    tables = "".join(counts_table(TITLES[name], "conversations", statistics[f"by_{name}"]) for name in VALUES)
    rejected = {reason: sum(counts.values()) for reason, counts in statistics["rejected"].items()}
    sources = ", ".join(map(_source, recipe.build.sources))
    held_out = ", ".join(map(_source, recipe.build.held_out)) or "none"
    return (
        f"---\n{header}---\n# {recipe.name}\n\n"
        f"{statistics['conversations']:,} conversations for interactive translation, made out of parallel text by "
        "BayLing's `build`. Every translation that is to be learned is human text, word for word; what else an answer "
        "says (a letter, a language's name, the words around a translation) is of phrasebooks"
        f"{_instructions(recipe)}. A draft with a flaw is an assistant's turn of weight 0 and is not to be learned. "
        "No source text of the held-out sources stands in it.\n\n"
        f"- Sources: {sources}\n- Held out: {held_out}\n- Signature: `{signature}`\n\n"
        "`train` is to tune on, `dev` holds conversations of other messages, `test` held-out interactive cases, and "
        "`test-pairs` held-out pairs to translate. `statistics.html` shows what is in it, and what was rejected.\n\n"
        f"{tables}{_preferences(statistics['preferences'])}{counts_table('rejected because', 'pairs', rejected)}"
        f"{_teacher(statistics.get('teacher'))}"
        "The same recipe, version and sources give the same bytes. The recipe:\n\n"
        f"```yaml\n{_recipe(recipe)}```\n"
    )


def _header(recipe: Recipe, statistics: dict[str, Any]) -> dict[str, Any]:
    files = {"train": "train-*.parquet", "dev": "dev.parquet", "test": "test.parquet"}
    splits = [{"split": split, "path": path} for split, path in files.items() if statistics["splits"][split]]
    pairs = [{"split": "test", "path": "test-pairs.parquet"}]
    chosen = [{"split": "train", "path": "preferences-*.parquet"}]
    others = sorted({name for name in statistics["by_licence"] if hub_licence(name) == "other"})
    return {
        "pretty_name": recipe.name,
        **hub_languages(languages_of(recipe, statistics["by_direction"]) | set(statistics["test_pairs"])),
        "license": sorted({hub_licence(name) for name in statistics["by_licence"]}),
        **({"license_name": re.sub(r"[^a-z0-9.+]+", "-", " and ".join(others).lower())} if others else {}),
        "size_categories": [SIZES[min(max(len(str(statistics["conversations"])) - 3, 0), len(SIZES) - 1)]],
        "task_categories": ["translation", "text-generation"],
        "configs": [
            {"config_name": "default", "data_files": splits},
            *([{"config_name": "test-pairs", "data_files": pairs}] if statistics["test_pairs"] else []),
            *([{"config_name": "preferences", "data_files": chosen}] if statistics["preferences"] else []),
        ],
    }


def hub_languages(languages: Iterable[str]) -> dict[str, list[str]]:
    """The header's entries for languages."""
    tags = sorted(languages)
    return {
        "language": sorted({tag.partition("-")[0] for tag in tags}),
        **({"language_bcp47": tags} if any("-" in tag for tag in tags) else {}),
    }


def hub_licence(spdx: str) -> str:
    """The hub's name of a licence, or `other`."""
    name = spdx.lower().removesuffix("-only").removesuffix("-or-later")
    return next((each for each in (name, name.rpartition("-")[0]) if each in HUB_LICENCES), "other")


def _instructions(recipe: Recipe) -> str:
    if not recipe.build.instructions:
        return ""
    return f", and the answers to general instructions are as {', '.join(map(_source, recipe.build.instructions))} has them"


def _source(source: Any) -> str:
    return source if isinstance(source, str) else str(source.path).rpartition("/")[2]


def _preferences(counts: dict[str, int]) -> str:
    if not counts:
        return ""
    return (
        "`preferences` has the conversations that end by mending a draft: the human answer as `chosen` and the draft "
        "as `rejected`, in the form that TRL's DPOTrainer reads.\n\n"
        f"{counts_table('preferences of the task', 'preferences', counts)}"
    )


def _teacher(told: dict[str, Any] | None) -> str:
    if not told:
        return ""
    return (
        f"{told['conversations']:,} conversations have words of the language model {told['model']}, in what users ask, in "
        "drafts that are not learned, or around the human text of an answer. They name it among their `corpora`, and "
        "its terms among their `licences`.\n\n"
    )


def _recipe(recipe: Recipe) -> str:
    told = without_folders(recipe)
    kept = {name: told[name] for name in ("seed", "languages", "pivots", "build")}
    return str(yaml.safe_dump(kept, sort_keys=False, allow_unicode=True))


def counts_table(title: str, what: str, counts: dict[str, int]) -> str:
    """Counts as a table in Markdown; nothing of none."""
    rows = "".join(f"| {key} | {count:,} |\n" for key, count in counts.items())
    return f"| {title} | {what} |\n|---|---:|\n{rows}\n" if counts else ""
