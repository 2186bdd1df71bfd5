import io
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.translate.glossary import Term
from bayling.translate.jobs import perform, place, plan, report, warn
from bayling.translate.memory import Match, Memory
from bayling.translate.work import BATCH, Direction
from tests.translate.documents.test_office import docx
from tests.translate.doubles import Double


@pytest.fixture(autouse=True)
def inside(tmp_path, monkeypatch):
    """Every test works in a folder of its own."""
    monkeypatch.chdir(tmp_path)


def write(name, text):
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def outs(jobs):
    return [str(job.out) for job in jobs]


def test_lines_stay_parallel_and_all_around_them_stays_as_it_was():
    write("in.txt", "\ufeffone\r\n\n  two\t\nthree 3\n\n42\n—\nlast \u00a0")
    [job] = plan(["in.txt"], ["de"], source_lang="en", out="out.txt")
    perform(job, Double())
    text = Path("out.txt").read_bytes().decode()
    assert text == "\ufeffONE [4]\r\n\n  TWO [4]\t\nTHREE 3 [4]\n\n42\n—\nLAST [4] \u00a0"


def test_each_text_is_asked_once_in_batches_of_like_length():
    write("in.txt", "\n".join(f"{'x' * (number % 50 + 1)} a" for number in range(200)))
    [job] = plan(["in.txt"], ["de"], source_lang="en", out="out.txt")
    translator = Double()
    perform(job, translator)
    assert translator.batches == [BATCH, 50 - BATCH]


def test_an_answer_of_several_lines_stays_one_line():
    write("in.txt", "one\ntwo\n")
    [job] = plan(["in.txt"], ["de"], source_lang="en", out="out.txt")
    translator = Double()
    translator.generate = lambda conversations, options: ["a\n\nb"] * len(conversations)
    perform(job, translator)
    assert Path("out.txt").read_text() == "a b\na b\n"


def test_where_outputs_go():
    for name in ("a/notes.txt", "b/other.md"):
        write(name, "one")
    assert outs(plan(["a/notes.txt"], ["de"], out="x.txt")) == ["x.txt"]
    assert outs(plan(["a/notes.txt"], ["de"], out="x/")) == ["x/notes.de.txt"]
    assert outs(plan(["a/notes.txt"], ["german", "zh"], out="x")) == ["x/notes.de.txt", "x/notes.zh-Hans.txt"]
    assert outs(plan(["a/notes.txt"], ["de", "fr"], out="x.{lang}.txt")) == ["x.de.txt", "x.fr.txt"]
    assert outs(plan(["a/notes.txt"], ["de", "fr"], out="{lang}/")) == ["de/notes.de.txt", "fr/notes.fr.txt"]
    pattern = plan(["a/notes.txt", "b/other.md"], ["de"], out="{lang}/{name}")
    assert outs(pattern) == ["de/notes.txt", "de/other.md"]
    assert outs(plan(["a/notes.txt"], ["de", "de-DE"], out="x.txt")) == ["x.txt"]


def test_of_many_files_the_glossary_and_the_memory_are_read_once_for_a_language():
    names = [write(f"{number}.txt", "The battery is empty.") for number in range(3)]
    terms, units = (Path(write(f"{name}.tsv", "en\tde\nbattery\tAkku\n")) for name in ("terms", "memory"))
    jobs = plan(names, ["de"], source_lang="en", glossary=terms, memory=units, out="out/")
    assert (
        len({id(job.direction.memory) for job in jobs})
        == len({id(job.direction.glossary) for job in jobs})
        == 1
    )


def test_places_of_many_files_are_found_in_time():
    names = [f"{number}.md" for number in range(1000)]
    started = time.process_time()
    assert len(place(names, ["de", "fr"], "out/", force=False)) == 2000
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("given", "options", "said"),
    [
        (["in.txt"], {"out": "in.txt"}, "this is the input"),
        (["in.txt"], {"out": "./in.txt", "force": True}, "this is the input"),
        (["in.txt"], {"out": "there.txt"}, "there.txt: exists; give --force"),
        (["in.txt"], {"out": "/dev/null", "force": True}, "/dev/null: exists and is no file"),
        (["in.txt", "there.txt"], {"out": "x.txt"}, "x.txt: more than one output"),
        (["in.txt", "there.txt"], {}, "give a folder with -o"),
        (["in.txt", "none"], {}, "none: no such file"),
        (["nothing.md"], {}, "nothing.md: no such file"),
        (["./nothing"], {}, "no such file"),
        (
            ["nothing here"],
            {"out": "x.txt"},
            r"nothing here: no such file \(to translate the words themselves",
        ),
        (["in.txt"], {"out": "{foo}/x"}, r"{foo} is not known; what is filled in is {lang} and {name}"),
        (["in.txt"], {"out": "{name}.{}"}, r"{} is not known"),
        (["in.txt", "there.txt"], {"out": "-"}, "give a folder with -o"),
        (["in.txt"], {"out": "-", "targets": ["de", "fr"]}, "give a folder with -o"),
        (["folder"], {"out": "x.txt"}, r"folder: a folder; name its files, such as folder/\*"),
        (["folder"], {}, "folder: a folder; name its files"),
        (["folder/"], {}, "folder/: a folder; name its files"),
        (["in.txt", "folder"], {"out": "x/"}, "folder: a folder; name its files"),
        (["latin.txt"], {}, r"latin.txt: not UTF-8 text \(byte 6, line 2\)"),
        (["in.txt"], {"targets": ["germn"]}, "did you mean 'german'"),
        (["in.txt"], {"source_lang": "de"}, "in.txt: in de already"),
        (["some German text"], {"source_lang": "en", "glossary": Path("no.tsv")}, "no.tsv"),
        (["xx yy"], {"glossary": Path("terms.tsv")}, "give --from"),
        (["in.txt"], {"source_lang": "en", "glossary": Path("terms.tsv")}, "terms.tsv: no term in de"),
    ],
)
def test_faults_are_told_before_any_work(given, options, said):
    write("in.txt", "one"), write("there.txt", "two"), write("latin.txt", "eins\nf\xfcnf".encode("latin-1"))
    write("terms.tsv", "en\tfr\ncat\tchat\n"), Path("folder").mkdir()
    options = {"targets": ["de"], **options}
    before = sorted(os.listdir())
    with pytest.raises(BaylingError, match=said):
        plan(given, options.pop("targets"), **options)
    assert sorted(os.listdir()) == before


def test_a_file_that_names_its_language_needs_no_other_word_on_it():
    unit = "<body><trans-unit id='1'><source>Open</source></trans-unit></body>"
    write("a.xlf", f"<xliff version='1.2'><file source-language='en'>{unit}</file></xliff>")
    write("terms.tsv", "en\tde\tfr\nOpen\tÖffnen\tOuvrir\n")
    jobs = plan(["a.xlf"], ["de", "fr"], glossary=Path("terms.tsv"), out="out/")
    assert [job.direction.source_lang for job in jobs] == ["en", "en"]
    assert [len(job.direction.terms("Open")) for job in jobs] == [1, 1]


@pytest.mark.parametrize("kind", ["glossary", "memory"])
def test_words_that_are_not_recognised_are_in_the_only_other_language_of_the_terms(kind):
    write("in.txt", "xx yy"), write("terms.tsv", "en\tde\tfr\nxx\tx\tX\n")
    jobs = plan(["in.txt"], ["de", "fr"], out="x/", **{kind: Path("terms.tsv")})
    assert [job.direction.source_lang for job in jobs] == ["en", "en"]
    with pytest.raises(BaylingError, match=r"in\.txt: cannot tell its language.*give --from"):
        plan(["in.txt"], ["de"], **{kind: Path("terms.tsv")})


def test_languages_that_the_package_s_model_did_not_learn_are_told(capsys):
    write("in.txt", "one")
    for targets, model in ((["sw", "de", "pt-BR", "xh"], "nano"), (["de"], "nano"), (["sw"], "runs/mine")):
        warn(plan(["in.txt"], targets, source_lang="en", out="x/"), model)
    assert capsys.readouterr().err == "nano did not learn Swahili and Xhosa; expect little\n"


def test_words_are_words_even_with_a_slash(capsys):
    [job] = plan(["and/or", "more"], ["de"], source_lang="en")
    report(job, perform(job, Double()))
    assert capsys.readouterr() == ("AND/OR MORE [1]\n", "")


def test_standard_input_goes_to_standard_output_in_its_own_format(monkeypatch, capfdbinary):
    for content in ("\ufeff<html><p>one\r\n".encode(), docx("<body><p><r><t>one</t></r></p></body>")):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        [job] = plan(["-"], ["de"], source_lang="en")
        assert [segment.text for segment in job.document.segments] == ["one"]
        answers = perform(job, Double())
        sys.stdout.flush()
        said = capfdbinary.readouterr().out
        assert said == job.document.write({"one": answers["one"].text}) != content


def test_a_dash_is_standard_output(capfdbinary):
    write("in.txt", "one\n")
    for given, said in ((["in.txt"], "ONE [1]\n"), (["one", "word"], "ONE WORD [1]\n")):
        [job] = plan(given, ["de"], source_lang="en", out="-")
        perform(job, Double())
        assert (job.out, capfdbinary.readouterr().out.decode()) == (None, said)
    assert os.listdir() == ["in.txt"]


def test_what_a_terminal_cannot_show_needs_a_file(monkeypatch):
    Path("in.docx").write_bytes(docx("<body><p><r><t>one</t></r></p></body>"))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    double = Double()
    with pytest.raises(BaylingError, match=r"in\.docx: .* give a file with -o"):
        perform(*plan(["in.docx"], ["de"], source_lang="en"), double)
    assert double.batches == []
    perform(*plan(["in.docx"], ["de"], source_lang="en", out="out.docx"), double)
    assert Path("out.docx").exists()


def test_standard_output_has_the_bytes_of_a_file_in_any_encoding(monkeypatch):
    write("in.txt", "two złoty\r\n")
    said = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(said, encoding="latin-1"))
    perform(*plan(["in.txt"], ["de"], source_lang="en"), Double())
    assert said.getvalue().decode() == "TWO ZŁOTY [1]\r\n"


def test_of_many_faulty_segments_the_first_are_listed_and_the_others_counted(capsys):
    write("in.txt", "".join(f"the cat {number}\n" for number in range(7)))
    write("terms.tsv", "en\tde\ncat\tKatze\n")
    [job] = plan(["in.txt"], ["de"], source_lang="en", glossary=Path("terms.tsv"), out="out.txt")
    report(job, perform(job, Double()))
    said = capsys.readouterr().err
    assert said.count("is not translated as") == 5 and said.endswith("  and 2 more\n")


def test_terms_that_are_missing_are_reported(capsys):
    write("in.txt", "the cat\na dog\n"), write("terms.tsv", "en\tde\ncat\tKatze\n")
    [job] = plan(["in.txt"], ["de"], source_lang="en", glossary=Path("terms.tsv"), out="out.txt")
    report(job, perform(job, Double()))
    said = capsys.readouterr().err
    assert "2 segments from English, 1 to look at" in said
    assert "“cat” is not translated as “Katze”" in said


def test_a_text_to_which_the_model_says_nothing_stays_and_is_reported(capsys):
    write("in.md", "- the cat\n- the dog\n")
    [job] = plan(["in.md"], ["de"], source_lang="en", out="out.md")
    translator = Double()
    translator.generate = lambda asked, options: [
        "" if "cat" in turns[0].content else "Hund" for turns in asked
    ]
    report(job, perform(job, translator))
    assert Path("out.md").read_text() == "- the cat\n- Hund\n"
    said = capsys.readouterr().err
    assert "2 segments from English, 1 to look at\n  the answer is empty: the cat" in said


def test_what_is_left_out_is_told_and_that_nothing_is_left_to_do(capsys):
    variant = '<tuv xml:lang="{}"><seg>{}</seg></tuv>'
    unit = f"<tu>{variant.format('fr', 'one')}</tu><tu>{variant.format('en', 'two')}</tu>"
    write("a.tmx", f'<tmx><header srclang="en"/><body>{unit}</body></tmx>')
    [job] = plan(["a.tmx"], ["de"], source_lang="fr", out="b.tmx")
    report(job, perform(job, Double()))
    assert "1 segments from French, 0 to look at\n  1 of 2 units are left out" in capsys.readouterr().err
    assert "\n  1 of 2 units are left out" in job.describe()
    [job] = plan(["b.tmx"], ["de"], source_lang="fr", out="c.tmx")
    assert job.document.segments == []
    report(job, perform(job, Double()))
    assert "c.tmx: nothing to translate\n" in capsys.readouterr().err


def test_a_glossary_that_is_for_another_language_alone_is_told_of(capsys):
    write("in.txt", "the cat\n"), write("terms.tsv", "en\tde\ncat\tKatze\n")
    for job in plan(["in.txt"], ["de", "fr"], source_lang="en", glossary=Path("terms.tsv"), out="out/"):
        report(job, perform(job, Double()))
    assert "  0 terms of the glossary used" in capsys.readouterr().err.partition("fr.txt")[2]


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("there.txt/", "a file stands where a folder is needed"),
        ("there.txt/in/", "a file stands where a folder is needed"),
        ("x" * 300, "cannot be written"),
    ],
)
def test_a_place_that_cannot_be_is_told_in_a_line(out, said):
    write("in.txt", "one"), write("there.txt", "two")
    [job] = plan(["in.txt"], ["de"], source_lang="en", out=out)
    with pytest.raises(BaylingError, match=said):
        perform(job, Double())


def test_words_are_no_file_however_long():
    [job] = plan(["one or the other " * 20], ["de"], source_lang="en")
    assert len(job.document.segments) == 1


LINES = "".join(f"line {number} {'word ' * (number % 7)}\n" for number in range(400))


def test_killed_at_ten_moments_and_run_again_it_ends_in_the_same_bytes():
    lines = "".join(f"line {number} {'word ' * (number % 7)}\n" for number in range(10_000))
    write("in.txt", lines)
    [job] = plan(["in.txt"], ["de"], source_lang="en", out="whole.txt")
    perform(job, Double())
    root = Path(__file__).parents[2]
    code = (
        "from bayling.translate.jobs import perform, plan\nfrom tests.translate.doubles import Double\n"
        "[job] = plan(['in.txt'], ['de'], source_lang='en', out='out.txt')\n"
        "perform(job, Double(seconds=0.002))\n"
    )
    rng = random.Random(7)
    kept = Path(".out.txt.kept.jsonl")
    for kill in (*[True] * 10, False):
        size = kept.stat().st_size if kept.exists() else 0
        process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(root)})
        while kill and not (kept.exists() and kept.stat().st_size > size):
            assert process.poll() is None, "ended before it was killed"
            time.sleep(0.002)
        if kill:
            time.sleep(rng.uniform(0, 0.1))
            process.kill()
        process.wait()
        assert Path("out.txt").exists() != kill
    assert Path("out.txt").read_bytes() == Path("whole.txt").read_bytes()
    assert Path("out.txt").read_bytes().count(b"\n") == 10_000
    assert sorted(path for path in os.listdir() if "out.txt" in path) == ["out.txt"]


class Dying(Double):
    """Is stopped after so many batches."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def generate(self, conversations, options=None, done=None):
        if len(self.batches) == self.after:
            raise KeyboardInterrupt
        return super().generate(conversations, options)


def test_a_killed_run_is_not_done_again():
    write("in.txt", LINES)
    [job] = plan(["in.txt"], ["de"], source_lang="en", out="out.txt")
    with pytest.raises(KeyboardInterrupt):
        perform(job, Dying(after=3))
    assert not Path("out.txt").exists()
    rest, whole = Double(), Double()
    perform(job, rest)
    [other] = plan(["in.txt"], ["de"], source_lang="en", out="other.txt")
    perform(other, whole)
    assert rest.batches == whole.batches[3:]
    assert Path("out.txt").read_bytes() == Path("other.txt").read_bytes()


@pytest.mark.parametrize(("invariant", "asked"), [(True, [32, 5]), (False, [32, 32, 5])])
def test_of_a_text_that_changed_after_a_kill_only_what_is_new_is_asked_where_batches_change_nothing(
    monkeypatch, invariant, asked
):
    monkeypatch.setattr(Double, "batch_invariant", lambda self, options: invariant)
    lines = [f"{'x' * number} line" for number in range(2 * BATCH + 4)]
    write("in.txt", "\n".join(lines))
    with pytest.raises(KeyboardInterrupt):
        perform(*plan(["in.txt"], ["de"], source_lang="en", out="out.txt"), Dying(after=1))
    write("in.txt", "\n".join(["New", *lines]))
    translator = Double()
    perform(*plan(["in.txt"], ["de"], source_lang="en", out="out.txt"), translator)
    assert translator.batches == asked


def test_a_command_that_was_killed_at_its_second_output_leaves_the_first_as_it_stands(capsys):
    write("in.txt", LINES)
    command = {"given": ["in.txt"], "targets": ["de", "fr"], "source_lang": "en", "out": "out/"}
    first, second = plan(**command)
    perform(first, Double())
    with pytest.raises(KeyboardInterrupt):
        perform(second, Dying(after=3))
    write("out/in.de.txt", "corrected by hand")
    [left] = plan(**command)
    assert left.out == second.out and "out/in.de.txt: done before" in capsys.readouterr().err
    assert [job.out for job in plan(**command, force=True)] == [first.out, second.out]
    perform(left, Double())
    with pytest.raises(BaylingError, match=r"in\.de\.txt: exists"):
        plan(**command)


def test_what_another_model_or_glossary_said_is_not_taken():
    write("in.txt", LINES)
    [job] = plan(["in.txt"], ["de"], source_lang="en", out="out.txt")
    with pytest.raises(KeyboardInterrupt):
        perform(job, Dying(after=1))
    other = Double()
    other.identity = "another"
    perform(job, other)
    assert sum(other.batches) == len(set(LINES.splitlines()))


def test_what_was_said_in_another_direction_or_after_another_glossary_or_memory_is_not_taken():
    text = "The battery is empty."
    german, other = (Term(source="battery", target=target, lang="de") for target in ("Akku", "Batterie"))
    french = Term(source="battery", target="pile", lang="fr")
    near, far = (Memory([Match(source, "x", 100)]) for source in (f"{text}!", "Tea"))
    plain = Direction("en", "de")
    others = [
        Direction("en", "fr"),
        Direction(None, "de"),
        Direction("en", "de", (german,)),
        Direction("en", "de", (other,)),
        Direction("en", "de", memory=near),
    ]
    keys = [direction.key(text, Double()) for direction in (plain, *others)]
    assert len(set(keys)) == len(keys)
    for direction in (Direction("en", "de", (french,)), Direction("en", "de", memory=far)):
        assert direction.key(text, Double()) == keys[0]


@pytest.fixture
def tiny_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("a tmpfs cannot be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_told_in_a_line_and_leaves_no_half_file(tiny_disk):
    write("in.txt", LINES)
    [job] = plan(["in.txt"], ["de"], source_lang="en", out=str(tiny_disk / "out.txt"))
    with pytest.raises(BaylingError, match="the disk is full"):
        perform(job, Double())
    assert not (tiny_disk / "out.txt").exists()
