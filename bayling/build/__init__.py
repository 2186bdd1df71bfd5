"""The build: parallel text in, conversations out.

`build` is the stage (`stage.py`). The steps from pairs to conversations are in `portion.py`; `buckets.py` takes them
bucket by bucket where there are more pairs than memory holds, on Daft (`dataflow.py`). What a build gave is counted in
`tally.py` and shown by `card.py`, `page.py` and `shortfalls.py`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bayling.build.stage import build

__all__ = ["build"]


def __getattr__(name: str) -> Any:
    # Who reads counts or writes a card needs nothing of what a build does.
    if name != "build":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bayling.build.stage import build

    return build
