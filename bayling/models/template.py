"""Chat templates: turns to token ids, the same way in tuning and in use.

A template is Jinja, as in transformers. What each turn adds is rendered and tokenised by itself, so that a
prompt's ids are always a prefix of the tuned ids, whatever a tokenizer would merge across the seam. A tokenizer that
puts a space before a text, such as that of LLaMA, puts one before the first piece alone, as it does in the whole text:

    <bos>User: Say yes.\\nAssistant:| yes<eos>|\\nUser: Again.\\nAssistant:| yes<eos>|\\n
                                     -learned-                              -learned-
"""

from collections.abc import Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from bayling.conversation import Turn, plain_messages
from bayling.errors import BaylingError


def template_names() -> list[str]:
    """The names of the templates inside the package."""
    return sorted(path.stem for path in _folder().glob("*.jinja"))


def _folder() -> Path:
    return Path(str(resources.files("bayling") / "models" / "templates"))


class Template:
    """A tokenizer with a chat template."""

    def __init__(self, tokenizer: Any, name: str = "auto") -> None:
        """Take the tokenizer's own template (`auto`; `plain` where it has none), one by name, a Jinja
        file, or Jinja itself.

        Raises:
            BaylingError: there is no such template, or it is not text. What a template does not end with a special
                token, or refuses, is found as turns are written.
        """
        self.tokenizer = tokenizer
        if name == "auto":
            self.text = tokenizer.chat_template or (_folder() / "plain.jinja").read_text(encoding="utf-8")
        elif name in template_names():
            self.text = (_folder() / f"{name}.jinja").read_text(encoding="utf-8")
        elif "{" in name:
            self.text = name
        elif Path(name).is_file():
            try:
                self.text = Path(name).read_text(encoding="utf-8")
            except UnicodeDecodeError as error:
                raise BaylingError(f"template: {name}: not UTF-8 text (byte {error.start})") from error
        else:
            names = ", ".join(["auto", *template_names()])
            raise BaylingError(f"template: {name!r} is neither a file nor one of {names}")
        tokenizer.chat_template = self.text

    @cached_property
    def stop_id(self) -> int:
        """The token that ends an answer."""
        answer = self._ids(self._pieces([Turn("user", "a"), Turn("assistant", "b")]))[-1]
        special = [i for i in answer if i in self._special]
        if not special:
            raise BaylingError(
                "template: an answer does not end with a special token, so it could never stop"
            )
        return special[-1]

    @cached_property
    def _special(self) -> frozenset[int]:
        """Those that have no role of their own too, such as Gemma's `<end_of_turn>`."""
        added = self.tokenizer.added_tokens_decoder.items()
        return frozenset(self.tokenizer.all_special_ids) | {id for id, token in added if token.special}

    def prompt_ids(self, turns: Sequence[Turn]) -> list[int]:
        """The ids that ask for the assistant's turn after `turns`."""
        return [i for ids in self._ids(self._pieces([*turns, Turn("assistant", "")])[:-1]) for i in ids]

    def encode(self, turns: Sequence[Turn]) -> tuple[list[int], list[int]]:
        """Ids and labels of a conversation, side by side.

        A label is the id itself where it is learned (the assistant's turns of weight 1, with the token that
        ends them) and -100 elsewhere.
        """
        ids: list[int] = []
        labels: list[int] = []
        answers = iter(turn for turn in turns if turn.role == "assistant")
        for number, piece_ids in enumerate(self._ids(self._pieces(turns))):
            ids += piece_ids
            learned = 0
            if number % 2 and next(answers).weight:
                learned = len(piece_ids) - piece_ids[::-1].index(self.stop_id)
            labels += piece_ids[:learned] + [-100] * (len(piece_ids) - learned)
        return ids, labels

    def _pieces(self, turns: Sequence[Turn]) -> list[str]:
        """Prompt, answer, prompt, answer …: cut where the assistant begins and ends to speak."""
        pieces: list[str] = []
        done = ""
        for number, turn in enumerate(turns):
            if turn.role == "assistant":
                for upto, ask in ((number, True), (number + 1, False)):
                    text = self._render(turns[:upto], ask)
                    if not text.startswith(done):
                        raise BaylingError("template: a later turn changes how earlier ones are written")
                    pieces.append(text[len(done) :])
                    done = text
        return pieces

    def _render(self, turns: Sequence[Turn], ask: bool) -> str:
        from jinja2 import TemplateError

        messages = plain_messages(turns)
        try:
            return str(
                self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=ask)
            )
        except TemplateError as error:
            raise BaylingError(f"template: {type(error).__name__}: {' '.join(str(error).split())}") from error

    def _ids(self, pieces: Sequence[str]) -> list[list[int]]:
        """Of each piece, where it stands: what comes before the later ones, a line break stands in for."""
        found: list[list[int]] = []
        lead = self._lead
        for piece in pieces:
            ids = self._alone(piece)
            if found and lead and (after := self._alone(f"\n{piece}"))[: len(lead)] == lead:
                ids = after[len(lead) :]
            found.append(ids)
        return found

    @cached_property
    def _lead(self) -> list[int]:
        """A line break by itself, for a tokenizer that puts a space before a text; nothing for others."""
        spaced = self.tokenizer.tokenize("a", add_special_tokens=False)[0].startswith(("▁", "Ġ"))
        return self._alone("\n") if spaced else []

    def _alone(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False).input_ids)
