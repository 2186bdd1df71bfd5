"""Onto the hub, through its own client: a repository is made, and the folder comes into it in one commit.

The token is the one of `hf auth login` or of `HF_TOKEN`; `HF_ENDPOINT` names another hub. A large file that has
arrived is not sent again, so that an upload that was cut short goes on.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bayling.download import hub
from bayling.errors import BaylingError
from bayling.models.weights import CONFIGURATION

_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
FIRST = ".gitattributes"
"""What a new repository has before anything is put into it."""
WEIGHTS = [
    "*.safetensors",
    "*.safetensors.index.json",
    CONFIGURATION,
    "tuned.json",
    "start-manifests.json",
    "NOTICE",
]
"""Of what was published before, what must not stay beside other weights: these, and what says whose they are."""


def check_name(name: str) -> None:
    """See to it that a name is one of a hub's.

    Raises:
        BaylingError: it is not.
    """
    if not _NAME.fullmatch(name):
        raise BaylingError(f"--to {name}: write OWNER/NAME, letters, digits, dots and dashes")


def upload(folder: Path, name: str, *, public: bool = False, again: bool = False) -> str:
    """Put a folder into the repository `name`, made where there is none; gives its address.

    Args:
        public: whether all may see a new repository; one that is there stays as it is.
        again: put it over what is there.
    Raises:
        BaylingError: the hub refuses the token, cannot be reached or breaks off, or has something of that name.
    """
    from huggingface_hub import HfApi, get_token
    from huggingface_hub.errors import RepositoryNotFoundError

    check_name(name)
    api = HfApi(endpoint=hub())
    if not get_token():
        raise BaylingError(f"{name}: the hub wants a token; log in with `hf auth login`, or set HF_TOKEN")
    with _one_line(name):
        print(f"uploading {folder} to {hub()}/{name}", file=sys.stderr, flush=True)
        try:
            there = {each.rfilename for each in api.model_info(name).siblings or ()} - {FIRST}
        except RepositoryNotFoundError:
            api.create_repo(name, private=not public)
            there = set()
        if there and not again:
            raise BaylingError(
                f"{name}: the hub has it already, with {len(there)} files; put this over it with --again"
            )
        api.upload_folder(
            repo_id=name,
            folder_path=folder,
            commit_message="Publish with bayling",
            delete_patterns=WEIGHTS if there else None,
        )
        return f"{hub()}/{name}" + (" (private)" if api.model_info(name).private else "")


@contextmanager
def _one_line(name: str) -> Iterator[None]:
    """What the hub and its client say of what went wrong, in a line.

    Raises:
        BaylingError: something did.
    """
    from logging import ERROR

    from httpx2 import HTTPError
    from huggingface_hub.errors import HfHubHTTPError
    from huggingface_hub.utils import logging

    shown = logging.get_verbosity()
    logging.set_verbosity(ERROR)  # each try is not worth a line
    try:
        yield
    except (HTTPError, OSError, RuntimeError, ValueError) as error:
        cause = _cause(error)
        if not isinstance(cause, HfHubHTTPError):
            raise BaylingError(
                f"{name}: the upload to {hub()} broke off ({_short(cause)}); run again to go on"
            ) from error
        status = cause.response.status_code
        said = " ".join(str(cause.server_message or cause.response.reason_phrase).split())
        if status in (401, 403):
            raise BaylingError(
                f"{name}: the hub refuses the token ({status} {said}); make one that may write there, at "
                f"{hub()}/settings/tokens"
            ) from error
        then = "run again to go on" if status >= 500 or status == 429 else "nothing was published"
        raise BaylingError(f"{name}: the hub says {status} ({said}); {then}") from error
    finally:
        logging.set_verbosity(shown)


def _cause(error: BaseException) -> Any:
    """The first of the errors that led to this one which the network or the hub made."""
    while error.__cause__ is not None and isinstance(error, RuntimeError):
        error = error.__cause__
    return error


def _short(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:200]
