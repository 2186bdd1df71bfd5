"""Reading speed by format, and the memory that a large translation memory takes.

    python benchmarks/readers.py --pairs 1000000 --tmx-megabytes 500

The same made-up pairs are written in each format to a temporary folder and read by a process of their own,
one after the other. Prints rows and megabytes per second of processor time, and the most memory that the
process held beyond what it held when all was imported and a file of ten pairs read.
"""

import argparse
import json
import platform
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from bayling.corpora.formats import read_pairs

WRITERS: dict[str, Callable[[Path, int], Path]] = {}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=20_000, help="Pairs of each format.")
    parser.add_argument("--tmx-megabytes", type=int, default=20, help="Size of the large translation memory.")
    parser.add_argument("--read", type=Path, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        print(json.dumps(measure(*options.read)))
        return
    print(f"{platform.machine()}, Python {platform.python_version()}, one process")
    print(f"{'format':<12}{'pairs':>10}{'MB':>8}{'rows/s':>10}{'MB/s':>8}{'memory, MB':>12}")
    for name, write in WRITERS.items():
        report(name, write, options.pairs)
    with tempfile.TemporaryDirectory() as folder:
        thousand = tmx(Path(folder), 1000).stat().st_size
    report("large TMX", tmx, 1000 * (options.tmx_megabytes * 1_000_000 // thousand + 1))


def report(name: str, write: Callable[[Path, int], Path], count: int) -> None:
    """Measure in a fresh process and print a line."""
    with tempfile.TemporaryDirectory() as small, tempfile.TemporaryDirectory() as large:
        path = write(Path(large), count)
        read = [sys.executable, __file__, "--read", str(write(Path(small), 10)), str(path)]
        found = json.loads(subprocess.check_output(read))
        files = [path] if path.is_file() else list(path.parent.glob(f"{path.name}*"))
        size = sum(file.stat().st_size for file in files) / 1e6
    speed, flow = found["pairs"] / found["seconds"], size / found["seconds"]
    print(
        f"{name:<12}{found['pairs']:>10,}{size:>8.1f}{speed:>10,.0f}{flow:>8.1f}{found['megabytes']:>12.1f}"
    )


def measure(small: Path, path: Path) -> dict[str, float]:
    """Pairs, seconds of processor time, and megabytes at the peak beyond those that the small file took."""
    list(read_pairs(small, pivots=["en"]))
    before = resident_megabytes()
    started = time.process_time()
    pairs = sum(1 for _ in read_pairs(path, pivots=["en"]))
    seconds = time.process_time() - started
    return {"pairs": pairs, "seconds": seconds, "megabytes": resident_megabytes() - before}


def resident_megabytes() -> float:
    """The most that this process has held so far (Linux; `ru_maxrss` would include the parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def pairs(count: int) -> Iterator[tuple[str, str]]:
    """Sentences of 5 to 30 words; one side has letters beyond ASCII."""
    rng = random.Random(7)
    words = ["".join(rng.choices("etaoinshrdlu", k=rng.randint(2, 9))) for _ in range(5000)]
    for number in range(count):
        sentence = " ".join(rng.choices(words, k=rng.randint(5, 30)))
        yield f"{number} {sentence}.", f"{number} {sentence.replace('a', 'ä')}."


def writer(write: Callable[[Path, int], Path]) -> Callable[[Path, int], Path]:
    WRITERS[write.__name__] = write
    return write


@writer
def tsv(folder: Path, count: int) -> Path:
    return _lines(folder / "x.tsv", ["en\tde", *(f"{en}\t{de}" for en, de in pairs(count))])


@writer
def csv(folder: Path, count: int) -> Path:
    return _lines(folder / "x.csv", ["en,de", *(f'"{en}","{de}"' for en, de in pairs(count))])


@writer
def jsonl(folder: Path, count: int) -> Path:
    records = ({"translation": {"en": en, "de": de}} for en, de in pairs(count))
    return _lines(folder / "x.jsonl", [json.dumps(record, ensure_ascii=False) for record in records])


@writer
def moses(folder: Path, count: int) -> Path:
    _lines(folder / "x.en", [en for en, _ in pairs(count)])
    _lines(folder / "x.de", [de for _, de in pairs(count)])
    return folder / "x"


@writer
def opus_zip(folder: Path, count: int) -> Path:
    moses(folder, count)
    with zipfile.ZipFile(folder / "opus.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for tag in ("de", "en"):
            archive.write(folder / f"x.{tag}", f"x.de-en.{tag}")
    return folder / "opus.zip"


@writer
def parquet(folder: Path, count: int) -> Path:
    import pyarrow
    import pyarrow.parquet

    english, german = zip(*pairs(count), strict=True)
    table = pyarrow.table({"en": english, "de": german})
    pyarrow.parquet.write_table(table, folder / "x.parquet", row_group_size=100_000)
    return folder / "x.parquet"


@writer
def tmx(folder: Path, count: int) -> Path:
    path = folder / "x.tmx"
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="utf-8"?>\n<tmx version="1.4"><header srclang="en"/><body>\n'
        )
        for number, (en, de) in enumerate(pairs(count)):
            variants = (
                f'<tuv xml:lang="{tag}"><seg>{text}</seg></tuv>' for tag, text in (("en", en), ("de", de))
            )
            file.write(f'<tu tuid="{number}">{"".join(variants)}</tu>\n')
        file.write("</body></tmx>\n")
    return path


@writer
def xliff(folder: Path, count: int) -> Path:
    units = (
        f'<trans-unit id="{n}"><source>{en}</source><target>{de}</target></trans-unit>'
        for n, (en, de) in enumerate(pairs(count))
    )
    head = '<xliff version="1.2"><file original="x" source-language="en" target-language="de"><body>'
    return _lines(folder / "x.xlf", [head, *units, "</body></file></xliff>"])


@writer
def po(folder: Path, count: int) -> Path:
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    return _lines(
        folder / "de.po",
        [header, *(f'msgid "{escape(en)}"\nmsgstr "{escape(de)}"\n' for en, de in pairs(count))],
    )


def _lines(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
