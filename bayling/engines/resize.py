"""A model's vocabulary fitted to its languages: trimmed to what data need, or grown by what a text repeats."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

from bayling.conversation import read_conversations
from bayling.engines.tuned import Tuned, find_model
from bayling.errors import BaylingError
from bayling.files import data_of, read_lines
from bayling.models import Template, load_tokenizer
from bayling.models.learning import encodings, learn_merges
from bayling.models.resizing import VOCABULARY, is_vocabulary, resize, settings_ids
from bayling.models.vocabulary import Vocabulary
from bayling.models.weights import Weights


@dataclass(frozen=True, slots=True)
class Resized:
    """What became of a vocabulary."""

    before: int
    after: int
    kept: dict[str, int]
    """Pieces by reason: used, parts (of those), bytes, special; and new where it grew."""
    parameters: tuple[int, int]
    """Of the model, before and after."""
    tokens: tuple[int, int]
    """Of the data, before and after; trimming leaves them as they are."""

    def __str__(self) -> str:
        kept = ", ".join(f"{count:,} {reason}" for reason, count in self.kept.items())
        changes = [("pieces", self.before, self.after, f" ({kept})"), ("parameters", *self.parameters, "")]
        if self.tokens[0] != self.tokens[1]:
            changes.append(("tokens of the text", *self.tokens, ""))
        return "; ".join(f"{before:,} {what} became {after:,}{more}" for what, before, after, more in changes)


def trim_vocabulary(model: str | Path, data: Sequence[Path], output: Path) -> Resized:
    """Write a model with the pieces that `data` need, all bytes and special tokens, and no others.

    Args:
        data: runs or their data (conversations, tokenised as in tuning), or texts.

    Raises:
        BaylingError: no such model or data, or a tokenizer that is not byte pair encoding.
    """
    tuned, template, weights, vocabulary = _parts(model)
    used = settings_ids(tuned.weights) | set(template.tokenizer.all_special_ids)
    tokens = 0
    for ids in _tokenised(data, template):
        used.update(ids)
        tokens += len(ids)
    reasons = vocabulary.needed(used)
    kept = sorted(set().union(*reasons.values()))
    resize(weights, template.tokenizer, vocabulary.kept(kept), [[old] for old in kept], output)
    counts = {reason: len(ids) for reason, ids in reasons.items()}
    before = _rows(weights)
    return Resized(before, len(kept), counts, _parameters(weights, before, len(kept)), (tokens, tokens))


def grow_vocabulary(model: str | Path, text: Path, pieces: int, output: Path) -> Resized:
    """Write a model with up to `pieces` more, for a language that `text` is in.

    A new piece's embedding is the mean of those that it was cut into before (Gee et al. 2022,
    aclanthology 2022.emnlp-industry.41).

    Raises:
        BaylingError: no such model or text, or nothing in the text repeats.
    """
    _tuned, template, weights, vocabulary = _parts(model)
    lines = read_lines(text)
    merges = learn_merges(vocabulary, template.tokenizer, lines, pieces)
    if not merges:
        raise BaylingError(f"{text}: no two pieces of a word repeat here; give more text")
    parts: dict[str, list[int]] = {}

    def of(piece: str) -> list[int]:
        return parts.get(piece) or [vocabulary.ids[piece]]

    for left, right in merges:
        parts[left + right] = of(left) + of(right)
    rows = [[old] for old in range(len(vocabulary))] + list(parts.values())
    grown = vocabulary.grown(merges)
    tokens = sum(map(len, _pieces(lines, template)))
    resize(weights, template.tokenizer, grown, rows, output)
    after = sum(map(len, _pieces(lines, Template(load_tokenizer(output)))))
    before = _rows(weights)
    counts = {"kept": len(vocabulary), "new": len(merges)}
    return Resized(before, len(rows), counts, _parameters(weights, before, len(rows)), (tokens, after))


def _parts(model: str | Path) -> tuple[Tuned, Template, Weights, Vocabulary]:
    tuned = find_model(model)
    tuned.check_whole()
    template = Template(load_tokenizer(tuned.tokenizer), tuned.template)
    weights = Weights(tuned.weights, tuned.adapter)
    vocabulary = Vocabulary.of(template.tokenizer)
    if len(vocabulary) > (rows := _rows(weights)):  # Gemma 3's has a token for images, which has no embedding
        vocabulary = vocabulary.kept(range(rows))
    return tuned, template, weights, vocabulary


def _tokenised(data: Sequence[Path], template: Template) -> Iterator[list[int]]:
    for path in data:
        for file in _files(path):
            if file.suffix == ".parquet":
                for conversation in read_conversations(file):
                    yield template.encode(conversation.messages)[0]
            else:
                yield from _pieces(read_lines(file), template)


def _pieces(lines: Sequence[str], template: Template) -> Iterator[list[int]]:
    return (encoding.ids for encoding in encodings(template.tokenizer, lines))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    folder = data_of(path)
    files = [*sorted(folder.glob("train-*.parquet")), *sorted(folder.glob("dev.parquet"))]
    if not files:
        raise BaylingError(f"{path}: neither a run nor its data (no train-*.parquet here)")
    return files


def _rows(weights: Weights) -> int:
    rows = next((weights.shape(name)[0] for name in weights if is_vocabulary(name)), None)
    if rows is None:
        raise BaylingError(
            f"{weights.folder}: no tensor {VOCABULARY[0]}, as models have it whose vocabulary can be resized"
        )
    return rows


def _parameters(weights: Weights, before: int, after: int) -> tuple[int, int]:
    sizes = {name: prod(weights.shape(name)) for name in weights}
    rows = sum(size // before for name, size in sizes.items() if is_vocabulary(name))
    total = sum(sizes.values())
    return total, total + rows * (after - before)
