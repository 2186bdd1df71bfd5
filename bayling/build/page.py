"""The statistics of a build as a page: what `statistics.json` says, in tables and plots."""

from collections.abc import Mapping
from typing import Any

from bayling import __version__, languages
from bayling.build.tally import TITLES, VALUES
from bayling.counts import most_first
from bayling.pages import templates
from bayling.pages.drawing import bars, columns
from bayling.recipe import Recipe

MOST_BARS = 24
TABLES = sorted(VALUES, key=lambda name: name == "direction")
"""What a table is of; the directions come last, as they are many."""
TAGS = ("language", "request_language")
"""Those of which a value is a language's tag."""


def statistics_page(recipe: Recipe, told: dict[str, Any], signature: str) -> str:
    """The page, of what `tally.statistics` tells; the same bytes for the same counts."""
    from markupsafe import Markup

    plots = {
        name: bars([_label(name, value) for value in top], list(top.values()), "conversations", _title(name))
        for name in ("task", "language", "request_language", "licence")
        if (top := dict(list(told[f"by_{name}"].items())[:MOST_BARS]))
    }
    reasons = most_first(
        {reason.replace("_", " "): sum(counts.values()) for reason, counts in told["rejected"].items()}
    )
    if reasons:
        plots["rejected"] = bars(list(reasons), list(reasons.values()), "pairs", "Rejected pairs by reason")
    for name, title in (
        ("lengths", "Lengths of conversations"),
        ("answer_lengths", "Lengths of last answers"),
    ):
        found = told[name]
        plots[name] = columns(
            [f"{int(most):,}" for most in found], list(found.values()), "characters, at most", "conversations", title
        )  # fmt: skip
    return (
        templates()
        .get_template("statistics.html.jinja")
        .render(
            version=__version__,
            recipe=recipe,
            told=told,
            signature=signature,
            tables={_title(name): _table(told, name) for name in TABLES if told[f"by_{name}"]},
            rejected=_by_language(told["rejected"]),
            reasons=reasons,
            plots={name: Markup(plot) for name, plot in plots.items()},
        )
    )


def _title(name: str) -> str:
    return TITLES[name].capitalize()


def _label(name: str, value: str) -> str:
    return languages.language_name(value) if name in TAGS else value


def _table(told: Mapping[str, Any], name: str) -> list[tuple[str, str, int, int, int]]:
    """Value, its language where it is one, conversations, turns and characters."""
    return [
        (
            value,
            _label(name, value) if name in TAGS else "",
            count,
            told[f"turns_by_{name}"][value],
            told[f"characters_by_{name}"][value],
        )
        for value, count in told[f"by_{name}"].items()
    ]


def _by_language(rejected: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str, dict[str, int]]]:
    """Language, its name, and how many of its pairs were rejected for each reason; the most first."""
    tags = {tag for counts in rejected.values() for tag in counts}
    rows = [
        (
            tag,
            languages.language_name(tag),
            {reason.replace("_", " "): counts.get(tag, 0) for reason, counts in rejected.items()},
        )
        for tag in tags
    ]
    return sorted(rows, key=lambda row: (-sum(row[2].values()), row[0]))
