"""Where the command line is entered and left: what a terminal is given, and exit codes."""

import sys

import typer

from bayling.cli.commands import app
from bayling.errors import BaylingError

INTERRUPTED = 130
"""What Typer makes of Ctrl-C."""


def main() -> None:
    """Run the command line: 0 when all went well, 2 with one line on standard error where a user can mend it."""
    _silence_libraries()
    _write_all_scripts()
    try:
        code = app(standalone_mode=False)
    except BaylingError as error:
        _stop(str(error))
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if not hasattr(error, "format_message"):  # a usage error of Typer's own
            raise
        if not (message := error.format_message()):  # its help is all that was wanted
            sys.exit(2)
        context = getattr(error, "ctx", None)
        _stop(message + (f" (see `{context.command_path} --help`)" if context else ""))
    if code == INTERRUPTED:
        _stop("stopped; the same command goes on where it was")
    sys.exit(code if isinstance(code, int) else 0)


def _silence_libraries() -> None:
    """Progress is shown by the commands themselves, and what libraries will change is no user's concern."""
    import os
    import warnings

    os.environ.setdefault("TQDM_DISABLE", "1")
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")


def _write_all_scripts() -> None:
    """No work is in vain for want of a character: files and pipes are UTF-8, and a terminal that lacks a character shows
    its number. What is typed is taken whatever its bytes are."""
    from io import TextIOWrapper

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")


def _stop(message: str) -> None:
    print(f"bayling: {message}", file=sys.stderr)
    sys.exit(2)
