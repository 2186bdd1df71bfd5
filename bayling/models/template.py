"""Chat templates: turns to token ids, the same way in tuning and in use.

A template is Jinja, as in transformers. What each turn adds is rendered and tokenised by itself, so that a
prompt's ids are always a prefix of the tuned ids, whatever a tokenizer would merge across the seam. A tokenizer that
puts a space before a text, such as that of LLaMA, puts one before the first piece alone, as it does in the whole text:

    <bos>User: Say yes.\\nAssistant:| yes<eos>|\\nUser: Again.\\nAssistant:| yes<eos>|\\n
                                     -learned-                              -learned-

What is said in a turn stays text: the `</s>` of a web page, where things are struck out, ends no answer of LLaMA's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from bayling.conversation import Turn, plain_messages
from bayling.errors import BaylingError
from bayling.models.loading import load_config

FENCE = "\ufdd0"
"""A noncharacter, of no use in any text (Unicode 23.7), before and after what looks like a special token."""
TODAY = datetime(2024, 7, 26)
"""What a template is told that asks for the date, so that ids are the same every day; Llama 3.2's own, where it has
none."""


def template_names() -> list[str]:
    """The names of the templates inside the package."""
    return sorted(path.stem for path in _folder().glob("*.jinja"))


def _folder() -> Path:
    return Path(str(resources.files("bayling") / "models" / "templates"))


def _own(tokenizer: Any) -> Any:
    """The tokenizer's template, if it has one; of several, the one called `default`."""
    own = tokenizer.chat_template
    if isinstance(own, list):
        own = {each["name"]: each["template"] for each in own}
    if isinstance(own, dict):
        if "default" not in own:
            raise BaylingError(
                f"template: the tokenizer has several ({', '.join(sorted(own))}), of which none is called default; "
                "name a Jinja file with one of them"
            )
        own = own["default"]
    return own


class Template:
    """A tokenizer with a chat template."""

    def __init__(self, tokenizer: Any, name: str = "auto") -> None:
        """Take the tokenizer's own template (`auto`; `plain` where it has none), one by name, a Jinja
        file, or Jinja itself.

        Raises:
            BaylingError: there is no such template, or it is not text. What a template does not end with a special
                token, or refuses, is found as turns are written (`check`).
        """
        self.tokenizer = tokenizer
        if name == "auto":
            self.text = _own(tokenizer) or (_folder() / "plain.jinja").read_text(encoding="utf-8")
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

    def check(self) -> None:
        """See whether a conversation of two exchanges can be written.

        Raises:
            BaylingError: it cannot; says what to do.
        """
        self.encode([Turn("user", "a"), Turn("assistant", "b"), Turn("user", "c"), Turn("assistant", "d")])

    def check_embedded(self, folder: Path, ids: Iterable[int] = ()) -> None:
        """See whether the model in a folder has an embedding for each token that the template writes, and for `ids`.

        Raises:
            BaylingError: it lacks one; names the token.
        """
        size = load_config(folder).get_text_config().vocab_size
        largest = max(*self.encode([Turn("user", "a"), Turn("assistant", "b")])[0], *ids)
        if largest >= size:
            token = self.tokenizer.convert_ids_to_tokens(largest)
            raise BaylingError(
                f"{folder}: no embedding for {token} (id {largest}), only for {size} tokens; give the model one for "
                "each of its tokenizer's, or take a template without it"
            )

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
        turns = [replace(turn, content=self._fenced(turn.content)) for turn in turns]
        for number, turn in enumerate(turns):
            if turn.role == "assistant":
                for upto, ask in ((number, True), (number + 1, False)):
                    text = self._render(turns[:upto], ask)
                    if not text.startswith(done):
                        raise BaylingError(
                            "template: a later turn changes how earlier ones are written, as where thoughts are "
                            "taken out of them, so what is tuned would not be what is asked; write template: "
                            "plain in the recipe, or name a Jinja file without that"
                        )
                    pieces.append(text[len(done) :])
                    done = text
        return pieces

    def _render(self, turns: Sequence[Turn], ask: bool) -> str:
        from jinja2 import TemplateError

        messages = plain_messages(turns)
        try:
            return str(
                self.tokenizer.apply_chat_template(
                    messages, chat_template=self._dated, tokenize=False, add_generation_prompt=ask
                )
            )
        except TemplateError as error:
            raise BaylingError(f"template: {type(error).__name__}: {' '.join(str(error).split())}") from error

    @cached_property
    def _dated(self) -> str:
        """With a macro in the place of transformers' function that tells the date; no other can be handed in."""
        if "strftime_now" not in self.text:
            return self.text
        codes = [f"%{code}" for code in "aAbBdHIjmMpSyY"] + ["%-d", "%-m"]
        told = "".join(f" | replace('{code}', '{TODAY.strftime(code)}')" for code in codes)
        return f"{{% macro strftime_now(format) %}}{{{{ format{told} }}}}{{% endmacro +%}}{self.text}"

    def _fenced(self, text: str) -> str:
        return self._special_text.sub(rf"{FENCE}\g<0>{FENCE}", text.replace(FENCE, ""))

    @cached_property
    def _special_text(self) -> re.Pattern[str]:
        """Tokens that differ in a number alone are one alternative: Gemma has 6,242 of the kind `<unused7>`."""
        tokens = self.tokenizer.convert_ids_to_tokens(sorted(self._special))
        kinds = {re.sub(r"\d+", r"\\d+", re.escape(token)) for token in tokens}
        return re.compile("|".join(sorted(kinds, key=len, reverse=True)) or r"(?!)")

    def _ids(self, pieces: Sequence[str]) -> list[list[int]]:
        """Of each piece, where it stands: what comes before the later ones, a line break stands in for."""
        found: list[list[int]] = []
        for piece in pieces:
            ids: list[int] = []
            for number, part in enumerate(piece.split(FENCE)):
                if part:
                    ids += self._tokenised(part, first=not (found or ids), said=bool(number % 2))
            found.append(ids)
        return found

    def _tokenised(self, text: str, first: bool, said: bool) -> list[int]:
        lead = [] if first else self._lead
        if lead and (after := self._alone(f"\n{text}", said))[: len(lead)] == lead:
            return after[len(lead) :]
        return self._alone(text, said)

    @cached_property
    def _lead(self) -> list[int]:
        """A line break by itself, for a tokenizer that puts a space before a text; nothing for others."""
        spaced = self.tokenizer.tokenize("a", add_special_tokens=False)[0].startswith(("▁", "Ġ"))
        return self._alone("\n") if spaced else []

    def _alone(self, text: str, said: bool = False) -> list[int]:
        """What is said has no special tokens."""
        more = {"split_special_tokens": True} if said else {}
        return list(self.tokenizer(text, add_special_tokens=False, **more).input_ids)
