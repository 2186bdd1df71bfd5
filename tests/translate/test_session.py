import json
from collections import namedtuple

import pytest

from bayling.errors import BaylingError
from bayling.translate import Memory, Session, Term
from bayling.translate.requests import keep_placeholder, retarget, use_term
from tests.evaluate.engine import Scripted

Unit = namedtuple("Unit", "source target")


def session(*answers, source="The cat sleeps on the mat.", to="de", **options):
    """A session whose model gives these answers in turn."""
    left = list(answers)
    return Session(source, to, "en", engine=Scripted(lambda turns: left.pop(0)), **options)


def said(session):
    """What the model was told last, by whom."""
    return [(turn.role, turn.content) for turn in session.engine.asked[-1]]


def test_the_model_is_told_the_whole_line_and_only_that():
    s = session("Eins.", "Zwei.", "Drei.", "Vier.")
    s.translate()
    s.request("formeller")
    s.undo()
    s.request("terser")
    assert said(s)[1:] == [("assistant", "Eins."), ("user", "terser")]
    s.request("more")
    assert [content for _, content in said(s)[1:]] == ["Eins.", "terser", "Drei.", "more"]


def test_a_request_comes_after_a_translation():
    s = session("Eins.", "Zwei.")
    assert s.request("anders").parent == 1
    assert [revision.text for revision in s.line] == ["Eins.", "Zwei."]


def test_undo_redo_and_branches():
    s = session("Eins.", "Zwei.", "Drei.", "Vier.")
    with pytest.raises(BaylingError, match="nothing to undo"):
        s.undo()
    s.translate()
    s.request("a")
    s.request("b")
    assert s.undo().number == 2 and s.undo().number == 1
    assert s.redo().number == 2
    s.request("c")
    assert [revision.number for revision in s.line] == [1, 2, 4]
    with pytest.raises(BaylingError, match="nothing to redo"):
        s.redo()
    assert s.go(3).text == "Drei." and s.undo().number == 2 and s.redo().number == 3
    assert s.go(1).number == 1 and s.redo().number == 2 and s.redo().number == 3
    with pytest.raises(BaylingError, match="no revision 5; there are 4"):
        s.go(5)


def test_a_term_that_is_not_there_is_asked_for_again():
    s = session(
        "Der Kater schläft auf der Matte.",
        "Die Mieze schläft auf der Matte.",
        "Die Katze schläft auf der Matte.",
    )
    s.translate()
    revision = s.request(use_term("cat", "Katze", "de"))
    assert (revision.text, revision.attempts, revision.unmet) == ("Die Katze schläft auf der Matte.", 2, ())
    assert "Mieze" not in str(s.conversation)


def test_what_stays_undone_is_told():
    s = session("Der Kater schläft.", "Der Kater schläft tief.", "Der Kater schläft fest.")
    s.translate()
    revision = s.request(use_term("cat", "Katze", "de"))
    assert revision.unmet == ("“cat” is not translated as “Katze”",)
    assert revision.text == "Der Kater schläft tief."


@pytest.mark.parametrize("streamed", [False, True])
def test_a_word_that_a_model_does_not_replace_is_replaced(streamed):
    s = session(*["Der Kater schläft auf der Matte."] * 4)
    s.translate()
    if streamed:
        list(s.stream("Write “Teppich” instead of “Matte”."))
    else:
        s.request("Write “Teppich” instead of “Matte”.")
    assert (s.current.text, s.current.unmet) == ("Der Kater schläft auf der Teppich.", ())
    assert s.current.attempts == 2, "the model is asked first"


def test_what_a_model_adds_is_taken_out_and_what_it_gets_wrong_is_put_right():
    s = session(*["Wirklich, der Kater schläft 12 Stunden."] * 9, source="The cat sleeps 21 hours.")
    s.translate()
    assert s.request("“12” is wrong. The source has “21”.").text == "Wirklich, der Kater schläft 21 Stunden."
    assert s.request("Leave out “Wirklich,”; you made that up.").text == "Der Kater schläft 21 Stunden."


def test_the_form_of_address_is_checked_from_then_on():
    you = "Sind Sie sicher?"
    s = session(you, you, "Bist du sicher?", you, "Bist du dir ganz sicher?", source="Are you sure?")
    s.translate()
    assert s.request("Informal “you”, please.").text == "Bist du sicher?"
    assert s.request("genauer").text == "Bist du dir ganz sicher?"
    s = session(*["Bist du sicher?"] * 3, source="Are you sure?", register="formal")
    assert s.translate().unmet == ("it is not formal throughout",)
    assert said(s)[0][1] == "Address the reader formally.\n\nTranslate into German: Are you sure?"


def test_what_is_not_shorter_is_told():
    s = session("Der Kater schläft.", "Der Kater schlief.", "Kater schläft.")
    s.translate()
    assert s.request("Make it shorter.").text == "Kater schläft."
    s = session("Kater schläft.", *["Der Kater schläft jetzt."] * 3)
    s.translate()
    assert s.request("Make it shorter.").unmet == ("it is not shorter",)


def test_what_the_source_does_not_say_is_no_omission():
    s = session("Der Kater schläft.", "Der Kater schläft auf der Matte.")
    s.translate()
    assert s.request("You left out “the dog”.").unmet == ("the source does not say “the dog”",)


@pytest.mark.parametrize("streamed", [False, True])
def test_lines_that_a_model_runs_together_are_asked_one_by_one(streamed):
    letter = "Dear Ms Weber,\n\nthe cat sleeps.\nTom"
    answers = ["Liebe Frau Weber, die Katze schläft.", "Liebe Frau Weber,", "Die Katze schläft.", "Tom"]
    s = session(*answers, "Kurz.", source=letter)
    if streamed:
        pieces = list(s.stream())
        assert "".join(piece.text for piece in pieces if piece.attempt == 2) == s.current.text
    else:
        s.translate()
    assert s.current.text == "Liebe Frau Weber,\n\nDie Katze schläft.\nTom"
    assert (s.current.attempts, s.current.unmet) == (2, ())
    assert s.request("anders").unmet == ("its lines are 1, those of the source 3",)


def test_saying_the_term_alone_is_no_mending():
    s = session("Der Kater schläft auf der Matte.", "Das Tier schläft auf der Matte.", "Katze!")
    s.translate()
    assert s.request(use_term("cat", "Katze", "de")).text == "Das Tier schläft auf der Matte."


def test_an_answer_that_repeats_the_request_is_told():
    s = session("Der Kater schläft.", "shorter, please", "Translate “cat” as “Katze”.", "Die Katze schläft.")
    s.translate()
    assert s.request("Shorter, please!").unmet == ("it repeats the request",)
    s.undo()
    assert s.request(use_term("cat", "Katze", "de")).unmet == ("it repeats the request",)


def test_terms_stay_in_force_for_later_requests_until_the_language_changes():
    s = session(
        "Die Katze schläft auf der Matte.",
        "Die Katze ruht auf der Matte.",
        "Der Kater ruht auf der Matte.",
        "Die Katze ruht sich auf der Matte aus.",
        "Le chat dort sur le tapis.",
    )
    s.translate()
    s.request(use_term("cat", "Katze", "de"))
    revision = s.request("anders")
    assert (revision.text, revision.attempts) == ("Die Katze ruht sich auf der Matte aus.", 2)
    revision = s.request(retarget("french"))
    assert (revision.target_lang, revision.unmet) == ("fr", ())


def test_the_glossary_is_used_at_once_and_checked():
    s = session("Die Katze schläft.", glossary=[Term(source="cat", target="Katze", lang="de")])
    assert s.translate().unmet == ()
    assert "“Katze” for “cat”" in said(s)[0][1]


def test_lost_placeholders_and_numbers_are_asked_for():
    source = "Delete {name} and 120 more files?"
    s = session("120 weitere Dateien löschen?", "{name} und 120 weitere Dateien löschen?", source=source)
    assert s.translate().text == "{name} und 120 weitere Dateien löschen?"
    s = session(
        "{name} und mehr Dateien löschen?", *["{name} und weitere Dateien löschen?"] * 2, source=source
    )
    assert s.translate().unmet == ("the number 120 is missing",)
    s = session(*["{naam} en 120 bestanden?"] * 4, source=source)
    assert "{naam} is not in the source" in s.request(keep_placeholder("{name}")).unmet


def test_emphasis_that_is_lost_is_told():
    source = "Charge the *battery* of snake_case for _two_ weeks."
    kept = "Lade die *Batterie* von snake_case _zwei_ Wochen lang."
    assert session(kept, source=source).translate().unmet == ()
    for answer in (kept.replace("*B", "B"), kept.replace("_", ""), kept.replace("*", "**")):
        assert session(answer, source=source).translate().unmet == ("it is not emphasised as the source is",)


def test_an_answer_that_changes_nothing_is_told():
    s = session("Eins.", "Eins.")
    s.translate()
    assert s.request("formeller").unmet == ("nothing has changed",)


def test_free_words_may_change_the_language():
    spanish = "El gato duerme tranquilamente sobre la alfombra de la cocina."
    s = session("Die Katze schläft.", spanish, spanish + " Siempre.")
    s.translate()
    assert s.request("Mein Chef liest nur Spanisch").target_lang == "es"
    assert s.request("más largo").unmet == ()
    s.undo()
    s.undo()
    assert s.target_now == "de"


@pytest.mark.parametrize(
    "asked, answer, unmet",
    [
        ("My boss reads Spanish only", "El gato duerme tranquilamente sobre la alfombra.", ()),
        ("My boss reads Spanish only", "El gato duerme.", ()),  # too short to tell
        ("My boss reads this too", "El gato duerme tranquilamente sobre la alfombra.", ("it is not German",)),
        ("Give me the Spanish version", "El gato duerme.", ()),
    ],
)
def test_terms_of_one_language_are_not_held_against_another_that_free_words_ask_for(asked, answer, unmet):
    s = session("Die Katze schläft.", answer, glossary=[Term(source="cat", target="Katze", lang="de")])
    s.translate()
    revision = s.request(asked)
    assert (revision.text, revision.unmet, revision.attempts) == (answer, unmet, 1)


def test_terms_stay_in_force_where_the_answer_to_words_that_name_a_language_is_in_the_old_one():
    s = session(
        "Die Katze schläft.",
        *["Der Kater schläft ruhig auf dem weichen Teppich in der Küche."] * 2,
        glossary=[Term(source="cat", target="Katze", lang="de")],
    )
    s.translate()
    assert s.request("Not as in Spanish, please").unmet == ("“cat” is not translated as “Katze”",)


def test_streaming_gives_the_same_revision_and_a_listener_that_leaves_changes_nothing():
    answers = "Der Kater schläft auf der Matte.", "Die Katze schläft auf der Matte."
    glossary = [Term(source="cat", target="Katze", lang="de")]
    whole, streamed = (session(*answers, glossary=glossary) for _ in range(2))
    whole.translate()
    pieces = list(streamed.stream())
    assert streamed.current == whole.current
    assert [(piece.text, piece.attempt) for piece in pieces] == [(answers[0], 1), (answers[1], 2)]
    left = session(*answers)
    next(left.stream())
    assert left.current is None and left.revisions == []


def test_empty_answers_requests_and_sources_are_refused():
    s = session("")
    with pytest.raises(BaylingError, match="empty answer"):
        s.translate()
    assert s.revisions == []
    with pytest.raises(BaylingError, match="request is empty"):
        session("Eins.").request("  ")
    with pytest.raises(BaylingError, match="no letter"):
        session(source="42 !")


def test_a_session_is_saved_and_goes_on(tmp_path):
    glossary = [Term(source="cat", target="Katze", lang="de")]
    s = session("Die Katze.", "Eine Katze.", "Katze!", glossary=glossary, register="formal")
    s.translate()
    s.request("a")
    s.undo()
    s.save(tmp_path / "s.json")
    again = Session.load(tmp_path / "s.json", engine=s.engine)
    assert again.conversation == s.conversation and again.revisions == s.revisions
    assert (again.glossary, again.register, again.source_lang) == (tuple(glossary), "formal", "en")
    assert again.redo().text == "Eine Katze."
    again.save(tmp_path / "again.json")
    s.redo()
    s.save(tmp_path / "s.json")
    assert (tmp_path / "s.json").read_bytes() == (tmp_path / "again.json").read_bytes()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 2}, "version"),
        ({"format": "other"}, "format"),
        ({"surplus": 1}, "surplus"),
        ({"revisions": [{}]}, "revisions.0.number"),
        ({"current": 3}, "no revision 3"),
        ({"tip": None}, "does not lead"),
        ({"target_lang": "xx"}, "unknown language"),
    ],
)
def test_a_file_that_is_no_session_is_refused(tmp_path, change, said):
    s, path = session("Eins."), tmp_path / "s.json"
    s.translate()
    s.save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(BaylingError, match=said) as error:
        Session.load(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\xff", "[]"])
def test_files_that_are_no_json_are_refused(tmp_path, text):
    path = tmp_path / "s.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BaylingError, match=r"s\.json"):
        Session.load(path)


def test_revisions_that_do_not_hang_together_are_refused(tmp_path):
    s, path = session("Eins.", "Zwei."), tmp_path / "s.json"
    s.request("a")
    s.save(path)
    for number, parent in ((1, 2), (2, 2), (2, 3)):
        state = json.loads(path.read_text())
        state["revisions"][number - 1]["parent"] = parent
        (tmp_path / "bad.json").write_text(json.dumps(state))
        with pytest.raises(BaylingError, match=f"revision {number}"):
            Session.load(tmp_path / "bad.json")


def test_a_change_by_hand_is_a_revision_that_the_model_is_told_of():
    s = session("Der Akku ist leer.", "Der Speicher ist ganz leer.", source="The battery is empty.")
    s.translate()
    edited = s.edit(" Der Speicher ist leer.\n")
    assert (edited.text, edited.attempts, edited.request.kind) == ("Der Speicher ist leer.", 0, "edit")
    assert edited.request.text == "Write “Speicher” instead of “Akku”."
    s.request("say that it is quite empty")
    assert [turn.content for turn in s.conversation[2:4]] == [edited.request.text, edited.text]
    assert Session.restore(s.state).undo().text == "Der Speicher ist leer."
    with pytest.raises(BaylingError, match="nothing to change"):
        s.edit(" ")


def test_of_a_long_text_changed_by_hand_at_its_ends_the_model_is_not_told_the_whole():
    middle = "Noch ein Satz. " * 40
    s = session(f"Ein Akku. {middle}Leer.", source="A battery.")
    s.translate()
    asked = s.edit(f"Ein Speicher. {middle}Ganz leer.").request.text
    assert asked == "Write “Speicher” instead of “Akku”. Write “Ganz leer” instead of “Leer”."


def test_a_memory_is_taken_from_or_shown_and_reported():
    memory = Memory([Unit("The cat sleeps on the mat.", "Die Katze schläft auf der Matte.")])
    exact = session(memory=memory)
    pieces = list(exact.stream())
    assert [piece.text for piece in pieces] == ["Die Katze schläft auf der Matte."]
    assert (exact.current.likeness, exact.current.attempts) == (100, 0)
    near = session("Der Hund schläft auf der Matte.", source="The cow sleeps on the mat.", memory=memory)
    assert 75 <= near.translate().likeness < 100
    assert said(near)[1] == ("assistant", "Die Katze schläft auf der Matte.") and len(said(near)) == 3
    none = session("Etwas anderes.", source="Something else entirely.", memory=memory)
    assert none.translate().likeness == 0 and len(said(none)) == 1


def test_what_the_memory_lacks_is_told():
    memory = Memory([Unit("The cat sleeps on the mat.", "Die Katze schläft auf der Matte.")])
    terms = [Term(source="cat", target="Kater", lang="de")]
    assert "Kater" in session(memory=memory, glossary=terms).translate().unmet[0]


def test_a_stream_that_loops_is_stopped_and_asked_for_again_as_a_whole_answer_is():
    looped, well = "immer und immer wieder " * 20, "Die Katze schläft auf der Matte."

    class Stuck(Scripted):
        def stream(self, conversation, options):
            free = options.repetition_penalty > 1 and "good" in conversation[0].content
            yield from (f"{word} " for word in (well if free else looped).split())

    for source, text, attempts in (
        ("The good cat sleeps.", well, [1, 2]),
        ("The bad cat sleeps.", looped.strip(), [1, 2, 3]),  # no way out of it: as it came, and whole
    ):
        stuck = Session(source, "de", "en", engine=Stuck(None))
        pieces = [piece.attempt for piece in stuck.stream()]
        assert sorted(set(pieces)) == attempts
        assert pieces.count(1) < len(looped.split()) / 2
        assert stuck.current.text == text
    repeating = Session("Bad cat! " * 20, "de", "en", engine=Stuck(None))  # and so may its translation
    assert {piece.attempt for piece in repeating.stream()} == {1}


def test_of_a_long_line_the_model_is_told_the_newest_end():
    answers = [f"Antwort {number} {'Wort ' * 150}".strip() for number in range(12)]
    s = session(*answers)
    s.translate()
    for number in range(11):
        s.request(f"request {number}")
    turns = said(s)
    assert sum(len(content.encode()) for _, content in turns) < 5000
    assert turns[0][1].endswith("The cat sleeps on the mat.") and turns[-1] == ("user", "request 10")
    assert [content for _, content in turns[2::2]] == [f"request {number}" for number in (6, 7, 8, 9, 10)]
    assert [content for _, content in turns[1::2]] == answers[6:11]


def test_a_long_line_that_changed_its_language_begins_in_the_new_one():
    answers = [f"Antwort {'Wort ' * 300}".strip(), *(f"Réponse {n} {'mot ' * 300}".strip() for n in range(5))]
    s = session(*answers, register="formal")
    s.translate()
    s.request(retarget("fr"))
    for number in range(4):
        s.request(f"request {number}")
    assert "French" in said(s)[0][1] and "German" not in str(said(s))
    assert "formal" in said(s)[0][1]


def test_a_source_in_no_known_language_is_translated_and_exported():
    terms = [Term(source="xyz", target="Abc", lang="de")]
    s = Session("xyz", "de", engine=Scripted(lambda turns: "Abc"), glossary=terms)
    assert s.source_lang is None and s.conversation == ()
    assert s.translate().unmet == ()
    assert s.exported("tsv") == b"und\tde\nxyz\tAbc\n"


def test_there_is_nothing_to_change_before_the_first_translation():
    with pytest.raises(BaylingError, match="translate first"):
        list(session("Eins.").stream("shorter"))
    with pytest.raises(BaylingError, match="nothing to change"):
        session("Eins.").edit("Zwei.")
