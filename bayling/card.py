"""The dataset card: a Hugging Face README of what was built, from what, and under which licences.

Follows huggingface.co/docs/hub/datasets-cards.
"""

from typing import Any

import yaml

from bayling.recipe import Recipe

HUB_LICENCES = frozenset(
    {
        *("agpl-3.0", "apache-2.0", "bsd-3-clause", "cc-by-2.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0"),
        *("cc-by-sa-4.0", "cc0-1.0", "gpl-2.0", "gpl-3.0", "lgpl-2.1", "lgpl-3.0", "mit", "mpl-2.0"),
    }
)
"""The hub's names of licences, as far as they differ from SPDX in case and endings alone."""
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
TITLES = {
    "by_task": "task",
    "by_direction": "direction",
    "by_request_language": "language of the request",
    "by_corpus": "source",
    "by_licence": "licence",
}


def dataset_card(recipe: Recipe, statistics: dict[str, Any], signature: str) -> str:
    """The card in Markdown, with the hub's YAML header."""
    header = yaml.safe_dump(_header(recipe, statistics), sort_keys=False, allow_unicode=True)
    tables = "".join(_table(title, "conversations", statistics[key]) for key, title in TITLES.items())
    rejected = {reason: sum(counts.values()) for reason, counts in statistics["rejected"].items()}
    sources = ", ".join(map(_source, recipe.build.sources))
    held_out = ", ".join(map(_source, recipe.build.held_out)) or "none"
    return (
        f"---\n{header}---\n# {recipe.name}\n\n"
        f"{statistics['conversations']:,} conversations for interactive translation, made out of parallel text by "
        "BayLing's `build`. Every last answer is human text, word for word; a draft with a flaw is an assistant's "
        "turn of weight 0 and is not to be learned. No source text of the held-out sources stands in it.\n\n"
        f"- Sources: {sources}\n- Held out: {held_out}\n- Signature: `{signature}`\n\n"
        "`train` is to tune on, `dev` holds conversations of other messages, `test` held-out interactive cases, and "
        "`test-pairs` held-out pairs to translate.\n\n"
        f"{tables}{_table('rejected because', 'pairs', rejected)}"
        "The same recipe, version and sources give the same bytes. The recipe:\n\n"
        f"```yaml\n{_recipe(recipe)}```\n"
    )


def _header(recipe: Recipe, statistics: dict[str, Any]) -> dict[str, Any]:
    files = {"train": "train-*.parquet", "dev": "dev.parquet", "test": "test.parquet"}
    splits = [{"split": split, "path": path} for split, path in files.items() if statistics["splits"][split]]
    pairs = [{"split": "test", "path": "test-pairs.parquet"}]
    return {
        "pretty_name": recipe.name,
        "language": sorted({tag.partition("-")[0] for tag in (*recipe.pivots, *recipe.languages)}),
        "license": sorted({_licence(name) for name in statistics["by_licence"]}),
        "size_categories": [
            next((name for most, name in SIZES if statistics["conversations"] < most), "n>1M")
        ],
        "task_categories": ["translation", "text-generation"],
        "configs": [
            {"config_name": "default", "data_files": splits},
            *([{"config_name": "test-pairs", "data_files": pairs}] if statistics["test_pairs"] else []),
        ],
    }


def _licence(spdx: str) -> str:
    name = spdx.lower().removesuffix("-only").removesuffix("-or-later")
    return name if name in HUB_LICENCES else "other"


def _source(source: Any) -> str:
    return source if isinstance(source, str) else str(source.path).rpartition("/")[2]


def _recipe(recipe: Recipe) -> str:
    kept = recipe.model_dump(mode="json", include={"seed", "languages", "pivots", "build"})
    for name in ("sources", "held_out"):  # where a file lay on somebody's machine is nobody's business
        found = getattr(recipe.build, name)
        kept["build"][name] = [
            each if isinstance(each, str) else {"path": _source(each), "licence": each.licence}
            for each in found
        ]
    kept["build"]["decontaminate"] = [path.rpartition("/")[2] for path in recipe.build.decontaminate]
    return str(yaml.safe_dump(kept, sort_keys=False, allow_unicode=True))


def _table(title: str, what: str, counts: dict[str, int]) -> str:
    rows = "".join(f"| {key} | {count:,} |\n" for key, count in counts.items())
    return f"| {title} | {what} |\n|---|---:|\n{rows}\n" if counts else ""
