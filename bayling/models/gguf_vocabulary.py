"""A tokenizer as GGUF keeps it: pieces with their kinds, and scores (SentencePiece) or merges (byte-level).

Field names follow the GGUF specification (github.com/ggml-org/ggml/blob/master/docs/gguf.md).
"""

import json
from typing import Any

from bayling.errors import BaylingError
from bayling.models.template import Template
from bayling.models.vocabulary import BYTE, Merge, as_merge

_NEVER = -10000.0
"""The score of what no merge gives, as llama.cpp's converter writes it."""
_LLAMA_3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def add_vocabulary(writer: Any, template: Template, rows: int) -> None:
    """Add a tokenizer's fields to a `gguf.GGUFWriter`; `rows` is the number of the model's embeddings. A token without
    one, such as that for images in Gemma 3's, is left out, as llama.cpp's converter does.

    Raises:
        BaylingError: no BPE, or a way to cut words that GGUF has no name for.
    """
    tokenizer = template.tokenizer
    rules = json.loads(tokenizer.backend_tokenizer.to_str())
    model = rules["model"]
    if model["type"] != "BPE":
        raise BaylingError(f"the tokenizer is {model['type']}; for GGUF it must be byte pair encoding")
    pieces, kinds = _pieces(rules, rows)
    merges = [as_merge(merge) for merge in model["merges"]]
    if model["byte_fallback"]:
        writer.add_tokenizer_model("llama")
        writer.add_tokenizer_pre("default")
        writer.add_token_list(pieces)
        writer.add_token_scores(_scores(pieces, merges))
    else:
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(_cutting(rules["pre_tokenizer"]))
        writer.add_token_list(pieces)
        writer.add_token_merges([f"{left} {right}" for left, right in merges])
    writer.add_token_types(kinds)
    _add_ends(writer, tokenizer, spaced=bool(model["byte_fallback"]))
    if template.stop_id != tokenizer.eos_token_id:
        writer.add_eot_token_id(template.stop_id)
    writer.add_chat_template(template.text)


def _pieces(rules: dict[str, Any], rows: int) -> tuple[list[str], list[int]]:
    from gguf import TokenType

    pieces = [f"[PAD{number}]" for number in range(rows)]
    kinds = [int(TokenType.UNUSED)] * rows
    model = rules["model"]
    for piece, number in model["vocab"].items():
        if number >= rows:
            continue
        pieces[number] = piece
        byte = model["byte_fallback"] and BYTE.fullmatch(piece)
        kinds[number] = int(TokenType.BYTE if byte else TokenType.NORMAL)
    for token in rules["added_tokens"]:
        if token["id"] >= rows:
            continue
        text = token["content"]
        # Text is searched for one's own tokens before its spaces are replaced.
        pieces[token["id"]] = text if token["special"] else text.replace("▁", " ")
        kinds[token["id"]] = int(TokenType.CONTROL if token["special"] else TokenType.USER_DEFINED)
    return pieces, kinds


def _scores(pieces: list[str], merges: list[Merge]) -> list[float]:
    """A piece whose merge comes earlier has the higher score, so both ways merge in the same order."""
    ranks: dict[str, int] = {}
    for left, right in merges:
        ranks.setdefault(left + right, len(ranks))
    return [-float(ranks[piece]) if piece in ranks else _NEVER for piece in pieces]


def _cutting(rules: dict[str, Any] | None) -> str:
    """llama.cpp's name for the way that text is cut into words before merging."""
    steps = (rules["pretokenizers"] if rules["type"] == "Sequence" else [rules]) if rules else []
    kinds = [step["type"] for step in steps]
    if kinds == ["ByteLevel"] and steps[0]["use_regex"]:
        return "gpt-2"
    if kinds == ["Digits", "ByteLevel"] and steps[0]["individual_digits"] and steps[1]["use_regex"]:
        return "smollm"
    if kinds == ["Split", "ByteLevel"] and steps[0]["pattern"].get("Regex") == _LLAMA_3:
        return "llama-bpe"
    raise BaylingError("the tokenizer cuts words in a way that GGUF has no name for; export to safetensors")


def _add_ends(writer: Any, tokenizer: Any, spaced: bool) -> None:
    for name in ("bos", "eos", "unk", "pad", "mask"):
        if (number := getattr(tokenizer, f"{name}_token_id", None)) is not None:
            getattr(writer, f"add_{name}_token_id")(number)
    ids = tokenizer("a").input_ids
    writer.add_add_bos_token(ids[0] == tokenizer.bos_token_id)
    writer.add_add_eos_token(ids[-1] == tokenizer.eos_token_id)
    first = tokenizer.tokenize("a", add_special_tokens=False)[0]
    writer.add_add_space_prefix(spaced and first.startswith("▁"))
