"""Translation memories, XLIFF and termbases: which text of them is text."""

import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from bayling.corpora.formats import read_pairs
from bayling.errors import BaylingError
from tests.corpora.formats.examples import text


def tmx(folder: Path, *units: str) -> Path:
    return text(folder / "own.tmx", f'<tmx version="1.4"><header/><body>{"".join(units)}</body></tmx>')


def unit(own: str = "", **segments: str) -> str:
    variants = "".join(
        f'<tuv xml:lang="{tag}"><seg>{segment}</seg></tuv>' for tag, segment in segments.items()
    )
    return f"<tu {own}>{variants}</tu>"


def xliff(folder: Path, inner: str, version: str = "1.2") -> Path:
    if version == "1.2":
        inner = f'<file original="f" source-language="en" target-language="de"><body>{inner}</body></file>'
        return text(folder / "own.xlf", f'<xliff version="1.2">{inner}</xliff>')
    return text(
        folder / "own.xlf",
        f'<xliff version="2.1" srcLang="en" trgLang="de"><file id="f">{inner}</file></xliff>',
    )


def test_native_codes_come_back_as_they_stood(tmp_path):
    segment = (
        'Click <bpt i="1">&lt;b></bpt>here<ept i="1">&lt;/b></ept> <ph x="2"/> <hi>now</hi>, <ph>%s</ph>!'
    )
    (pair,) = read_pairs(tmx(tmp_path, unit(en=segment, de=segment)))
    assert pair.source == pair.target == 'Click <b>here</b> <ph id="2"/> now, %s!'


def test_formatting_of_memoq_is_no_text(tmp_path):
    segment = 'Click <bpt i="1">{}</bpt>here<ept i="1">{}</ept>, <ph>{}</ph>!'
    (pair,) = read_pairs(tmx(tmp_path, unit(en=segment, de=segment)))
    assert pair.source == "Click here, {}!"


def test_a_unit_in_many_languages_keeps_its_id(tmp_path):
    pairs = list(
        read_pairs(tmx(tmp_path, unit('tuid="greeting"', de="Hallo", en="Hello", sw="Habari")), pivots=["en"])
    )
    assert [(pair.id, pair.source_lang, pair.target_lang) for pair in pairs] == [
        ("greeting", "en", "de"),
        ("greeting", "en", "sw"),
    ]


def test_repeated_ids_are_told_apart_by_their_number(tmp_path):
    units = [unit('tuid="a"', en=str(n), de=str(n)) for n in range(3)]
    assert [pair.id for pair in read_pairs(tmx(tmp_path, *units))] == ["a", "a#2", "a#3"]


def test_unknown_languages_and_second_texts_are_counted(tmp_path):
    skipped: Counter[str] = Counter()
    second = '<tuv xml:lang="en-GB"><seg>Hi</seg></tuv></tu>'
    path = tmx(tmp_path, unit(en="Hello", de="Hallo", klingonish="nuq").replace("</tu>", second))
    assert len(list(read_pairs(path, skipped=skipped))) == 1
    assert skipped == {"unknown language klingonish": 1, "a second text in the same language": 1}


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_other_declared_encodings_are_read(tmp_path, encoding):
    path = tmp_path / "own.tmx"
    path.write_text(
        f'<?xml version="1.0" encoding="{encoding}"?><tmx><body>{unit(en="a", de="ö")}</body></tmx>', encoding
    )
    assert [pair.target for pair in read_pairs(path)] == ["ö"]


def test_only_finished_segments_of_a_job_are_taken(tmp_path):
    states = [
        '<target state="final">',
        '<target state="needs-translation">',
        '<target state="new">',
        "<target>",
    ]
    units = [
        f'<trans-unit id="{n}"><source>a</source>{state}b</target></trans-unit>'
        for n, state in enumerate(states)
    ]
    units.append('<trans-unit id="9" approved="no"><source>a</source><target>b</target></trans-unit>')
    proposal = "<alt-trans><source>a</source><target>c</target></alt-trans>"
    units.append(f'<trans-unit id="10"><source>a</source>{proposal}</trans-unit>')
    skipped: Counter[str] = Counter()
    pairs = list(read_pairs(xliff(tmp_path, "".join(units)), skipped=skipped))
    assert [pair.id for pair in pairs] == ["f/0", "f/3"]
    assert skipped == {"not translated or not approved": 3, "no text in two of the wanted languages": 4}


def trados(folder: Path, source: str, target: str, states: str) -> Path:
    unit = f'<trans-unit id="u"><source>-</source><seg-source>{source}</seg-source><target>{target}</target>'
    path = xliff(folder, f"{unit}<sdl:seg-defs>{states}</sdl:seg-defs></trans-unit>")
    namespace = 'xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0"'
    return text(path.with_suffix(".sdlxliff"), path.read_text().replace("<xliff", f"<xliff {namespace}"))


def test_a_paragraph_of_several_segments_gives_those_that_are_confirmed(tmp_path):
    states = ["Translated", "", "Draft", "RejectedTranslation", "ApprovedSignOff"]
    marks = [
        "".join(f'<mrk mtype="seg" mid="{n}">{side}{n}</mrk> ' for n, _ in enumerate(states)) for side in "ab"
    ]
    told = "".join(f'<sdl:seg id="{n}" conf="{state}"/>' for n, state in enumerate(states) if state)
    path = trados(tmp_path, marks[0], f'<g id="1">{marks[1]}</g>', told)
    skipped: Counter[str] = Counter()
    pairs = [(pair.id, pair.source, pair.target) for pair in read_pairs(path, skipped=skipped)]
    assert pairs == [("f/u/0", "a0", "b0"), ("f/u/4", "a4", "b4")]
    assert skipped["not translated or not approved"] == 3


def test_what_a_reviewer_deleted_is_no_text(tmp_path):
    source = '<mrk mtype="seg" mid="1">Press it.</mrk>'
    deleted, added = '<mrk mtype="x-sdl-deleted">Drück</mrk>', '<mrk mtype="x-sdl-added">Drücke</mrk>'
    target = f'<mrk mtype="seg" mid="1">{deleted}{added} darauf.</mrk>'
    path = trados(tmp_path, source, target, '<sdl:seg id="1" conf="Translated"/>')
    assert [pair.target for pair in read_pairs(path)] == ["Drücke darauf."]


def test_what_nobody_confirmed_in_phrase_is_counted(tmp_path):
    units = [
        f'<trans-unit id="{n}" m:confirmed="{n}"><source>a</source><target>b</target></trans-unit>'
        for n in range(2)
    ]
    path = xliff(tmp_path, "".join(units))
    namespace = 'xmlns:m="http://www.memsource.com/mxlf/2.0"'
    text(tmp_path / "x" / "own.mxliff", path.read_text().replace("<xliff", f"<xliff {namespace}"))
    skipped: Counter[str] = Counter()
    assert [pair.id for pair in read_pairs(tmp_path / "x", skipped=skipped)] == ["f/1"]
    assert skipped["not translated or not approved"] == 1


def test_a_job_that_embeds_a_large_original_is_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr("bayling.corpora.formats.xml.LONGEST_UNIT", 1 << 17)
    path = xliff(tmp_path, f'<internal-file form="base64">{"QUJD" * 80_000}</internal-file>')
    with pytest.raises(BaylingError, match="if it embeds the original file, save it without"):
        list(read_pairs(path))


def test_codes_of_a_job_stay_as_placeholders(tmp_path):
    source = '<g id="1">Open</g> <x id="2" equiv-text="{name}"/><x id="3"/> <ph id="4">%s</ph>'
    path = xliff(
        tmp_path, f'<trans-unit id="1"><source>{source}</source><target>{source}</target></trans-unit>'
    )
    (pair,) = read_pairs(path)
    assert pair.source == '<g id="1">Open</g> {name}<x id="3"/> %s'


def test_segments_of_one_unit_have_ids_of_their_own(tmp_path):
    segment = '<segment id="{0}" state="translated"><source>a</source><target>b{0}</target></segment>'
    inner = f'<unit id="u">{segment.format(1)}<ignorable><source> </source></ignorable>{segment.format(2)}'
    inner += '<segment state="initial"><source>a</source><target>a</target></segment></unit>'
    pairs = list(read_pairs(xliff(tmp_path, inner, "2.1")))
    assert [(pair.id, pair.target) for pair in pairs] == [("f/u/1", "b1"), ("f/u/2", "b2")]


@pytest.mark.parametrize("place", ["unit", "group", "file"])
def test_what_is_not_to_be_translated_is_counted(tmp_path, place):
    inner = "<group><unit><segment><source>a</source><target>b</target></segment></unit></group>"
    path = xliff(tmp_path, inner, "2.1")
    path.write_text(path.read_text().replace(f"<{place}", f'<{place} translate="no"'))
    skipped: Counter[str] = Counter()
    with pytest.raises(BaylingError, match="not translated or not approved 1"):
        list(read_pairs(path, skipped=skipped))
    if place != "unit":
        path.write_text(path.read_text().replace("<unit", '<unit translate="yes"'))
        assert len(list(read_pairs(path))) == 1


def test_a_concept_gives_its_first_term_and_counts_synonyms(tmp_path):
    entry = (
        '<conceptEntry id="c1"><langSec xml:lang="en"><termSec><term>car</term></termSec>'
        "<termSec><term>automobile</term></termSec></langSec>"
        '<langSec xml:lang="de"><termSec><term>Auto</term></termSec></langSec></conceptEntry>'
    )
    path = text(
        tmp_path / "own.tbx",
        f'<tbx xmlns="urn:iso:std:iso:30042:ed-2"><text><body>{entry}</body></text></tbx>',
    )
    skipped: Counter[str] = Counter()
    assert [(pair.source, pair.target, pair.id) for pair in read_pairs(path, skipped=skipped)] == [
        ("car", "Auto", "c1")
    ]
    assert skipped == {"a synonym": 1}


def test_memory_does_not_grow_with_the_file(tmp_path):
    def peak(units: int) -> int:
        path = tmx(tmp_path, *(unit(f'tuid="{n}"', en=f"Sentence {n}", de=f"Satz {n}") for n in range(units)))
        tracemalloc.start()
        try:
            assert sum(1 for _ in read_pairs(path)) == units
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(20_000) < 1.1 * peak(2_000)


def test_a_job_that_names_no_target_language_is_told_what_it_lacks(tmp_path):
    inner = "<file><unit><segment><source>A door.</source><target>Eine Tür.</target></segment></unit></file>"
    path = text(tmp_path / "own.xlf", f'<xliff version="2.0" srcLang="en">{inner}</xliff>')
    with pytest.raises(BaylingError, match="names no srcLang and trgLang"):
        list(read_pairs(path))
