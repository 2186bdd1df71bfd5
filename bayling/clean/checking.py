"""Looking for test sentences in corpora, file by file: `bayling check-overlap`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bayling.clean.overlap import Overlap
from bayling.corpora.formats.names import written
from bayling.corpora.texts import read_texts, text_files
from bayling.errors import BaylingError
from bayling.progress import progress

if TYPE_CHECKING:
    from rich.table import Table

EXAMPLES = 2
"""Kept of each file."""


@dataclass(frozen=True)
class Sentence:
    """A test sentence and the file that it stands in."""

    text: str
    language: str
    file: str


@dataclass
class Finding:
    """What of the tests stands in one file of a corpus."""

    file: str
    texts: int = 0
    """Segments of the file."""
    affected: int = 0
    """Those that hold test text."""
    whole: set[int] = field(default_factory=set)
    """Numbers of the test sentences that are a segment, whole."""
    part: set[int] = field(default_factory=set)
    """Numbers of further ones that share eight words in a row with a segment."""
    examples: list[tuple[str, int]] = field(default_factory=list)
    """Segment and number of the test sentence."""


@dataclass(frozen=True)
class Check:
    """Findings on all files."""

    sentences: list[Sentence]
    too_short: int
    """Test sentences of fewer than four words, which are not looked for."""
    findings: list[Finding]
    unread: dict[str, str]
    """Files that are no text, and why."""

    def tables(self) -> "list[Table]":
        """Counts by file, and by the tests' language."""
        from rich.table import Column, Table
        from rich.text import Text

        counts = Table(
            Column("corpus", overflow="fold"), "segments", "with test text", "tests whole", "in part"
        )
        for found in self.findings:
            row = (found.texts, found.affected, len(found.whole), len(found.part - found.whole))
            counts.add_row(Text(found.file), *(f"{number:,}" for number in row))
        languages = Table("test sentences in", "whole", "in part", "of")
        whole = set[int]().union(*(found.whole for found in self.findings))
        part = set[int]().union(*(found.part for found in self.findings)) - whole
        of = Counter(sentence.language for sentence in self.sentences)
        numbers = [Counter(self.sentences[number].language for number in each) for each in (whole, part)]
        for tag in sorted(numbers[0] | numbers[1], key=lambda tag: (-numbers[0][tag], -numbers[1][tag], tag)):
            languages.add_row(tag, *(f"{count[tag]:,}" for count in (*numbers, of)))
        return [counts, *([languages] if languages.row_count else [])]

    def examples(self) -> Iterator[str]:
        """Segments with the test sentences that stand in them."""
        for found in self.findings:
            for text, number in found.examples:
                sentence = self.sentences[number]
                yield f"{found.file}: {text}\n  {sentence.file}: {sentence.text}"


def check_overlap(corpora: Sequence[Path], against: Sequence[Path]) -> Check:
    """Look for the sentences of `against` in every segment of `corpora`, whatever its language.

    Files that cannot be read for what they are, such as a list of documents, are told in `unread`.

    Raises:
        BaylingError: a path holds no file, or a file that was named cannot be read.
    """
    unread: dict[str, str] = {}
    known: dict[tuple[str, str], Sentence] = {}
    for root, file in _files(against):
        for tag, text in _texts(root, file, unread):
            known.setdefault((tag, text), Sentence(text, tag, written(file.name)))
    sentences = list(known.values())
    if not sentences:
        raise BaylingError(f"{against[0]}: no test sentence here")
    tests = Overlap(sentence.text for sentence in sentences)
    findings = []
    files = _files(corpora)
    with progress("looking for tests", len(files)) as advance:
        for root, file in files:
            finding = Finding(written(str(file.relative_to(root.parent) if root.is_dir() else file.name)))
            for _, text in _texts(root, file, unread):
                _look(text, tests, finding)
            if finding.texts:
                findings.append(finding)
            advance(1, file.name)
    return Check(sentences, tests.too_short, findings, unread)


def _files(paths: Sequence[Path]) -> list[tuple[Path, Path]]:
    return [(path, file) for path in paths for file in text_files(path)]


def _texts(root: Path, file: Path, unread: dict[str, str]) -> Iterator[tuple[str, str]]:
    try:
        yield from read_texts(file)
    except BaylingError as error:
        if file == root:
            raise
        unread[str(file)] = str(error).removeprefix(f"{file}: ")


def _look(text: str, tests: Overlap, finding: Finding) -> None:
    finding.texts += 1
    matches = tests.find(text)
    finding.affected += bool(matches)
    for match in matches:
        if len(finding.examples) < EXAMPLES and not {match.number} & (finding.whole | finding.part):
            finding.examples.append((text, match.number))
        (finding.whole if match.whole else finding.part).add(match.number)
