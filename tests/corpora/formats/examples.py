"""The same three messages in every format, for tests that hold for all of them."""

import gzip
import json
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

EN = ["Good day", "Delete %s?", "Thanks"]
DE = ["Guten Tag", "%s löschen?", "Danke"]
BOTH = list(zip(EN, DE, strict=True))

EXAMPLES: dict[str, Callable[[Path], Path]] = {}


def example(write: Callable[[Path], Path]) -> Callable[[Path], Path]:
    EXAMPLES[write.__name__] = write
    return write


def text(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def lines(texts: list[str]) -> str:
    return "".join(f"{line}\n" for line in texts)


@example
def tsv(folder: Path) -> Path:
    return text(folder / "own.tsv", "en\tde\n" + lines([f"{en}\t{de}" for en, de in BOTH]))


@example
def csv(folder: Path) -> Path:
    return text(folder / "own.csv", "de;en\n" + lines([f'"{de}";"{en}"' for en, de in BOTH]))


@example
def tsv_without_header(folder: Path) -> Path:
    return text(folder / "eng-deu.tsv", lines([f"{en}\t{de}" for en, de in BOTH]))


@example
def jsonl_translation(folder: Path) -> Path:
    records = [{"id": str(n), "translation": {"en": en, "de": de}} for n, (en, de) in enumerate(BOTH)]
    return text(folder / "own.jsonl", lines([json.dumps(record) for record in records]))


@example
def jsonl_many_way(folder: Path) -> Path:
    records = [{"sentence_eng_Latn": en, "sentence_deu_Latn": de, "id": 7} for en, de in BOTH]
    return text(folder / "own.jsonl", lines([json.dumps(record) for record in records]))


@example
def jsonl_sides(folder: Path) -> Path:
    return text(folder / "own.en-de.jsonl", lines([json.dumps({"src": en, "tgt": de}) for en, de in BOTH]))


@example
def jsonl_sides_with_languages(folder: Path) -> Path:
    records = [{"source": de, "target": en, "source_lang": "de", "target_lang": "en"} for en, de in BOTH]
    return text(folder / "own.jsonl", lines([json.dumps(record) for record in records]))


@example
def moses(folder: Path) -> Path:
    text(folder / "own.en", lines(EN))
    return text(folder / "own.de", lines(DE))


@example
def moses_by_prefix(folder: Path) -> Path:
    text(folder / "own.en-de.en", lines(EN))
    text(folder / "own.en-de.de", lines(DE))
    return folder / "own.en-de"


@example
def moses_packed(folder: Path) -> Path:
    import pyarrow

    (folder / "own.en.xz").write_bytes(lzma.compress(lines(EN).encode()))
    with pyarrow.CompressedOutputStream(str(folder / "own.de.zst"), "zstd") as stream:
        stream.write(lines(DE).encode())
    return folder / "own.en.xz"


@example
def moses_gzipped(folder: Path) -> Path:
    (folder / "own.en.gz").write_bytes(gzip.compress(lines(EN).encode(), mtime=0))
    (folder / "own.de.gz").write_bytes(gzip.compress(lines(DE).encode(), mtime=0))
    return folder / "own.de.gz"


@example
def parquet(folder: Path) -> Path:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({"translation": [{"en": en, "de": de} for en, de in BOTH]})
    pyarrow.parquet.write_table(table, folder / "own.parquet", row_group_size=2)
    return folder / "own.parquet"


@example
def parquet_columns(folder: Path) -> Path:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({"en": EN, "de": DE, "score": [0.5, float("nan"), None]})
    pyarrow.parquet.write_table(table, folder / "own.parquet")
    return folder / "own.parquet"


@example
def folder_of_parquet(folder: Path) -> Path:
    (folder / "own").mkdir()
    parquet(folder).rename(folder / "own" / "train-00000-of-00001.parquet")
    return folder / "own"


@example
def saved_dataset(folder: Path) -> Path:
    import pyarrow

    split = folder / "own" / "train"
    split.mkdir(parents=True)
    table = pyarrow.table({"translation": [{"en": en, "de": de} for en, de in BOTH]})
    with pyarrow.ipc.new_stream(str(split / "data-00000-of-00001.arrow"), table.schema) as writer:
        writer.write_table(table)
    text(split / "state.json", json.dumps({"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}))
    text(folder / "own" / "dataset_dict.json", json.dumps({"splits": ["train"]}))
    return folder / "own"


@example
def tmx(folder: Path) -> Path:
    units = [
        f'<tu tuid="{n}"><tuv xml:lang="EN-US"><seg>{en}</seg></tuv>'
        f'<tuv xml:lang="de"><seg>{de}</seg></tuv></tu>'
        for n, (en, de) in enumerate(BOTH)
    ]
    head = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">'
    return text(folder / "own.tmx", f"{head}<header/><body>{lines(units)}</body></tmx>")


@example
def po(folder: Path) -> Path:
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: de\\n"\n\n'
    return text(folder / "own.po", head + "\n".join(f'msgid "{en}"\nmsgstr "{de}"\n' for en, de in BOTH))


@example
def mo(folder: Path) -> Path:
    from translate.storage.mo import mofile

    store = mofile()
    for source, target in [("", "Content-Type: text/plain; charset=UTF-8\nLanguage: de\n"), *BOTH]:
        unit = store.addsourceunit(source)
        unit.target = target
    path = folder / "de" / "LC_MESSAGES" / "own.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(store))
    return path


@example
def xliff_1(folder: Path) -> Path:
    units = [
        f'<trans-unit id="{n}"><source>{en}</source><target>{de}</target></trans-unit>'
        for n, (en, de) in enumerate(BOTH)
    ]
    head = '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
    about = '<file original="a" source-language="en" target-language="de-DE">'
    return text(folder / "own.xlf", f"{head}{about}<body>{lines(units)}</body></file></xliff>")


@example
def xliff_2(folder: Path) -> Path:
    units = [
        f'<unit id="{n}"><segment><source>{en}</source><target>{de}</target></segment></unit>'
        for n, (en, de) in enumerate(BOTH)
    ]
    head = '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en" trgLang="de">'
    return text(folder / "own.xlf", f'{head}<file id="f">{lines(units)}</file></xliff>')


@example
def tbx(folder: Path) -> Path:
    entries = [
        f'<termEntry id="{n}"><langSet xml:lang="en"><tig><term>{en}</term></tig></langSet>'
        f'<langSet xml:lang="de"><ntig><termGrp><term>{de}</term></termGrp></ntig></langSet></termEntry>'
        for n, (en, de) in enumerate(BOTH)
    ]
    return text(folder / "own.tbx", f'<martif type="TBX"><text><body>{lines(entries)}</body></text></martif>')


@example
def opus_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "own.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README", "about")
        archive.writestr("Own.de-en.de", lines(DE))
        archive.writestr("Own.de-en.en", lines(EN))
        archive.writestr("Own.de-en.ids", lines(["1", "2", "3"]))
    return folder / "own.zip"


@example
def tmx_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "own.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmx(folder), "own.tmx")
    return folder / "own.zip"


@example
def flores_folder(folder: Path) -> Path:
    text(folder / "flores" / "dev" / "eng_Latn.dev", lines(EN))
    text(folder / "flores" / "dev" / "deu_Latn.dev", lines(DE))
    return folder / "flores"


@example
def ntrex_folder(folder: Path) -> Path:
    text(folder / "own" / "LANGUAGES.tsv", "deu German\n")
    text(folder / "own" / "NTREX-128" / "newstest2019-src.eng.txt", lines(EN))
    text(folder / "own" / "NTREX-128" / "newstest2019-ref.deu.txt", lines(DE))
    text(folder / "own" / "NTREX-128" / "newstest2019-ref.eng-GB.txt", lines(EN))
    return folder / "own"


@example
def folder_of_tables(folder: Path) -> Path:
    text(folder / "own" / "README.md", "about")
    tsv(folder).rename(folder / "own" / "table.tsv")
    return folder / "own"
