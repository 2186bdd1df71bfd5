"""The ledger: a file of JSON lines that only grows, so that work stopped at any moment is not done twice."""

import fcntl
import json
import os
from collections import UserDict
from pathlib import Path
from typing import Any, Self

from bayling.errors import BaylingError
from bayling.files import writing


class Ledger(UserDict[str, Any]):
    """A mapping whose values (JSON) are on disk once they are set; what a killed run half wrote is cut off.

    Raises:
        BaylingError: another process writes to it, a line of it is damaged, or it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.file = path.open("a+b", buffering=0)
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BaylingError(f"{path}: another run is at work on it; wait until it ends") from error
        super().__init__()
        self._read()

    def _read(self) -> None:
        self.file.seek(0)
        whole = 0
        for line in self.file.read().splitlines(keepends=True):
            if not line.endswith(b"\n"):
                self.file.truncate(whole)
                break
            try:
                row = json.loads(line)
                self.data[row["key"]] = row["value"]
            except (ValueError, KeyError, TypeError) as error:
                raise BaylingError(
                    f"{self.path}: damaged at byte {whole}; remove it to start again"
                ) from error
            whole += len(line)

    def __setitem__(self, key: str, value: Any) -> None:
        row = json.dumps({"key": key, "value": value}, ensure_ascii=False) + "\n"
        with writing(self.path):
            whole = self.file.seek(0, os.SEEK_END)
            data = memoryview(row.encode())
            try:
                while data:
                    data = data[self.file.write(data) :]
            except OSError:
                self.file.truncate(whole)  # the disk is full; what is set later must not follow half a line
                raise
        self.data[key] = value

    def finish(self) -> None:
        """The work is done: remove the file."""
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
