import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from bayling.errors import BaylingError
from bayling.translate import chat as module
from bayling.translate.chat import Chat, begin, commands, converse
from bayling.translate.session import Session
from tests.evaluate.engine import Scripted

ANSWERS = {
    "Translate into German: The cat sleeps.": "Der Kater schläft.",
    "Translate into German: The dog sleeps.": "Der Hund schläft.",
    "Translate “cat” as “Katze”.": "Die Katze schläft.",
    "Now into French.": "Le chat dort.",
    "ausführlicher": "Die Katze schläft tief und fest.",
}


class FromPipe(io.TextIOWrapper):
    """Standard input that is no terminal."""


@pytest.fixture
def talk(monkeypatch, capsys):
    """Talks to a chat through a pipe: what it is told, to what it says and whether all went well."""

    def talk(*lines, to="de", source_lang="en", engine=None):
        typed = "\n".join(lines).encode() if isinstance(lines[0], str) else b"\n".join(lines)
        monkeypatch.setattr("sys.stdin", FromPipe(io.BytesIO(typed)))
        chat = Chat(engine or Scripted(lambda turns: ANSWERS[turns[-1].content]), to, source_lang)
        well = converse(chat)
        shown = capsys.readouterr()
        return SimpleNamespace(chat=chat, well=well, out=shown.out.splitlines(), err=shown.err)

    return talk


def test_an_exchange_through_a_pipe_gives_translations_and_nothing_else(talk):
    said = talk("The cat sleeps.", "/term cat = Katze", "", "ausführlicher")
    assert said.out == ["Der Kater schläft.", "Die Katze schläft.", "Die Katze schläft tief und fest."]
    assert said.err == "" and said.well
    assert [turn.role for turn in said.chat.session.conversation] == ["user", "assistant"] * 3


def test_a_term_that_was_agreed_on_holds_for_the_next_texts(talk):
    agreed = "From now on, always translate “cat” as “Katze”."

    asked = []

    def rule(turns):
        asked.append(turns[0].content)
        return "Die Katze schläft." if "sleeps" in turns[0].content else "Die Katze frisst."

    talk("The cat sleeps.", agreed, "/source The cat eats.", "/source The dog eats.", engine=Scripted(rule))
    assert "“Katze” for “cat”" in asked[-2] and "Katze" not in asked[-1]


def test_undo_redo_go_and_compare(talk):
    said = talk("The cat sleeps.", "/term cat = Katze", "/undo", "/redo", "/compare", "/go 1", "/compare 1 2")
    assert said.out == [
        "Der Kater schläft.",
        "Die Katze schläft.",
        "Der Kater schläft.",
        "Die Katze schläft.",
        "[-Der-]{+Die+} [-Kater-]{+Katze+} schläft.",
        "Der Kater schläft.",
        "[-Der-]{+Die+} [-Kater-]{+Katze+} schläft.",
    ]


def test_revisions_are_listed_with_their_origin(talk):
    said = talk("The cat sleeps.", "/term cat = Katze", "/undo", "/to fr", "/revisions")
    assert said.out[-6:] == [
        "  1 [de] translation",
        "    Der Kater schläft.",
        "  2 from 1 [de] Translate “cat” as “Katze”.",
        "    Die Katze schläft.",
        "* 3 from 1 [fr] Now into French.",
        "    Le chat dort.",
    ]


def test_languages_can_be_named_first_and_another_text_begins_anew(talk):
    said = talk(
        "The cat sleeps.",
        "/to german",
        "/from english",
        "The cat sleeps.",
        "/source The dog sleeps.",
        to=None,
    )
    assert said.out == ["Der Kater schläft.", "Der Hund schläft."]
    notes = ["into which language? /to LANGUAGE", "into German", "from English"]
    assert said.err.splitlines() == notes and not said.well
    assert len(said.chat.session.revisions) == 1


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("/nothing", "no command /nothing; /help lists them"),
        ("/to klingon", "unknown language 'klingon'"),
        ("/undo", "nothing is translated yet"),
        ("/term cat", "write /term WORD = TRANSLATION"),
        ("/load none.json", "none.json: no such file"),
        ("/save", "name a file"),
        ("/glossary none.tsv", "none.tsv: no such file"),
        ("/export a.tmx", "nothing is translated yet"),
    ],
)
def test_a_fault_is_told_in_a_line_and_the_chat_goes_on(talk, line, error):
    said = talk(line, "The cat sleeps.")
    assert said.err.startswith(error) and said.err.count("\n") == 1
    assert said.out == ["Der Kater schläft."] and not said.well


def test_a_session_is_kept_and_goes_on_and_other_files_are_left_alone(talk, tmp_path):
    path, other = tmp_path / "s.json", tmp_path / "other.txt"
    other.write_text("mine")
    talk("The cat sleeps.", f"/save {path}")
    said = talk(f"/load {path}", "/term cat = Katze", f"/save {path}", f"/save {other}")
    assert said.out == ["Der Kater schläft.", "Die Katze schläft."]
    assert f"saved to {path}" in said.err
    assert "exists and is no session" in said.err and other.read_text() == "mine"
    said = talk(f"/load {path}", "/source", "The dog sleeps.", to=None)
    assert said.out == ["Die Katze schläft.", "Der Hund schläft."] and said.well


@pytest.mark.parametrize("name", ["there.txt/s.json", "~nobody.at.all/s.json", f"{'long' * 100}.json"])
def test_a_name_that_no_file_can_have_costs_no_session(talk, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path("there.txt").touch()
    for command in ("save", "export", "load", "glossary"):
        said = talk("The cat sleeps.", f"/{command} {name.replace('json', 'tsv')}", "/term cat = Katze")
        assert said.out == ["Der Kater schläft.", "Die Katze schläft."]
        assert name.partition(".")[0] in said.err and not said.well


def test_a_number_that_is_none_is_refused(talk):
    assert talk("The cat sleeps.", "/go x").err.startswith("x is not a revision's number")
    assert talk("The cat sleeps.", "/go 2").err.startswith("no revision 2; there are 1")


def test_a_first_translation_has_nothing_to_be_compared_with(talk):
    said = talk("The cat sleeps.", "/compare", "/term cat = Katze", "/undo", "/compare", "/compare 2")
    assert said.err.count("there is one revision only") == 2
    assert said.out[-1] == "[-Die-]{+Der+} [-Katze-]{+Kater+} schläft."


def test_a_glossary_needs_the_language_of_the_text(talk, tmp_path):
    terms = tmp_path / "terms.tsv"
    terms.write_text("en\tde\tfr\ncat\tKatze\tchat\n", encoding="utf-8")
    engine = Scripted(lambda turns: "Die Katze schläft.")
    said = talk(f"/glossary {terms}", "xyz", "/from en", "The cat sleeps.", source_lang=None, engine=engine)
    assert said.err.startswith("which language is the text in? /from LANGUAGE")
    assert said.out == ["Die Katze schläft."] and said.chat.session.glossary[0].target == "Katze"
    with pytest.raises(BaylingError, match=r"no\.tsv: no such file"):
        begin("no model", None, None, tmp_path / "no.tsv")


def test_a_text_that_is_not_recognised_is_in_the_glossary_s_other_language(talk, tmp_path):
    terms = tmp_path / "terms.tsv"
    terms.write_text("en\tde\ncat\tKatze\n", encoding="utf-8")
    engine = Scripted(lambda turns: "Die Katze.")
    said = talk(f"/glossary {terms}", "The cat.", source_lang=None, engine=engine)
    assert (said.out, said.err) == (["Die Katze."], "")
    assert (said.chat.session.source_lang, said.chat.session.glossary[0].target) == ("en", "Katze")


def test_a_language_that_the_package_s_model_did_not_learn_is_told(talk):
    chat = talk("/to german").chat
    chat.model = "nano"
    for line, said in (("/to sw", "nano did not learn Swahili; expect little"), ("/to pt-BR", "into")):
        chat.screen.note = (heard := []).append
        chat.take(line)
        assert heard[0].startswith(said)


def test_what_a_model_says_cannot_steer_the_terminal(talk, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    said = talk("The cat sleeps.", engine=Scripted(lambda turns: "Der\x1b[2J Kater\x07\u202e"))
    assert said.out == ["Der[2J Kater"]


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("NO_COLOR", "")])
def test_colours_are_left_out_where_they_are_not_wanted(talk, monkeypatch, name, value):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
    said = talk("The cat sleeps.", "/term cat = Katze", "/compare", "/from en")
    if value:
        assert said.out[-1] == "[-Der-]{+Die+} [-Kater-]{+Katze+} schläft."
        assert said.err == "from English\n"
    else:
        assert "\x1b[32mKatze\x1b[0m" in said.out[-1] and said.err == "\x1b[2mfrom English\x1b[0m\n"


def test_quit_ends_it_and_help_lists_every_command(talk):
    said = talk("/help", "/quit", "The cat sleeps.")
    assert said.out == []
    assert all(f"/{name} " in said.err for name in commands())


def test_ctrl_c_leaves_and_keeps_what_was_there(talk):
    def rule(turns):
        if len(turns) > 1:
            raise KeyboardInterrupt
        return "Der Kater schläft."

    said = talk("The cat sleeps.", "shorter", "longer", engine=Scripted(rule))
    assert said.err == "stopped\n" and len(said.chat.session.revisions) == 1 and not said.well


def test_ctrl_c_at_a_terminal_stops_an_answer_and_the_chat_goes_on(monkeypatch, capsys):
    lines, answers = ["The cat sleeps.", "shorter", "other words"], ["Eins.", KeyboardInterrupt(), "Zwei."]

    def rule(turns):
        answer = answers.pop(0)
        if isinstance(answer, KeyboardInterrupt):
            raise answer
        return answer

    def typed(prompt):
        if not lines:
            raise EOFError
        return lines.pop(0)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", typed)
    chat = Chat(Scripted(rule), "de", "en")
    assert converse(chat)
    assert capsys.readouterr().out.split() == ["Eins.", "Zwei."]
    assert [revision.text for revision in chat.session.line] == ["Eins.", "Zwei."]


def test_bytes_that_a_terminal_does_not_know_are_taken_as_utf8(monkeypatch):
    typed = iter(["S\udcc3\udcbc\udcc3\udc9f.", "k\udcfcrzer"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(typed))
    lines = module._typed()
    assert (next(lines), next(lines)) == ("Süß.", "k\ufffdrzer")


def test_input_that_is_not_utf8_is_told_with_its_line(talk):
    with pytest.raises(BaylingError, match="line 2 is not UTF-8"):
        talk(b"The cat sleeps.", b"k\xfcrzer")


def test_a_text_that_was_not_translated_is_not_what_the_next_line_is_about(talk):
    answers = ["", "Der Hund schläft."]
    said = talk("The cat sleeps.", "The dog sleeps.", engine=Scripted(lambda turns: answers.pop(0)))
    assert "empty answer" in said.err and said.out == ["Der Hund schläft."]
    assert len(said.chat.session.revisions) == 1 and said.chat.session.source == "The dog sleeps."


@pytest.mark.parametrize("fault", ["no letter", "empty", "stopped", "no language"])
def test_a_text_that_cannot_be_translated_leaves_the_one_before(monkeypatch, capsys, fault):
    def rule(turns):
        if "dog" in turns[-1].content and fault == "stopped":
            raise KeyboardInterrupt
        return "" if "dog" in turns[-1].content else ANSWERS[turns[-1].content]

    chat = Chat(Scripted(rule), "de", "en")
    chat.take("The cat sleeps.")
    if fault == "no language":
        chat.target_lang = None
    try:
        chat.take("/source 123" if fault == "no letter" else "/source The dog sleeps.")
    except KeyboardInterrupt:
        assert fault == "stopped"
    chat.take("/term cat = Katze")
    assert [revision.text for revision in chat.session.line] == ["Der Kater schläft.", "Die Katze schläft."]
    assert chat.session.source == "The cat sleeps." and chat.agreed == ()


def test_a_session_is_not_saved_over_that_of_another_text(talk, tmp_path):
    path = tmp_path / "s.json"
    said = talk("The cat sleeps.", f"/save {path}", "/source The dog sleeps.", f"/save {path}")
    assert f"{path}: exists and is the session of another text; give another name" in said.err
    assert Session.load(path).source == "The cat sleeps."


def test_a_glossary_is_used_from_the_first_text_on_and_a_change_by_hand_is_kept(talk, tmp_path):
    terms, out = tmp_path / "terms.tsv", tmp_path / "out.tsv"
    terms.write_text("en\tde\ncat\tKatze\n", encoding="utf-8")
    heard = []

    def rule(turns):
        heard.append(turns[-1].content)
        return "Die Katze schläft."

    told = talk(
        f"/glossary {terms}",
        "The cat sleeps.",
        "/edit Die Katze ruht.",
        f"/export {out}",
        f"/export {out}",
        engine=Scripted(rule),
    )
    assert "Katze" in heard[0] and told.out == ["Die Katze schläft.", "Die Katze ruht."]
    assert out.read_text(encoding="utf-8") == "en\tde\nThe cat sleeps.\tDie Katze ruht.\n"
    assert f"{out}: exists" in told.err
