"""The English of messages that are keys, such as `label_add_item`: Zope's templates tell it in a comment.

#. Default: "Add item"
msgid "label_add_item"
"""

import json
import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from bayling.errors import BaylingError

_TOLD = re.compile(r'^#\. Default: (".*"(?:\n#\. ".*")*)\n(?:#.*\n)*msgid (".*"(?:\n".*")*)', re.MULTILINE)
_KEY = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)+")


class Originals:
    """The English of a package's messages, by domain and message id.

    Raises:
        BaylingError: a template is damaged.
    """

    def __init__(self, archive: ZipFile, folder: str) -> None:
        self._told: dict[tuple[str, str], str] = {}
        for name in sorted(archive.namelist()):
            if name.startswith(folder) and name.endswith(".pot"):
                try:
                    found = _TOLD.findall(archive.read(name).decode("utf-8"))
                    told = {(Path(name).stem, _joined(message)): _joined(text) for text, message in found}
                except (BadZipFile, ValueError) as error:
                    where = f"{Path(archive.filename or '').name}: {name}"
                    raise BaylingError(f"{where}: not a whole template ({error})") from error
                self._told |= told

    def of(self, domain: str, message: str) -> str:
        """The English of a message: what the template tells, else the message; empty for a key without it."""
        return self._told.get((domain, message), "" if _KEY.fullmatch(message) else message)


def _joined(lines: str) -> str:
    """The text of quoted lines."""
    return "".join(json.loads(quoted, strict=False) for quoted in re.findall(r'"(?:[^"\\]|\\.)*"', lines))
