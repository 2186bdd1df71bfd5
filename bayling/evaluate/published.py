"""Interaction benchmarks that have a name: all who make one get the same items, and can compare what they reach.

`published.yaml` says what each is made of. Its text comes from the sources themselves, as it does for tuning.
"""

from collections.abc import Sequence

from pydantic import TypeAdapter

from bayling.conversation import Conversation
from bayling.corpora import read_source
from bayling.errors import BaylingError, did_you_mean
from bayling.evaluate.items import items_digest, make_items
from bayling.packaged import read_packaged
from bayling.strict import Strict


class Published(Strict):
    """What a benchmark is made of."""

    about: str
    sources: list[str]
    """Named ones; none that a shipped recipe tunes on."""
    pivot: str
    languages: list[str]
    cases: int
    """Items of each kind of request, at most."""
    seed: int
    digest: str
    """What names the items."""


def published() -> dict[str, Published]:
    """The benchmarks that have a name."""
    return TypeAdapter(dict[str, Published]).validate_python(read_packaged("evaluate/published.yaml"))


def make_published(name: str) -> Sequence[Conversation]:
    """The items of a named benchmark; fetches its sources where needed.

    Raises:
        BaylingError: there is none of the name, a source cannot be fetched, or other items came out.
    """
    known = published()
    if name not in known:
        raise BaylingError(f"no benchmark {name!r} among {', '.join(known)}{did_you_mean(name, known)}")
    made = known[name]
    pairs = [pair for source in made.sources for pair in read_source(source, made.languages, [made.pivot])]
    items = make_items(pairs, made.cases, made.seed)
    if (found := items_digest(items)) != made.digest:
        raise BaylingError(
            f"{name}: the items made here are {found}, those published are {made.digest}; "
            "another version of bayling or of sil-thot makes other items, which could not be compared"
        )
    return items
