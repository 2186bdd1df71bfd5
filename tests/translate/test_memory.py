from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.translate.asking import ask_all
from bayling.translate.jobs import perform, plan, report
from bayling.translate.memory import NEAREST, Match, Memory, read_memory
from bayling.translate.work import Direction
from tests.evaluate.engine import Scripted
from tests.translate.doubles import Double

TSV = "en\tde\nOpen the file\tDatei öffnen\nClose the window now\tJetzt das Fenster schließen\n"
TMX = """<tmx version="1.4"><header srclang="en" segtype="sentence" adminlang="en" creationtool="x"
creationtoolversion="1" o-tmf="x" datatype="plaintext"/><body><tu><tuv xml:lang="en"><seg>Open the file</seg></tuv>
<tuv xml:lang="de"><seg>Datei öffnen</seg></tuv></tu></body></tmx>"""


@pytest.fixture(autouse=True)
def inside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("memory.tsv").write_text(TSV, encoding="utf-8")
    Path("memory.tmx").write_text(TMX, encoding="utf-8")


def test_exact_and_near_matches():
    for name in ("memory.tsv", "memory.tmx"):
        memory = read_memory(Path(name), "en", "de")
        assert memory.exact(" Open  the file") == "Datei öffnen"
        assert memory.exact("Open the files") is None
        assert memory.near("Open the files").target == "Datei öffnen"
        assert memory.near("Open the files").likeness > 90
        assert memory.near("Something else entirely") is None


@pytest.mark.parametrize(
    ("source", "target", "text", "said"),
    [
        (
            "Click <b>here</b>.",
            "Klicken Sie <b>hier</b>.",
            "Click <g1>here</g1>.",
            "Klicken Sie <g1>hier</g1>.",
        ),
        ("One<br>two", "Eins<br>zwei", "One<x1/>two", "Eins<x1/>zwei"),
        (
            '<a href="a">One</a>, <a href="b">two</a>',
            '<a href="b">Zwei</a>, <a href="a">eins</a>',
            "<g1>One</g1>, <g2>two</g2>",
            "<g2>Zwei</g2>, <g1>eins</g1>",
        ),
        ("<b>One</b>, <b>two</b>", "<b>Zwei</b>, <b>eins</b>", "<g1>One</g1>, <g2>two</g2>", None),
        ("<b>One</b>", "<i>Eins</i>", "<g1>One</g1>", None),
        ("<b>One</b>", "<b>Eins</b>", "<x1/>One<x2/>", None),
        ("One </b>", "Eins </b>", "One </g1>", "Eins </g1>"),
        ("One", "Eins", "one", None),
    ],
)
def test_a_unit_with_other_tags_is_the_text_where_they_fit_it(source, target, text, said):
    memory = Memory([Match(source, target, 100)])
    assert memory.exact(text) == said
    assert memory.near(text).likeness == (NEAREST if said is None else 100)


def test_a_near_match_has_the_tags_of_the_text_or_none():
    memory = Memory([Match("Open <b>the</b> file", "<b>Die</b> Datei öffnen", 100)])
    assert memory.near("OPEN <g1>A</g1> FILE").target == "<g1>Die</g1> Datei öffnen"
    assert memory.near("Open the files").target == "Die Datei öffnen"


def test_many_texts_are_looked_for_at_once(monkeypatch):
    monkeypatch.setattr("bayling.translate.memory.COMPARED", 4)
    units = [Match(f"Open the {word}", word, 100) for word in ("window", "folder", "drawer", "parcel")]
    texts = [f"open the {word}s" for word in ("folder", "parcel", "window", "drawer")]
    memory = Memory(units)
    memory.look_up(["<b></b>", "Something else entirely", *texts])
    monkeypatch.setattr("rapidfuzz.process.cdist", None)
    assert [memory.near(text).target for text in texts] == ["folder", "parcel", "window", "drawer"]
    assert memory.near("<b></b>") is memory.near("Something else entirely") is None


def test_a_memory_of_other_languages_is_refused():
    with pytest.raises(BaylingError, match=r"memory\.tsv"):
        read_memory(Path("memory.tsv"), "en", "fr")


def test_what_is_known_is_not_asked_and_what_is_like_it_is_shown(capsys):
    class Listening(Double):
        def generate(self, conversations, options=None, done=None):
            self.asked = conversations
            return super().generate(conversations)

    Path("in.txt").write_text("Open the file\nOpen the files\nNothing alike here\n", encoding="utf-8")
    [job] = plan(["in.txt"], ["de"], source_lang="en", memory=Path("memory.tsv"), out="out.txt")
    assert "1 in the memory, 1 like one in it" in job.describe()
    translator = Listening()
    report(job, perform(job, translator))
    assert Path("out.txt").read_text(encoding="utf-8").splitlines()[0] == "Datei öffnen"
    near, other = sorted(translator.asked, key=len, reverse=True)
    assert len(translator.asked) == 2 and len(other) == 1
    assert "Open the file" in near[0].content and near[1].content == "Datei öffnen"
    assert "1 taken from the memory, 1 after one like it" in capsys.readouterr().err


def test_a_unit_that_is_like_a_long_text_and_none_of_its_parts_is_not_told_as_used(capsys):
    text = " ".join(f"This is sentence number {number} of a long paragraph." for number in range(30))
    Path("in.txt").write_text(f"{text}\n", encoding="utf-8")
    Path("memory.tsv").write_text(f"en\tde\n{text} End.\tLang.\n", encoding="utf-8")
    [job] = plan(["in.txt"], ["de"], source_lang="en", memory=Path("memory.tsv"), out="out.txt")
    report(job, perform(job, Double()))
    assert "0 taken from the memory, 0 after one like it" in capsys.readouterr().err


def test_a_number_of_the_example_does_not_stay_in_the_answer():
    memory = Memory(
        [Match("Turn the screw 3 turns to the left.", "Drehen Sie die Schraube 3 Umdrehungen nach links.", 0)]
    )
    direction = Direction("en", "de", memory=memory)
    for text, made, unmet in (
        ("Turn the screw 5 turns to the left.", "Drehen Sie die Schraube 5 Umdrehungen nach links.", ()),
        ("Turn the screw some turns to the left.", memory.exact("Turn the screw 3 turns to the left."),
         ("the number 3 is that of another text",)),
    ):  # fmt: skip
        [answer] = ask_all(Scripted(lambda turns: turns[1].content), [direction.steps(text)])
        assert (answer.text, answer.unmet) == (made, unmet)
