"""Vocabularies of byte pair tokenizers as data (`tokenizer.json`), with pieces taken away or added.

A text is cut as before wherever the pieces that it needs still stand: merging takes the earliest merge that
applies, and one that never applied to a text can go without changing it (Sennrich et al. 2016, aclanthology
P16-1162). The rest of a text falls apart into smaller pieces, at the worst into bytes, so nothing is unknown.
"""

import copy
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from bayling.errors import BaylingError

Merge = tuple[str, str]
_PLACEHOLDER = re.compile(r"<unused\d+>|<\|reserved_special_token_\d+\|>")
"""Special tokens that stand for nothing yet."""
BYTE = re.compile(r"<0x[0-9A-F]{2}>")
"""How SentencePiece writes a byte."""


class Vocabulary:
    """The pieces and merges of a tokenizer."""

    def __init__(self, rules: dict[str, Any]) -> None:
        """Take a parsed `tokenizer.json`.

        Raises:
            BaylingError: it is not one of byte pair encoding.
        """
        if rules["model"]["type"] != "BPE":
            raise BaylingError(
                f"the tokenizer is {rules['model']['type']}; only byte pair encoding is resized"
            )
        self.rules = rules
        self.special = {token["content"]: int(token["id"]) for token in rules["added_tokens"]}
        self.ids: dict[str, int] = rules["model"]["vocab"] | self.special
        self.merges: list[Merge] = [as_merge(merge) for merge in rules["model"]["merges"]]

    @classmethod
    def of(cls, tokenizer: Any) -> "Vocabulary":
        """That of a transformers tokenizer."""
        return cls(json.loads(tokenizer.backend_tokenizer.to_str()))

    def __len__(self) -> int:
        return max(self.ids.values()) + 1

    @cached_property
    def pieces(self) -> dict[int, str]:
        return {number: piece for piece, number in self.ids.items()}

    @cached_property
    def _ranks(self) -> dict[Merge, int]:
        return {merge: rank for rank, merge in reversed(list(enumerate(self.merges)))}

    def needed(self, used: Iterable[int]) -> dict[str, set[int]]:
        """What must stay for texts of the pieces `used` to be cut as they are: ids by reason, each once. Ids of no
        piece, such as a padding of -1, need none."""
        kept = {"used": set(used) & self.pieces.keys(), "parts": set(), "bytes": set(), "special": set()}
        for number in kept["used"]:
            kept["parts"].update(self._built_of(self.pieces[number]))
        kept["bytes"].update(self._bytes())
        kept["special"].update(i for text, i in self.special.items() if not _PLACEHOLDER.fullmatch(text))
        seen: set[int] = set()
        for numbers in kept.values():
            numbers -= seen
            seen |= numbers
        return kept

    def _bytes(self) -> Iterator[int]:
        from tokenizers.pre_tokenizers import ByteLevel

        letters = set(ByteLevel.alphabet())
        for piece, number in self.ids.items():
            if BYTE.fullmatch(piece) or piece in letters:
                yield number

    def _built_of(self, piece: str) -> set[int]:
        """The pieces that stand on the way from a piece's letters to itself."""
        if piece in self.special:
            return set()
        parts = list(piece)
        seen = set(parts)
        while len(parts) > 1:
            pairs = itertools.pairwise(parts)
            rank, at = min((self._ranks.get(pair, len(self.merges)), at) for at, pair in enumerate(pairs))
            if rank == len(self.merges):
                break
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
            seen.add(parts[at])
        return {self.ids[part] for part in seen if part in self.ids}

    def kept(self, ids: Sequence[int]) -> "Vocabulary":
        """These pieces alone, renumbered in their order, with the merges between them."""
        numbers = {old: new for new, old in enumerate(ids)}
        rules = copy.deepcopy(self.rules)
        model = rules["model"]
        model["vocab"] = {p: numbers[i] for p, i in model["vocab"].items() if i in numbers}
        left = {piece for piece, number in self.ids.items() if number in numbers}
        model["merges"] = [list(m) for m in self.merges if {*m, "".join(m)} <= left]
        rules["added_tokens"] = [
            {**token, "id": numbers[token["id"]]} for token in rules["added_tokens"] if token["id"] in numbers
        ]
        _renumber(rules["post_processor"], numbers)
        return Vocabulary(rules)

    def grown(self, merges: Sequence[Merge]) -> "Vocabulary":
        """With a new piece of each merge, numbered from the end on."""
        rules = copy.deepcopy(self.rules)
        for number, (left, right) in enumerate(merges, len(self)):
            rules["model"]["vocab"][left + right] = number
            rules["model"]["merges"].append([left, right])
        return Vocabulary(rules)


def as_merge(merge: Any) -> Merge:
    """The two pieces of a merge, in either of the ways that `tokenizer.json` writes it."""
    left, right = merge.split(" ", 1) if isinstance(merge, str) else merge
    return left, right


def _renumber(step: Any, numbers: dict[int, int]) -> None:
    """Give special tokens their new ids wherever a post-processor has them."""
    if isinstance(step, list):
        for part in step:
            _renumber(part, numbers)
    elif isinstance(step, dict):
        for token in step.get("special_tokens", {}).values():
            token["ids"] = [numbers[number] for number in token["ids"]]
        for part in step.get("processors", []):
            _renumber(part, numbers)
