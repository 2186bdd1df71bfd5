"""Mixes that are known by name: what shares of a build's conversations the tasks of each get."""

from functools import cache

from bayling.errors import BaylingError
from bayling.packaged import read_packaged


@cache
def named_mix(name: str) -> dict[str, float]:
    """The shares of a mix that is known by name.

    Raises:
        BaylingError: there is none; lists those that there are.
    """
    known = read_packaged("recipe/mixes.yaml")
    if name not in known:
        raise BaylingError(f"build.mix: no mix {name!r} among {', '.join(known)}")
    return dict(known[name])
