"""Names of the files inside packages, by patterns with a hole: `locale/{lang}/*.mo`."""

import re
from fnmatch import translate


def member_pattern(pattern: str, hole: str, fits: str) -> re.Pattern[str]:
    """What matches a whole name; the group `hole` is what stands for `{hole}`, which the expression `fits` allows.
    The rest may have wildcards as the shell has; what `*` stands for is as short as can be."""
    before, _, after = pattern.partition(f"{{{hole}}}")
    return re.compile(f"{_expression(before)}(?P<{hole}>{fits}){_expression(after)}")


def _expression(pattern: str) -> str:
    bare = re.sub(r"^\(\?s:(.*)\)\\[Zz]$", r"\1", translate(pattern))
    return re.sub(r"\.\*(?!\?)", ".*?", bare)
