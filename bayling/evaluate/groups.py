"""Languages by what they have in common: the text that there is of them, and their family."""

from collections.abc import Iterable

from bayling.languages import family, resource_level

LEVELS = ("rich", "medium", "poor")


def grouped(tags: Iterable[str]) -> dict[str, set[str]]:
    """The languages of each resource level, and of each family of which there are two or more; nothing of a
    level or family that all of them have, which says no more than the mean."""
    found = sorted(set(tags))
    levels = {
        f"{level} languages": {tag for tag in found if resource_level(tag) == level} for level in LEVELS
    }
    families: dict[str, set[str]] = {}
    for tag in found:
        if name := family(tag):
            families.setdefault(name, set()).add(tag)
    large = {name: members for name, members in sorted(families.items()) if len(members) > 1}
    groups = {name: members for name, members in levels.items() if members} | large
    return {name: members for name, members in groups.items() if len(members) < len(found)}
