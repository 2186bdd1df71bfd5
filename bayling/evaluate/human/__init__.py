"""People as judges: systems' outputs in, blinded sheets to rank them on out; ranked sheets in, figures out.

`make_sheets` writes CSV that any spreadsheet opens, and a key that stays with whoever asks; `read_sheets` and
`sum_up` bring both together again. What is asked of the annotators stands in `instructions.md`.
"""

from bayling.evaluate.human.cases import Case, read_cases
from bayling.evaluate.human.sheets import Rank, make_sheets, read_sheets
from bayling.evaluate.human.standings import (
    Criterion,
    read_standings,
    standing_grids,
    sum_up,
    write_standings,
)

__all__ = [
    "Case",
    "Criterion",
    "Rank",
    "make_sheets",
    "read_cases",
    "read_sheets",
    "read_standings",
    "standing_grids",
    "sum_up",
    "write_standings",
]
