"""The order in which counts are told."""

from collections.abc import Mapping


def most_first(counts: Mapping[str, int]) -> dict[str, int]:
    """The same counts in order: the most first, equal ones by name."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
