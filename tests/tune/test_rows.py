"""Rows: what of a file is a conversation's, and what is too long."""

from pathlib import Path

import pytest

from bayling.conversation import Conversation, Turn, write_conversations
from bayling.errors import BaylingError
from bayling.models import Template, load_tokenizer
from bayling.preferences import Preference, write_rows
from bayling.tune.rows import Part, encode_preferences, encode_rows

ASKED = (Turn("user", "Say 1."), Turn("assistant", "1 no", weight=0), Turn("user", "In German."))


def conversation(answer: str) -> Conversation:
    return Conversation((*ASKED, Turn("assistant", answer)), "replacement", "en", "de")


@pytest.fixture
def template(tiny_foundation: Path) -> Template:
    return Template(load_tokenizer(tiny_foundation))


def test_a_conversation_of_just_the_longest_length_is_taken(template: Template, tmp_path: Path) -> None:
    path = tmp_path / "train-00000.parquet"
    write_conversations([conversation("1 ja")], path)
    (row,) = encode_rows([path], template, 1024)
    learned = [label for label in row.labels if label != -100]
    assert row.parts == (Part(len(row.ids), len(learned), "replacement", "de"),)
    assert template.tokenizer.decode(learned) == " 1 ja</s>"
    assert encode_rows([path], template, row.size) == [row]
    with pytest.raises(BaylingError, match=rf"row 1 has {row.size} tokens, more than tune\.max_length"):
        encode_rows([path], template, row.size - 1)


@pytest.mark.parametrize(("chosen", "rejected"), [("1 ja", "1 no no no"), ("1 ja ja ja", "1 no")])
def test_a_preference_takes_twice_its_longer_answer(
    template: Template, tmp_path: Path, chosen: str, rejected: str
) -> None:
    path = tmp_path / "preferences-00000.parquet"
    write_rows([Preference(conversation(chosen), rejected)], path)
    (row,) = encode_preferences([path], template, 1024)
    longest = len(row.prompt_ids) + max(len(row.chosen_ids), len(row.rejected_ids))
    assert row.size == 2 * longest
    lengths = [len(row.prompt_ids) + len(answer) for answer in (row.chosen_ids, row.rejected_ids)]
    assert [part.length for part in row.parts] == lengths
    assert template.tokenizer.decode(row.rejected_ids) == f" {rejected}</s>"
    encode_preferences([path], template, longest)
    with pytest.raises(BaylingError, match=rf"row 1 has {longest} tokens"):
        encode_preferences([path], template, longest - 1)
