"""The commands as a user types them, with a real model that is tiny and untrained."""

import subprocess
import sys
from pathlib import Path

import pytest

from bayling.cli import main
from tests.faulty_server import serve


@pytest.fixture
def bayling(monkeypatch, capsys, tmp_path, own_home):
    """Runs the command line: arguments to exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def bayling(*arguments):
        monkeypatch.setattr("sys.argv", ["bayling", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        shown = capsys.readouterr()
        return end.value.code, shown.out, shown.err

    return bayling


def test_a_file_is_translated_by_a_real_model_alike_in_one_go_and_in_two(bayling, tiny_foundation):
    Path("in.txt").write_text("The battery is empty.\n\nIs the battery empty?\n" * 3, encoding="utf-8")
    translate = ("translate", "in.txt", "--from", "en", "--to", "de,es", "--model", tiny_foundation)
    code, out, err = bayling(*translate, "-o", "one/")
    assert (code, out) == (0, "")
    assert "one/in.es.txt: 6 segments from English" in err
    lines = Path("one/in.de.txt").read_text(encoding="utf-8").split("\n")
    assert len(lines) == 10 and lines[1] == "" and lines[:3] == lines[3:6]
    assert bayling(*translate, "-o", "two/")[0] == 0
    for lang in ("de", "es"):
        assert Path(f"one/in.{lang}.txt").read_bytes() == Path(f"two/in.{lang}.txt").read_bytes()


def test_words_are_translated_and_a_chat_streams_the_same(bayling, tiny_foundation, monkeypatch):
    import io

    code, out, _ = bayling("translate", "The", "battery.", "--to", "de", "--model", tiny_foundation)
    assert code == 0 and out.strip()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"The battery.\n")))
    code, streamed, err = bayling("chat", "--to", "german", "--model", tiny_foundation)
    assert code == 0 and str(tiny_foundation) in err.splitlines()[0]
    # A stream shows no half of a character, in which an answer of so many tokens may end.
    assert streamed.split() == out.rstrip().rstrip("\ufffd").split()


def test_a_dry_run_needs_no_model_and_writes_nothing(bayling, tmp_path):
    Path("in.txt").write_text("one two\none two\n\nthree\n", encoding="utf-8")
    code, out, err = bayling(
        "translate", "in.txt", "--to", "de,fr", "--from", "en", "-o", "{lang}/{name}", "--dry-run"
    )
    assert (code, err) == (0, "")
    assert (
        "in.txt into de: 3 segments (2 different), 5 words, 19 characters, to de/in.txt" in out.splitlines()
    )
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["in.txt"]


def test_columns_are_named_with_or_without_spaces_between(bayling):
    Path("in.csv").write_text("a, b,c\nOne cat,Two cats,Three cats\n", encoding="utf-8")
    for columns in ("a,b", "a, b", " b ,a,"):
        code, out, _ = bayling(
            "translate", "in.csv", "--to", "de", "--from", "en", "--columns", columns, "--dry-run"
        )
        assert code == 0 and "2 segments" in out
    code, _, err = bayling("translate", "in.csv", "--to", "de", "--columns", "a, d", "--dry-run")
    assert (code, err) == (2, "bayling: in.csv: no column 'd'; its first line names a, b, c\n")


def test_a_comma_too_many_names_no_language_and_no_language_is_an_error(bayling):
    Path("in.txt").write_text("The battery.\n", encoding="utf-8")
    translate = ("translate", "in.txt", "--from", "en", "--dry-run")
    code, told, err = bayling(*translate, "--to", "de")
    assert (code, err) == (0, "") and bayling(*translate, "--to", "de, ") == (0, told, "")
    code, _, err = bayling(*translate, "--to", ",")
    assert code == 2 and "--to: name one at least" in err


def test_an_unknown_language_names_the_nearest(bayling):
    code, _, err = bayling("translate", "hello", "--to", "swahilli")
    assert (code, err) == (2, "bayling: unknown language 'swahilli'; did you mean 'swahili'?\n")


def test_importing_sessions_loads_nothing_heavy():
    code = (
        "import sys, bayling; assert 'pydantic' not in sys.modules; bayling.Session;"
        "print(*{'torch', 'transformers', 'ctranslate2', 'pyarrow'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "\n"


def test_a_file_is_translated_by_a_server_and_goes_on_where_it_was(bayling):
    Path("in.txt").write_text("".join(f"Line {number}.\n" for number in range(100)), encoding="utf-8")
    broken = ["400"]

    def answer(question):
        return question.partition(": ")[2].upper()

    def fault(question, number):
        return broken[0] if "Line 99" in question else None

    with serve(answer, fault) as server:
        model = f"{server.address}#small"
        translate = ("translate", "in.txt", "--from", "en", "--to", "de", "--model", model, "-o", "out.txt")
        code, _, err = bayling(*translate)
        assert code == 2 and "status 400" in err and err.count("\n") == 1
        broken[0] = None
        asked = len(server.bodies)
        assert bayling(*translate)[0] == 0
        assert len(server.bodies) - asked < 100, "what was done is done again"
    wanted = "".join(f"LINE {number}.\n" for number in range(100))
    assert Path("out.txt").read_text(encoding="utf-8") == wanted


def test_what_the_model_before_gave_at_the_same_address_is_asked_anew(bayling):
    Path("in.txt").write_text("".join(f"Line {number}.\n" for number in range(100)), encoding="utf-8")
    with serve(
        lambda question: "Erste.", lambda question, _: "400" if "Line 99" in question else None
    ) as server:
        model = f"{server.address}#small"
        translate = ("translate", "in.txt", "--from", "en", "--to", "de", "--model", model, "-o", "out.txt")
        server.told = {"root": "/models/first"}
        assert bayling(*translate)[0] == 2
        server.told = {"root": "/models/second"}
        server.answer, server.fault = (lambda question: "Zweite."), (lambda question, number: None)
        assert bayling(*translate)[0] == 0
    assert set(Path("out.txt").read_text(encoding="utf-8").splitlines()) == {"Zweite."}
