"""Gettext catalogues: which messages are taken, in which languages."""

from collections import Counter

import pytest

from bayling.corpora.formats import read_pairs
from bayling.errors import BaylingError
from tests.corpora.formats.examples import text

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def test_what_is_not_a_finished_translation_is_counted(tmp_path):
    path = text(
        tmp_path / "de.po",
        HEADER + '\nmsgid "Open"\nmsgstr "Öffnen"\n'
        '\n#, fuzzy\nmsgid "Shut"\nmsgstr "Öffnen"\n'
        '\nmsgid "Close"\nmsgstr ""\n'
        '\nmsgid "a file"\nmsgid_plural "files"\nmsgstr[0] "eine Datei"\nmsgstr[1] "Dateien"\n'
        '\n#~ msgid "Old"\n#~ msgstr "Alt"\n',
    )
    skipped: Counter[str] = Counter()
    assert [(pair.source, pair.target) for pair in read_pairs(path, skipped=skipped)] == [("Open", "Öffnen")]
    assert skipped == {
        "fuzzy": 1,
        "plural forms": 1,
        "obsolete": 1,
        "no text in two of the wanted languages": 1,
    }


def test_a_message_has_one_id_in_all_its_catalogues_and_contexts_differ(tmp_path):
    body = '\nmsgctxt "menu"\nmsgid "Open"\nmsgstr "{0}"\n\nmsgid "Open"\nmsgstr "{0}"\n'
    german = [pair.id for pair in read_pairs(text(tmp_path / "de.po", HEADER + body.format("Öffnen")))]
    french = [pair.id for pair in read_pairs(text(tmp_path / "fr.po", HEADER + body.format("Ouvrir")))]
    assert german == french
    assert len(set(german)) == 2


def test_a_message_that_stands_twice_has_two_ids(tmp_path):
    path = text(
        tmp_path / "de.po", HEADER + '\nmsgid "Open"\nmsgstr "Öffnen"\n\nmsgid "Open"\nmsgstr "Auf"\n'
    )
    assert len({pair.id for pair in read_pairs(path)}) == 2


@pytest.mark.parametrize(
    ("name", "language", "tag"),
    [
        ("own.po", "Language: pt_BR\\n", "pt-BR"),
        ("sr@latin.po", "", "sr-Latn"),
        ("django.sw.po", "", "sw"),
        ("zh_Hans/LC_MESSAGES/django.po", "", "zh-Hans"),
        ("aaa/LC_MESSAGES/django.po", "", "aaa"),
        ("de/django.po", "", "de"),
        ("de/lib/django.po", "", "de"),
    ],
)
def test_the_language_stands_in_the_header_the_name_or_the_folder(tmp_path, name, language, tag):
    header = HEADER + (f'"{language}"\n' if language else "")
    path = text(tmp_path / name, header + '\nmsgid "Open"\nmsgstr "X"\n')
    assert [(pair.source_lang, pair.target_lang) for pair in read_pairs(path)] == [("en", tag)]


@pytest.mark.parametrize(
    ("name", "language", "both"),
    [
        ("my-app.po", "de", ("en", "de")),
        ("log-in.po", "id", ("en", "id")),
        ("de-fr.po", "fr", ("de", "fr")),
        ("de-fr.po", "en", ("de", "fr")),
    ],
)
def test_the_header_beats_a_name_that_spells_two_languages_by_accident(tmp_path, name, language, both):
    path = text(tmp_path / name, f'{HEADER}"Language: {language}\\n"\n\nmsgid "Open"\nmsgstr "X"\n')
    assert [(pair.source_lang, pair.target_lang) for pair in read_pairs(path)] == [both]


@pytest.mark.parametrize("original", ["en/django.po", "en_US.po", "own.pot"])
def test_the_originals_beside_the_catalogues_are_counted(tmp_path, original):
    text(tmp_path / "x" / "de" / "django.po", HEADER + '\nmsgid "Open"\nmsgstr "Öffnen"\n')
    alone = text(tmp_path / "x" / original, HEADER + '\nmsgid "Open"\nmsgstr ""\n')
    skipped: Counter[str] = Counter()
    assert [pair.target for pair in read_pairs(tmp_path / "x", skipped=skipped)] == ["Öffnen"]
    assert skipped == {"file without the wanted languages": 1}
    with pytest.raises(BaylingError, match="messages in en alone, without translations"):
        list(read_pairs(alone))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER + '\nmsgid "Open"\nmsgstr "X"\n', "nothing says its language"),
        (HEADER + '"Language: de\\n"\n\nmsgid "a"\nmsgstr "b"\nmsgid "c"\n', "ends within a message"),
        (HEADER + '"Language: de\\n"\n\nmsgid "a"\nmsgid "b"\nmsgstr "c"\n', "not whole PO .*line 7"),
        (
            (HEADER + '"Language: de\\n"\n\nmsgid "a"\nmsgstr "\xf6"\n').encode("latin-1"),
            "line 7 is not UTF-8",
        ),
    ],
)
def test_a_wrong_catalogue_is_named(tmp_path, content, said):
    path = tmp_path / "own.po"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BaylingError, match=rf"own\.po: {said}"):
        list(read_pairs(path))


@pytest.mark.parametrize("folder", ["lib", "app"])
def test_a_folder_that_is_called_like_a_rare_language_says_none(tmp_path, folder):
    path = text(tmp_path / folder / "own.po", HEADER + '\nmsgid "Open"\nmsgstr "X"\n')
    with pytest.raises(BaylingError, match="nothing says its language"):
        list(read_pairs(path))
