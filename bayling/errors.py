"""Errors that a user can act on."""

from collections.abc import Iterable


class BaylingError(Exception):
    """Wrong input or a state that the user can mend.

    The message is one line that names the file, line, option or recipe key at fault and says what to do.
    The command line prints it alone and exits with code 2.
    """


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of such a message, with the known name that is nearest to a wrong one; empty where none is near."""
    import difflib  # slow to import, and seldom needed

    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
