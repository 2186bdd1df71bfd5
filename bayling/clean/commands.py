"""Cleaning for the command line."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bayling.clean.cleaning import Rejected
from bayling.clean.rules import thresholds
from bayling.clean.scores import score_corpora, score_table, threshold, write_scores
from bayling.corpora.pair import write_pairs
from bayling.errors import BaylingError
from bayling.files import check_no_folder


def clean_corpora(
    corpora: Sequence[Path],
    output: Path | None,
    scores: Path | None,
    limits: Sequence[str],
    pivot: str | None,
) -> None:
    """Score, threshold, print counts, and write what is asked for; `limits` are `rule=value`.

    Raises:
        BaylingError: a file cannot be read, a limit is none, or a folder is named to write to.
    """
    for path in (output, scores):
        check_no_folder(path)
    wanted = thresholds(dict(map(_limit, limits)), "--limit")
    skipped = Counter[str]()
    scored = score_corpora(corpora, wanted, [pivot] if pivot else None, skipped)
    if scores:
        write_scores(scored, scores)
    rejected = Rejected()
    kept = threshold(scored, wanted, rejected)
    console = Console()
    console.print(score_table(scored, wanted))
    table = Table("rejected because", "pairs", "by language")
    for reason, counts in rejected.counts().items():
        languages = ", ".join(f"{tag} {count:,}" for tag, count in counts.items())
        table.add_row(reason, f"{sum(counts.values()):,}", languages)
    if rejected:
        console.print(table)
    console.print(f"kept {len(kept):,} of {len(scored):,} pairs")
    for reason, count in sorted(skipped.items()):
        console.print(f"of no use when read, {reason}: {count:,}", markup=False)
    if output:
        write_pairs(kept, output)


def _limit(text: str) -> tuple[str, float]:
    rule, _, value = text.partition("=")
    try:
        return rule.strip(), float(value)
    except ValueError:
        raise BaylingError(f"--limit {text}: write rule=number, such as length_ratio=4") from None
