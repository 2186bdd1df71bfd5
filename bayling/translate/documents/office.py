"""DOCX and ODT: the paragraphs of the text, its headers, footers, notes and boxes; all else in the archive is kept.

A paragraph's most frequent formatting is its plain text; a run that differs is a tag, as is all that is no text.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from re import compile as pattern

from bayling.errors import BaylingError
from bayling.translate.documents.bilingual import pieces
from bayling.translate.documents.document import Segment, Span, TextDocument, Translations, around, nested
from bayling.translate.documents.inline import Piece, Tag, Text, segment
from bayling.translate.documents.xml import Event, events, within, write_text

LARGEST = 256 << 20
"""Bytes that an archive may unpack to."""
DENSEST = 200
"""How many times its own size an archive may unpack to, once that is over a megabyte."""
WORD = pattern(r"word/(header|footer|footnotes|endnotes)\d*\.xml")
"""The parts of a DOCX beside its main part."""
MAIN = "officeDocument"
"""How the type of a relation ends that names the main part."""
OPEN_DOCUMENT = pattern(r"(content|styles)\.xml")


@dataclass(frozen=True, slots=True)
class Package:
    """An archive with documents in it."""

    data: bytes
    parts: dict[str, TextDocument]
    """By the name of the member."""
    source_lang: str | None = None
    """Runs name their languages, the whole does not."""
    notes: tuple[str, ...] = ()

    @property
    def segments(self) -> list[Segment]:
        """What is to be translated, of all parts."""
        return [segment for part in self.parts.values() for segment in part.segments]

    def write(self, translations: Translations) -> bytes:
        """The archive with translations in place; members without any are as they were."""
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.data)) as old, zipfile.ZipFile(out, "w") as new:
            for info in old.infolist():
                part = self.parts.get(info.filename)
                new.writestr(info, part.write(translations) if part else old.read(info))
        return out.getvalue()


def read_office(data: bytes, name: str) -> Package:
    """Read a DOCX or ODT file.

    Raises:
        BaylingError: it is none, is damaged or encrypted, unpacks to too much, or declares XML entities.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bombs(archive, len(data), name)
            if damaged := archive.testzip():
                raise BaylingError(f"{name}: {damaged} in it is damaged; save the document anew")
            members = archive.namelist()
            main = _main(archive, name)
            wanted, names, paragraph = (
                (WORD, ("p",), _paragraph)
                if main
                else (OPEN_DOCUMENT, ("p", "h", "title", "desc"), _open_paragraph)
            )
            parts = {
                member: _part(archive.read(member), f"{name}: {member}", names, paragraph)
                for member in members
                if member == main or wanted.fullmatch(member)
            }
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, UnicodeDecodeError) as error:
        raise BaylingError(f"{name}: no DOCX or ODT, or damaged ({error})") from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise BaylingError(f"{name}: damaged ({error})") from error
    if not parts:
        raise BaylingError(f"{name}: neither DOCX nor ODT")
    return Package(data, parts)


def _main(archive: zipfile.ZipFile, name: str) -> str | None:
    """The main part of a DOCX, which may be called otherwise than `word/document.xml`; None where there is none."""
    members = archive.namelist()
    if "_rels/.rels" in members:
        relations = events(archive.read("_rels/.rels").decode("utf-8-sig"), f"{name}: _rels/.rels")
        for each in relations:
            target = each.attributes.get("Target", "").removeprefix("/")
            is_main = each.attributes.get("Type", "").endswith(f"/{MAIN}")
            if is_main and target.startswith("word/") and target in members:
                return target
    return "word/document.xml" if "word/document.xml" in members else None


def _refuse_bombs(archive: zipfile.ZipFile, size: int, name: str) -> None:
    unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > LARGEST or unpacked > max(1 << 20, DENSEST * size):
        raise BaylingError(f"{name}: unpacks to {unpacked >> 20} MiB, which is refused")


IGNORED = ("proofErr", "permStart", "permEnd", "lastRenderedPageBreak")
"""Marks of the editor, which a new text does not have."""
PROOFING = pattern(r"<(?:\w+:)?(?:lang|noProof)\b[^<>]*/>")
"""What the properties of a run say to the speller, which does not hold of a new text."""
EMPTY = pattern(r"<[^<>]*/>|<[^<>]*>\s*</[^<>]*>")
"""Properties of which nothing is left."""
LAST_EDIT = "_GoBack"
"""The bookmark of where the document was last edited, which may be within a word."""
AROUND = ("hyperlink", "smartTag", "ins", "moveTo", "customXml", "dir", "bdo")
"""What stands around runs."""
FILLED = ("sdt", "fldSimple")
"""Content controls and fields, which do too; what is ticked or counted in them is no text."""
FIELDS = (
    "author-initials", "author-name", "bookmark-ref", "chapter", "character-count", "creation-date", "creation-time",
    "date", "expression", "file-name", "image-count", "modification-date", "modification-time", "note-ref",
    "page-count", "page-number", "paragraph-count", "print-date", "print-time", "reference-ref", "sequence",
    "sequence-ref", "subject", "table-count", "time", "title", "user-field-get", "variable-get", "word-count",
)  # fmt: skip
"""Fields of OpenDocument, whose text the office program writes anew."""
BESIDE = (
    "txbxContent", "txBody", "note", "frame", "caption", "circle", "connector", "control", "custom-shape", "ellipse", "g",
    "line", "measure", "path", "polygon", "polyline", "rect", "regular-polygon",
)  # fmt: skip
"""Notes, boxes and drawings: they stand in a paragraph and have paragraphs of their own."""
PASSED = ("annotation", "tracked-changes")
"""Comments and what was deleted, which are not translated."""
NESTED = 50
"""How deep paragraphs may stand in others."""
Paragraph = Callable[[str, Sequence[Event], int, int], list[Span]]


def _part(data: bytes, name: str, names: Sequence[str], paragraph: Paragraph) -> TextDocument:
    text = data.decode()
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    found = events(text, name)

    def cut(element: int, depth: int = 0) -> tuple[str, list[Span]]:
        """An element, and its spans: of a paragraph the sentence, in which what stands beside it is a tag that is cut too."""
        if depth > NESTED:
            raise BaylingError(f"{name}: paragraphs are nested more than {NESTED} deep, which is refused")
        start, last = found[element].start, found[element].partner
        whole = text[start : found[last].end]
        places: list[tuple[int, int, list[Span]]] = []
        for at in within(found, (*names, *PASSED), element, last):
            if found[at].name in names:
                close = found[at].partner
                inner = dict(cut(beside, depth + 1) for beside in within(found, BESIDE, at + 1, close))
                spans = nested(paragraph(text, found, at + 1, close), inner)
                places.append((found[at].end - start, found[close].start - start, spans))
        return whole, around(whole, places)

    root = next(at for at, event in enumerate(found) if event.kind == "open")
    whole, spans = cut(root)
    before, _, after = text.partition(whole)
    return TextDocument([mark, before, *spans, after])


def _open_paragraph(text: str, found: Sequence[Event], start: int, end: int) -> list[Span]:
    return segment(list(pieces(text, found, start, end, (*FIELDS, *BESIDE, *PASSED))), write_text)


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of nothing but text."""

    text: str
    head: str
    """Its opening tag and its properties, which are its formatting."""
    tail: str


_Part = _Run | Tag | Text


def _paragraph(text: str, found: Sequence[Event], start: int, end: int) -> list[Span]:
    parts = list(_parts(text, found, start, end))
    lengths: Counter[str] = Counter()
    for part in parts:
        if isinstance(part, _Run):
            lengths[_format(part)] += len(part.text)
    usual = max(lengths, key=lambda form: lengths[form], default="")
    plain = next((part for part in parts if isinstance(part, _Run) and _format(part) == usual), None)
    raw = text[found[start].start : found[end].start]
    if plain is None:
        return [raw]
    spans = segment(list(_marked(parts, usual)), _writer(plain))
    words = next((span for span in spans if isinstance(span, Segment)), None)
    if words is None:
        return [raw]
    first, last = str(spans[0]), str(spans[-1])
    # As a whole, since a run that is taken apart is not written as it stood.
    return [Segment.in_place(words.text, raw, lambda translation: f"{first}{words.put(translation)}{last}")]


def _format(run: _Run) -> str:
    """The formatting alone: how a run was edited (`rsid` of its tag) says nothing of it."""
    return run.head.partition(">")[2]


def _writer(run: _Run) -> Callable[[str], str]:
    """Writes text as a run like this one."""
    prefix = run.tail.removeprefix("</").partition(":")[0] if ":" in run.tail else ""
    name = f"{prefix}:t" if prefix else "t"
    return lambda text: f'{run.head}<{name} xml:space="preserve">{write_text(text)}</{name}>{run.tail}'


def _marked(parts: Sequence[_Part], usual: str) -> Iterator[Piece]:
    """Neighbouring runs of one formatting become a pair of tags, those of the usual one bare text."""
    form = usual
    for part in parts:
        if isinstance(part, Text):
            yield part
            continue
        now = _format(part) if isinstance(part, _Run) else usual
        if form != usual and now != form:
            yield Tag("", "close", "run")
        if isinstance(part, _Run):
            if now != usual and now != form:
                yield Tag("", "open", "run", _writer(part))
            yield Text(_writer(part)(part.text), part.text)
        else:
            yield part
        form = now
    if form != usual:
        yield Tag("", "close", "run")


def _parts(text: str, found: Sequence[Event], start: int, end: int) -> Iterator[_Part]:
    """Runs of text, what stands around words as pairs of tags, and anything else as a tag of its own."""
    at = start
    while at < end:
        event = found[at]
        last = event.partner if event.kind == "open" else at
        if event.kind == "open" and event.name == "r" and (field := _field(found, at, end)):
            between, ending = (found[place].partner for place in field)
            if _has_letters(found, between, field[1]):
                yield Tag(text[event.start : found[between].end], "open", "field")
                yield from _parts(text, found, between + 1, field[1])
                yield Tag(text[found[field[1]].start : found[ending].end], "close", "field")
            else:
                yield Tag(text[event.start : found[ending].end], "empty")
            last = ending
        elif event.kind == "open" and event.name == "r":
            yield from _runs(text, found, at)
        elif event.name in IGNORED or _is_last_edit(found, at):
            yield Text(text[event.start : found[last].end], "")
        elif _is_around(found, at):
            inner = next(within(found, ("sdtContent",), at, last), at) if event.name == "sdt" else at
            close = found[inner].partner
            yield Tag(text[event.start : found[inner].end], "open", event.name)
            yield from _parts(text, found, inner + 1, close)
            yield Tag(text[found[close].start : found[last].end], "close", event.name)
        else:
            yield Tag(text[event.start : found[last].end], "empty")
        at = last + 1


def _is_last_edit(found: Sequence[Event], at: int) -> bool:
    """Whether this is the beginning of that bookmark, or an end that comes right after it."""
    start = found[at if found[at].name == "bookmarkStart" else max(0, at - 2)]
    ids = [each.attributes.get("id") for each in (start, found[at])]
    return start.name == "bookmarkStart" and start.attributes.get("name") == LAST_EDIT and ids[0] == ids[1]


def _is_around(found: Sequence[Event], at: int) -> bool:
    event = found[at]
    if event.name in FILLED:
        return _has_letters(found, at, event.partner)
    return event.name in AROUND and event.partner != at + 1


def _has_letters(found: Sequence[Event], start: int, end: int) -> bool:
    return any(map(str.isalpha, "".join(inside.text for inside in found[start:end])))


def _field(found: Sequence[Event], at: int, end: int) -> tuple[int, int] | None:
    """Of a field that begins in this run: the run before its result and the run that ends it, which is both where it
    has no result."""
    depth, between = 0, None
    for place in within(found, ("r", "del", "moveFrom", *AROUND, *FILLED), at, end):
        for inside in found[place : found[place].partner]:
            kind = inside.attributes.get("fldCharType") if inside.name == "fldChar" else None
            depth += {"begin": 1, "end": -1}.get(kind or "", 0)
            if kind == "separate" and depth == 1:
                between = place
        if not depth:
            return None if place == at else (place if between is None else between, place)
    return None


def _runs(text: str, found: Sequence[Event], at: int) -> Iterator[_Part]:
    """The run that opens here: its text and what stands beside it, such as a tab or a break, each in a run of its own.
    One that has no text is a tag."""
    run, close = found[at], found[found[at].partner]
    head, tail = text[run.start : run.end], text[close.start : close.end]
    parts: list[_Part] = []
    words, place = "", at + 1
    while place < run.partner:
        event = found[place]
        last = event.partner if event.kind == "open" else place
        raw = text[event.start : found[last].end]
        if event.name == "rPr":
            properties = PROOFING.sub("", raw)
            head += "" if EMPTY.fullmatch(properties) else properties
        elif event.name == "t":
            words += "".join(inside.text for inside in found[place:last])
        elif event.name not in IGNORED and raw.strip():
            parts += [_Run(words, head, tail), Tag(f"{head}{raw}{tail}", "empty")]
            words = ""
        place = last + 1
    parts = [part for part in (*parts, _Run(words, head, tail)) if not isinstance(part, _Run) or part.text]
    if any(isinstance(part, _Run) for part in parts):
        yield from parts
    else:
        yield Tag(text[run.start : close.end], "empty")
