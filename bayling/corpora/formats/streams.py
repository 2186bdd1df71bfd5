"""Bytes of a file, unpacked on the way, with bounds that no input can pass."""

import bz2
import gzip
import io
import lzma
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, BinaryIO, cast

from bayling.errors import BaylingError

LONGEST_LINE = 8 << 20
"""Bytes; a longer line is no line of text."""
FREE = 256 << 20
"""Bytes that any compressed file may unpack to."""
RATIO = 200
"""Text packs to a tenth or a twentieth of its size; what unpacks to more than this was made to do harm."""
CHUNK = 1 << 18

_MAGIC = {b"\x1f\x8b": "gzip", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2"}
SUFFIXES = frozenset({".gz", ".xz", ".zst", ".bz2"})


def unpack(packed: BinaryIO, where: str) -> BinaryIO:
    """The stream as it is, or unpacked where its first bytes are those of gzip, xz, zstd or bzip2.

    Reading it raises a BaylingError where the stream is damaged, or unpacks to far more than text can.
    """
    plain = guarded(packed, None, where)
    start = plain.peek(6)[:6]
    kind = next((name for magic, name in _MAGIC.items() if start.startswith(magic)), None)
    if kind is None:
        return cast(BinaryIO, plain)
    taken = cast(_Guarded, plain.raw)
    return cast(BinaryIO, guarded(_unpacked(plain, kind), kind, where, lambda: taken.size))


def guarded(
    stream: Any, kind: str | None, where: str, taken: Callable[[], int] | None = None
) -> io.BufferedReader:
    """The stream, with one line for the user where it is damaged or unpacks to far more than it took."""
    return io.BufferedReader(_Guarded(stream, kind, where, taken), CHUNK)


def _unpacked(packed: io.BufferedReader, kind: str) -> Any:
    if kind == "gzip":
        return gzip.GzipFile(fileobj=packed, mode="rb")
    if kind == "xz":
        return lzma.LZMAFile(packed)
    if kind == "bzip2":
        return bz2.BZ2File(packed)
    import pyarrow

    return pyarrow.CompressedInputStream(pyarrow.PythonFile(packed, mode="r"), "zstd")


class _Guarded(io.RawIOBase):
    def __init__(self, stream: Any, kind: str | None, where: str, taken: Callable[[], int] | None) -> None:
        self.stream, self.kind, self.where, self.taken = stream, kind, where, taken
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self.stream.read(len(buffer))
        except BaylingError:
            raise
        except Exception as error:  # decompressors meet damage with half a dozen exceptions
            state = f"damaged {self.kind} data" if self.kind else "cannot be read"
            raise BaylingError(f"{self.where}: {state} ({error})") from error
        self.size += len(data)
        if self.taken and self.size > max(FREE, RATIO * self.taken()):
            raise BaylingError(
                f"{self.where}: unpacks to over {RATIO} times its size; unpack it yourself if you trust it"
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self.stream.close()
        super().close()


def lines(stream: BinaryIO, where: str) -> Iterator[tuple[int, str]]:
    """Number, from 1, and text of each line, without its end.

    Only a line feed ends a line, so that lines stay parallel whatever else a segment holds.

    Raises:
        BaylingError: a line is not UTF-8 (names the line and the byte in the file) or is endless.
    """
    with closing(stream):
        offset = 0
        number = 0
        while raw := stream.readline(LONGEST_LINE + 1):
            number += 1
            if len(raw) > LONGEST_LINE:
                raise BaylingError(f"{where}: line {number} is longer than {LONGEST_LINE >> 20} MiB")
            if number == 1:
                offset, raw = _without_mark(raw, where)
            try:
                text = raw.decode()
            except UnicodeDecodeError as error:
                raise BaylingError(
                    f"{where}: line {number} is not UTF-8 text (byte {offset + error.start} of the file)"
                ) from error
            offset += len(raw)
            yield number, text.removesuffix("\n").removesuffix("\r")


def refuse_utf16(head: bytes, where: str) -> None:
    """Let pass what does not begin as UTF-16 does.

    Raises:
        BaylingError: it does.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BaylingError(f"{where}: UTF-16 text; save it as UTF-8")


def _without_mark(raw: bytes, where: str) -> tuple[int, bytes]:
    refuse_utf16(raw, where)
    text = raw.removeprefix(b"\xef\xbb\xbf")
    return len(raw) - len(text), text


@contextmanager
def parsing(where: str, what: str) -> Iterator[None]:
    """Turn whatever a library's parser raises on damaged bytes into one line for the user.

    Raises:
        BaylingError: instead of any other exception.
    """
    try:
        yield
    except BaylingError:
        raise
    except Exception as error:  # parsers meet damage with whatever Python raises at that byte
        first = " ".join(str(error).split())[:200]
        raise BaylingError(f"{where}: not whole {what} ({type(error).__name__}: {first})") from error
