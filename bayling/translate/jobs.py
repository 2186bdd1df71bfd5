"""Files to translate: what comes from where and goes where, checked before anything is loaded or written."""

import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bayling.clean import identify
from bayling.errors import BaylingError
from bayling.files import replacing
from bayling.languages import language_name, standardize
from bayling.ledger import Ledger
from bayling.translate.asking import Answer
from bayling.translate.documents import SUFFIXES, Document, TextDocument, read_document
from bayling.translate.documents.unread import UNNAMED
from bayling.translate.glossary import other_language, read_glossary
from bayling.translate.memory import Memory, read_memory, use_of
from bayling.translate.model import unlearned
from bayling.translate.screen import Screen
from bayling.translate.work import Direction, Translator, translate_all

SHOWN = 5
"""How many faulty segments are listed."""
FIELDS = ("{lang}", "{name}")
"""What is filled in of the place of an output."""
STANDARD, WORDS = UNNAMED
"""Names standard input, and standard output after `-o`; and what words on the command line are called in messages."""
_SUFFIXES = tuple(" ".join(SUFFIXES.values()).split())


@dataclass(frozen=True, slots=True)
class Job:
    """One file into one language."""

    name: str
    document: Document
    direction: Direction
    out: Path | None
    """None writes to standard output."""

    def describe(self) -> str:
        """What there is to do, with counts."""
        texts = [segment.text for segment in self.document.segments]
        words, characters = sum(len(text.split()) for text in texts), sum(map(len, texts))
        counts = (
            f"{len(texts)} segments ({len(set(texts))} different), {words} words, {characters} characters"
        )
        if self.direction.memory.units:
            self.direction.look_up(texts)
            found = Counter(use_of(self.direction.likeness(text)) for text in texts)
            counts += f", {found['exact']} in the memory, {found['near']} like one in it"
        told = f"{self.name} into {self.direction.target_lang}: {counts}, to {self.out or 'standard output'}"
        return "\n".join([told, *(f"  {note}" for note in self.document.notes)])


def read_input(name: str) -> bytes:
    """The content of a file, or of standard input for `-`.

    Raises:
        BaylingError: it is missing or cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if name == STANDARD else Path(name).read_bytes()
    except (FileNotFoundError, IsADirectoryError) as error:
        raise _no_file(name) from error
    except OSError as error:
        raise BaylingError(f"{name}: cannot be read ({error.strerror})") from error


def place(names: Sequence[str], targets: Sequence[str], out: str, force: bool) -> dict[tuple[str, str], Path]:
    """Where each file goes in each language.

    `out` is a file or a folder, in which `notes.txt` becomes `notes.de.txt`; `{lang}` and `{name}` in it are filled in.

    Raises:
        BaylingError: `out` has other braces, several would go to one place, one is an input, or one exists, unless by
            `force` or because the same command made it, before it was killed at another.
    """
    if unknown := [field for field in re.findall(r"\{[^{}]*\}", out) if field not in FIELDS]:
        raise BaylingError(
            f"-o {out}: {unknown[0]} is not known; what is filled in is {' and '.join(FIELDS)}"
        )
    places: dict[tuple[str, str], Path] = {}
    taken: set[Path] = set()
    inputs = {Path(name).resolve() for name in names}
    several = len(names) * len(targets) > 1
    for name in names:
        given = Path("stdin" if name == STANDARD else name)
        for lang in targets:
            filled = out.replace("{lang}", lang).replace("{name}", given.name)
            is_folder = filled.endswith("/") or os.path.isdir(filled)
            if is_folder or (several and filled == out and not Path(out).suffix):
                path = Path(filled, f"{given.stem}.{lang}{given.suffix}")
            else:
                path = Path(filled)
            if path in taken:
                raise BaylingError(
                    f"{path}: more than one output would go there; give a folder/ or a name with {{lang}}"
                )
            if path.resolve() in inputs:
                raise BaylingError(f"{path}: this is the input; give another output")
            places[name, lang] = path
            taken.add(path)
    there = [path for path in places.values() if os.path.exists(path)]
    goes_on = any(os.path.exists(_kept(path)) for path in taken.difference(there))
    for path in there:
        if not path.is_file():
            raise BaylingError(f"{path}: exists and is no file")
        if not (force or goes_on):
            raise BaylingError(f"{path}: exists; give --force to write over it")
    return places


def _kept(out: Path) -> Path:
    """Where the finished texts of an output are kept until it stands."""
    return out.with_name(f".{out.name}.kept.jsonl")


def plan(
    given: Sequence[str],
    targets: Sequence[str],
    *,
    source_lang: str | None = None,
    glossary: Path | None = None,
    memory: Path | None = None,
    columns: Sequence[str] = (),
    out: str | None = None,
    force: bool = False,
) -> list[Job]:
    """The jobs: each file, or else the words themselves, into each language, but for those that the same command did
    before it was killed. Languages are taken in any spelling; a source language that is not given is the one that the
    file names, or else identified from the text, or else the only other one of the glossary or memory.

    Raises:
        BaylingError: a file cannot be read, an output cannot stand, a language is unknown, the glossary is at
            fault, a text is in the target language already, or a file's translations are in another.
    """
    tags = list(dict.fromkeys(standardize(target) for target in targets))
    source = standardize(source_lang) if source_lang else None
    out = None if out == STANDARD else out
    names = list(given) if out or _are_files(given) else []
    if names and not out and len(names) * len(tags) > 1:
        raise BaylingError("several outputs need a place: give a folder with -o, or a name with {lang}")
    places = place(names, tags, out, force) if out else {}
    contents = {name: read_input(name) for name in names} or {WORDS: _words(given)}
    # Of many files, each is read once.
    terms_of, memory_of, other_of = cache(read_glossary), cache(read_memory), cache(other_language)
    jobs = []
    for name, content in contents.items():
        for tag in tags:
            path = places.get((name, tag))
            if path and os.path.exists(path) and not force:
                print(f"{path}: done before; give --force to do it again", file=sys.stderr)
                continue
            document = read_document(content, name, tag, columns, source)
            lang = source or document.source_lang or _identified(document)
            if not lang and (told := glossary or memory):
                lang = other_of(told, tuple(tags))
            terms = terms_of(glossary, _needed(lang, name, "--glossary"), tuple(tags)) if glossary else ()
            if lang == tag:
                raise BaylingError(
                    f"{name}: in {tag} already" + ("" if source_lang else "; if not so, give --from")
                )
            units = memory_of(memory, _needed(lang, name, "--memory"), tag) if memory else Memory()
            jobs.append(Job(name, document, Direction(lang, tag, terms, units), path))
    if glossary and not any(term.lang in tags for job in jobs for term in job.direction.glossary):
        raise BaylingError(f"{glossary}: no term in {', '.join(tags)}")
    return jobs


def _are_files(given: Sequence[str]) -> bool:
    """Whether the arguments name files rather than being words to translate."""
    there = [name == STANDARD or os.path.isfile(name) for name in given]
    some = any(there) or all(map(os.path.isdir, given))
    for name, is_there in zip(given, there, strict=True):
        if not is_there and (some or _like_a_path(name)):
            raise _no_file(name)
    return all(there)


def _no_file(name: str) -> BaylingError:
    fault = f"a folder; name its files, such as {Path(name, '*')}" if os.path.isdir(name) else "no such file"
    return BaylingError(f"{name}: {fault} (to translate the words themselves, pipe them to `translate -`)")


def _words(given: Sequence[str]) -> bytes:
    """The words themselves as a line. Bytes that are no text in this locale come as surrogates, and may be UTF-8."""
    return f"{' '.join(given)}\n".encode(errors="surrogateescape")


def _like_a_path(words: str) -> bool:
    if (" " not in words and words.lower().endswith(_SUFFIXES)) or words.startswith(("/", "./", "../", "~/")):
        return True
    return "/" in words and os.path.isdir(Path(words).parent)


def _needed(lang: str | None, name: str, option: str) -> str:
    if lang is None:
        raise BaylingError(f"{name}: cannot tell its language, which {option} needs; give --from")
    return lang


def _identified(document: Document) -> str | None:
    return identify(" ".join(segment.text for segment in document.segments[:200])[:4000])


def perform(job: Job, translator: Translator) -> dict[str, Answer]:
    """Translate a file and write it, whole; gives what came of each text.

    Finished texts are kept in a file beside the output until it stands, so that the same job, killed at any
    moment and started again, goes on where it was and ends in the same bytes.

    Raises:
        BaylingError: the disk is full, or another process is at the same job, or a terminal cannot show such a file.
    """
    texts = [segment.text for segment in job.document.segments]
    if job.out is None:
        if sys.stdout.isatty() and not isinstance(job.document, TextDocument):
            raise BaylingError(f"{job.name}: is nothing that a terminal can show; give a file with -o")
        answers = translate_all(texts, job.direction, translator)
        _show(job.document.write(_translations(answers)))
        return answers
    with Ledger(_kept(job.out)) as ledger:
        answers = translate_all(texts, job.direction, translator, ledger)
        with replacing(job.out) as partial:
            partial.write_bytes(job.document.write(_translations(answers)))
        ledger.finish()
    return answers


def _translations(answers: dict[str, Answer]) -> dict[str, str]:
    return {text: answer.text for text, answer in answers.items()}


def _show(content: bytes) -> None:
    """To a terminal as text, elsewhere as a file has it, whatever encoding standard output is of."""
    screen = Screen()
    if screen.terminal:
        screen.show(content.decode(errors="replace"), end="")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()


def warn(jobs: Sequence[Job], model: str | Path) -> None:
    """Say on standard error which languages of the jobs the model did not learn."""
    directions = [job.direction for job in jobs]
    langs = [lang for one in directions for lang in (one.source_lang, one.target_lang)]
    if said := unlearned(model, langs):
        print(said, file=sys.stderr)


def report(job: Job, answers: dict[str, Answer]) -> None:
    """Say on standard error what was done, and which segments are not as was asked for."""
    texts = [segment.text for segment in job.document.segments]
    faulty = [text for text in dict.fromkeys(texts) if answers[text].unmet]
    if job.out and not texts:
        print(f"{job.out}: nothing to translate", file=sys.stderr)
    elif job.out:
        source = (
            language_name(job.direction.source_lang) if job.direction.source_lang else "an unknown language"
        )
        print(f"{job.out}: {len(texts)} segments from {source}, {len(faulty)} to look at", file=sys.stderr)
    for note in job.document.notes:
        print(f"  {note}", file=sys.stderr)
    if job.direction.memory.units:
        used = Counter(answers[text].memory for text in texts)
        print(f"  {used['exact']} taken from the memory, {used['near']} after one like it", file=sys.stderr)
    if job.direction.glossary:
        terms = {term for text in texts for term in job.direction.terms(text)}
        print(f"  {len(terms)} terms of the glossary used", file=sys.stderr)
    for text in faulty[:SHOWN]:
        print(f"  {'; '.join(answers[text].unmet)}: {text[:60]} → {answers[text].text[:60]}", file=sys.stderr)
    if len(faulty) > SHOWN:
        print(f"  and {len(faulty) - SHOWN} more", file=sys.stderr)
