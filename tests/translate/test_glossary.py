import time

import pytest

from bayling.errors import BaylingError
from bayling.translate.glossary import Term, in_force, read_glossary


def write(tmp_path, text):
    path = tmp_path / "terms.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_are_languages_and_empty_cells_no_terms(tmp_path):
    path = write(
        tmp_path, "\ufeffde\tenglish\tfr\nKatze\tcat\tchat\n\tdog\tchien\nMaus\t\tsouris\nKuh\tcow\n"
    )
    assert read_glossary(path, "en") == (
        Term(source="cat", target="Katze", lang="de"),
        Term(source="cat", target="chat", lang="fr"),
        Term(source="dog", target="chien", lang="fr"),
        Term(source="cow", target="Kuh", lang="de"),
    )


TBX = """<tbx><text><body><conceptEntry><langSec xml:lang="en"><termSec><term>cat</term></termSec></langSec>
<langSec xml:lang="de"><termSec><term>Katze</term></termSec></langSec></conceptEntry></body></text></tbx>"""


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("en;de\ncat;Katze\n", "Katze"),
        ("sep=;\nid;en;de;Notes\n1;cat;Katze;an animal\n", "Katze"),
        ('en\tde\ncat\t"Katze, ""klein"""\n', 'Katze, "klein"'),
        ('en\tde\n"cat"\t"a" und "b"\n', '"a" und "b"'),
        ("source,target\ncat,Katze\n", "Katze"),
        (TBX, "Katze"),
    ],
)
def test_a_glossary_is_read_as_parallel_text_is(tmp_path, text, target):
    assert read_glossary(write(tmp_path, text), "en", ["de"]) == (
        Term(source="cat", target=target, lang="de"),
    )


def test_indonesian_is_a_language_where_it_is_wanted(tmp_path):
    path = write(tmp_path, "en\tde\tid\ncat\tKatze\tkucing\n")
    assert [term.lang for term in read_glossary(path, "en", ["id"])] == ["de", "id"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cat\tKatze\n", "line 1 must name"),
        ("fr\tde\nchat\tKatze\n", "no term in en; it has de, fr"),
        ("en\tid\tde\ncat\n", "no pair"),
        ("en\tde\tgerman\ncat\tKatze\tKater\n", "line 1 names de twice"),
        ("en\tde\ncat\tKatze\tKater\n", "line 2 has 3 columns"),
        ("en\tde\ncat\tKatze\ncat\tKater\n", "line 3 translates 'cat' otherwise than line 2"),
    ],
)
def test_faults_name_the_file_and_the_line(tmp_path, text, said):
    path = write(tmp_path, text)
    with pytest.raises(BaylingError, match=said) as error:
        read_glossary(path, "en")
    assert str(path) in str(error.value)


def test_terms_in_force_stand_in_the_source_as_words_and_the_later_one_counts():
    cat, dog = (Term(source=word, target="x", lang="de") for word in ("cat", "dog"))
    later = Term(source="Cat", target="y", lang="de")
    french = Term(source="cat", target="z", lang="fr")
    assert in_force([cat, dog, later, french], "A CAT, no dogma", "en", "de") == (later,)


@pytest.mark.parametrize(
    ("source", "lang", "terms", "expected"),
    [
        ("Insert the memory card.", "en", ["memory", "memory card"], ["memory card"]),
        ("The memory of the memory card", "en", ["memory", "memory card"], ["memory", "memory card"]),
        ("我们使用电池组", "zh-Hans", ["电池", "电池组"], ["电池组"]),
        ("请使用USB。", "zh-Hans", ["US", "USB"], ["USB"]),
        ("Tell us more about it.", "en", ["US", "IT"], []),
        ("CONTACT US", "en", ["US", "Contact"], ["Contact"]),
        ("The US has PINs, he pinned it.", "en", ["US", "PIN", "IT"], ["US", "PIN"]),
        ("He may go. May I? The Battery is charged in May.", "en", ["May", "battery"], ["May", "battery"]),
        ("He may go. May I?", "en", ["May"], []),
        ("Press both keys, boxes and batteries.", "en", ["key", "box", "battery"], ["key", "box", "battery"]),
        ("The Memory Card is full.", "en", ["memory card"], ["memory card"]),
        ("The memory card is full.", "en", ["Memory Card"], ["Memory Card"]),
        ("Press both keys.", "en", ["key", "keys"], ["keys"]),
        ("Straße und MASSE in der EU", "de", ["EU", "Straße"], ["EU", "Straße"]),
    ],
)
def test_a_term_is_in_force_where_its_words_are_meant(source, lang, terms, expected):
    known = [Term(source=term, target="x", lang="fr") for term in terms]
    assert [term.source for term in in_force(known, source, lang, "fr")] == expected


def test_a_glossary_of_many_terms_takes_little_time():
    terms = [Term(source=f"word{number} {number}word", target="x", lang="de") for number in range(20_000)]
    started = time.process_time()
    assert in_force(terms, "The Word7  7words of a text", "en", "de") == (terms[7],)
    assert time.process_time() - started < 1.5
