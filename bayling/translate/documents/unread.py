"""Files that are no document which is read. Line by line as plain text, keys and tags would be translated too."""

import re
from pathlib import PurePath

from bayling.errors import BaylingError

UNNAMED = ("-", "text")
"""What standard input and the words of a command are called, which may be any text."""
ADVICE = {
    "save it as DOCX": ".doc .fodt .pages .pdf .rtf .wpd",
    "save it as CSV": ".numbers .ods .xls .xlsx",
    "save it as SRT": ".ass .dfxp .lrc .sbv .ssa .sub .ttml",
    "export it as XLIFF": ".qm .stringsdict .tbx .xcstrings",
    "convert it to PO": ".mo",
    "": ".epub .key .mqxlz .odp .ppt .pptx .sdlppx .zip",
    "line by line its keys, tags and commands would be translated too; if they are to be, name it .txt": (
        ".adoc .asciidoc .bat .cfg .conf .cpp .css .dita .ditamap .dtd .ftl .idml .ini .ipynb .java .js .jsx .mjs .org"
        " .php .ps1 .py .rst .scss .sql .svelte .svg .swift .tex .toml .ts .tsx .vue"
        " .wiki .xml .xsd .xsl"
    ),
}
"""What to do, by the endings of names that say so."""
CONTENT = {
    r"%PDF-": ".pdf",
    r"\{\\rtf": ".rtf",
    "\xd0\xcf\x11\xe0": ".doc",
    r"\s*<(?:[?!]|[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>)": ".xml",
}
"""The ending that a name should have, by how the content begins, each byte a letter."""


def refuse_unread(data: bytes, name: str) -> None:
    """Let pass what is neither by its name nor by how it begins in a format that is not read.

    Raises:
        BaylingError: it is; says what to do about it.
    """
    suffix = PurePath(name).suffix.lower()
    if name in UNNAMED:
        return
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    found = next((kind for pattern, kind in CONTENT.items() if re.match(pattern, head)), "")
    for advice, suffixes in ADVICE.items():
        for kind in (suffix, found):
            if kind and kind in suffixes.split():
                raise BaylingError(
                    f"{name}: files such as {kind} are not read" + (f"; {advice}" if advice else "")
                )
