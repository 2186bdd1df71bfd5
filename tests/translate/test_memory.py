from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.translate.jobs import perform, plan, report
from bayling.translate.memory import read_memory
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
