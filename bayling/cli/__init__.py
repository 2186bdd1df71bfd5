"""The command line: words in, a call of the public API, and an exit code out.

`main` is what `bayling` starts, `app` all commands. A command is a few lines in the module of what a user does, and its
line in `commands.py`; heavy imports stay inside it. Options that several have stand in `options.py`, exit codes in
`entry.py`.
"""

from bayling.cli.commands import app
from bayling.cli.entry import main

__all__ = ["app", "main"]
