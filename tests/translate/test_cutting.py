import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayling.corpora.udhr import read_udhr, udhr_languages
from bayling.sentences import sentences
from bayling.translate.asking import ask_aloud
from bayling.translate.cutting import LONGEST, joined, lines, parts
from bayling.translate.glossary import Term
from bayling.translate.session import Session
from bayling.translate.work import Direction


@given(st.text(), st.sampled_from(["en", "zh-Hans", "hi", "th", "und"]), st.integers(8, 100))
def test_parts_are_the_text_and_none_is_too_long(text, lang, longest):
    found = parts(text, lang, longest)
    assert "".join(found) == text
    assert all(len(part.lstrip().encode()) <= longest or not part.strip() for part in found[:-1])


@given(st.text(st.sampled_from("aB. \n中1-\r"), max_size=30))
def test_lines_are_the_text(text):
    found = lines(text)
    assert "".join(found) == text
    assert all(line.strip() for line in found) or not text.strip()


@pytest.mark.parametrize(
    "text, found",
    [
        ("Dear Ms Weber,\n\nthe key.\nTom", ["Dear Ms Weber,\n\n", "the key.\n", "Tom"]),
        ("- First\n- Second\n", ["- First\n", "- Second\n"]),
        ("a) first\nb) second", ["a) first\n", "b) second"]),
        ("A sentence that\nis wrapped.\nAnother.", ["A sentence that\nis wrapped.\n", "Another."]),
        ("你好。\r\n再见。", ["你好。\r\n", "再见。"]),
    ],
)
def test_a_line_ends_where_a_writer_ended_it(text, found):
    assert lines(text) == found


def test_two_articles_make_two_sentences_in_the_languages_of_the_declaration():
    cut, seen = 0, 0
    for lang in [lang for lang in udhr_languages() if lang != "en"][::4]:
        ends = (".", "።", "।", "。", "۔", "؟")
        text = next((pair.target for pair in read_udhr([lang], ["en"]) if pair.target.endswith(ends)), None)
        if text:
            found = sentences(f"{text} {text}", lang)
            assert "".join(found) == f"{text} {text}"
            seen, cut = seen + 1, cut + (len(found) > 1)
    assert seen > 80 and cut >= 0.95 * seen


def test_abbreviations_end_no_sentence():
    assert sentences("Dr. Smith met Mr. Jones. They left.", "en") == [
        "Dr. Smith met Mr. Jones. ",
        "They left.",
    ]
    assert sentences("你好。再见!", "zh-Hans") == ["你好。", "再见!"]


@pytest.mark.parametrize(("lang", "text"), [("de", "A! B!\nC!"), ("ja", "A!B!\nC!")])
def test_line_breaks_between_parts_stay(lang, text):
    assert joined(["A!", " B!", "C! "], ["a. ", "b.\n", "c."], lang) == text


class Echo:
    """Answers with the last line of what it is asked, in capitals."""

    def __init__(self):
        self.asked = []

    def generate(self, conversations, options=None, done=None):
        self.asked += [turns[-1].content for turns in conversations]
        return [turns[-1].content.rpartition(": ")[2].upper() for turns in conversations]

    def stream(self, conversation, options=None):
        yield from self.generate([conversation])[0].partition(" ")


SENTENCE = "Die kleine schwarze cat saß auf der Matte in der Küche und schlief eine Weile. "
LONG = SENTENCE * 40


def test_a_long_text_is_asked_in_parts_with_its_terms_in_each():
    engine = Echo()
    session = Session(LONG, "de", "en", engine=engine, glossary=[Term(source="cat", target="CAT", lang="de")])
    revision = session.translate()
    assert revision.text == LONG.strip().upper()
    assert len(engine.asked) >= 3 and all("cat" in asked and "CAT" in asked for asked in engine.asked)
    assert max(len(asked) for asked in engine.asked) < LONGEST + 200


def test_what_is_shown_of_a_long_text_is_the_text():
    steps = Direction("en", "de").steps(LONG)
    shown = {}
    stream = ask_aloud(Echo(), steps)
    while True:
        try:
            piece = next(stream)
        except StopIteration as end:
            answer = end.value
            break
        shown[piece.attempt] = shown.get(piece.attempt, "") + piece.text
    assert shown[max(shown)].strip() == answer.text == LONG.strip().upper()
