"""The catalog: complete, spelled as the addresses want it, and evaluation text never in a training mix."""

import os
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bayling.cli import app
from bayling.corpora import public_sources, read_source
from bayling.corpora.public import Source, evaluation_source, fetch_public, public_source
from bayling.errors import BaylingError
from bayling.languages import standardize
from bayling.recipe import Build, read_recipe


@pytest.mark.parametrize("name", public_sources())
def test_every_entry_makes_whole_addresses(name: str) -> None:
    source = public_source(name)
    for address in source.addresses("sw", "en"):
        assert re.fullmatch(r"https://[^{}\s]+", address)
    slots = "".join(source.files)
    assert ("{" in slots) == (source.layout != "whole")


@pytest.mark.parametrize(
    ("name", "tag", "address"),
    [
        ("nllb", "de", "OPUS-NLLB/v1/moses/de-en.txt.zip"),
        ("nllb", "sw", "OPUS-NLLB/v1/moses/en-sw.txt.zip"),
        ("tatoeba", "zh-Hans", "moses/cmn-en.txt.zip"),
        ("ted2020", "zh-Hans", "moses/en-zh_cn.txt.zip"),
        ("oldi-seed", "dz", "seed/dzo_Tibt"),
        ("oldi-seed", "ps", "seed/pbt_Arab"),
        ("gatitos", "bm", "gatitos/en_bm.tsv"),
        ("ntrex-128", "de", "newstest2019-ref.deu.txt"),
        ("ntrex-128", "zh-Hans", "newstest2019-ref.zho-CN.txt"),
        ("ntrex-128", "pt-BR", "newstest2019-ref.por-BR.txt"),
        ("ntrex-128", "sr-Latn", "newstest2019-ref.srp-Latn.txt"),
        ("tico-19", "sw", "all.en-sw.tmx.zip"),
        ("tico-19", "es", "all.en-es-LA.tmx.zip"),
        ("tico-19", "fa-AF", "all.en-prs.tmx.zip"),
        ("tico-19", "ff", "all.en-fuv.tmx.zip"),
        ("tico-19", "fil", "all.en-tl.tmx.zip"),
        ("tico-19", "pt-BR", "all.en-pt-BR.tmx.zip"),
    ],
)
def test_languages_are_spelled_as_the_address_wants(name: str, tag: str, address: str) -> None:
    assert public_source(name).addresses(tag, "en")[-1].endswith(address)


@pytest.mark.parametrize("tag", ["es", "fa-AF", "ff", "fil", "pt-BR", "zh-Hans"])
def test_a_file_of_tico_is_read_as_the_language_that_it_is_spelled_for(tag: str) -> None:
    assert public_source("tico-19").read_as(tag) == tag


@pytest.mark.skipif("BAYLING_DATA" not in os.environ, reason="needs BAYLING_DATA")
def test_every_language_of_ntrex_has_its_own_file() -> None:
    folder = Path(os.environ["BAYLING_DATA"]) / "eval" / "ntrex-128-first-half" / "NTREX-128"
    names = {path.name for path in folder.iterdir()}
    for tag in {standardize(name.removeprefix("newstest2019-").removesuffix(".txt")) for name in names}:
        address = public_source("ntrex-128").addresses(tag, "en")[tag != "en"]
        assert address.rpartition("/")[2] in names


def test_an_evaluation_source_is_refused_in_a_training_mix(own_home: Path, tmp_path: Path) -> None:
    message = r"build\.sources: ntrex-128 is for evaluation alone; put it into build\.held_out"
    with pytest.raises(BaylingError, match=message):
        Build.model_validate({"sources": ["ntrex-128"]})
    with pytest.raises(BaylingError, match=message):
        Build.model_validate({"sources": [{"path": str(own_home / "corpora" / "ntrex-128" / "x.deu.txt")}]})
    message = r"build\.instructions: ntrex-128 is for evaluation alone; take it out"
    instructions = {"sources": ["tatoeba"], "instructions": ["ntrex-128"], "mix": {"general": 1}}
    with pytest.raises(BaylingError, match=message):
        Build.model_validate(instructions)
    Build.model_validate({"sources": ["tatoeba"], "held_out": ["ntrex-128"], "decontaminate": ["flores-200"]})
    assert {name for name, each in public_sources().items() if each.use == "evaluate"} == {
        "ntrex-128", "tico-19", "flores-200",
    }  # fmt: skip
    assert evaluation_source(str(tmp_path / "ntrex-128")) is None
    assert evaluation_source("openlanguagedata/flores_plus") == "flores-200"
    assert evaluation_source("Helsinki-NLP/opus-100") is None


def test_a_recipe_keeps_names_and_makes_paths_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESTS", str(tmp_path / "elsewhere"))
    changes = ["build.decontaminate=[ntrex-128, own.txt, $TESTS/x.txt]"]
    found = read_recipe("quickstart", changes).build.decontaminate
    assert found[0] == "ntrex-128"
    assert Path(found[1]).is_absolute() and found[1].endswith("/own.txt")
    assert found[2] == str(tmp_path / "elsewhere" / "x.txt")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, own_home: Path) -> list[str]:
    """Files are made where they would be fetched; the addresses that were asked for."""
    asked: list[str] = []

    def fetched(address: str, path: Path) -> Path:
        asked.append(address)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.name.endswith(".zip"):
            pair = path.name.split(".")[0]
            with zipfile.ZipFile(path, "w") as archive:
                for tag, text in zip(pair.split("-"), ("Eine Tür\n", "A door\n"), strict=True):
                    archive.writestr(f"Own.{pair}.{tag}", text)
        else:
            path.write_text({"eng": "A door\n", "deu": "Eine Tür\n"}[path.name.split(".")[1]])
        return path

    monkeypatch.setattr("bayling.corpora.public.download", fetched)
    return asked


@pytest.mark.parametrize(("name", "files"), [("ted2020", 1), ("ntrex-128", 2)])
def test_a_source_is_read_by_its_name(served: list[str], name: str, files: int) -> None:
    (pair,) = read_source(name, ["de"], ["en"])
    assert (pair.source, pair.target, pair.licence) == ("A door", "Eine Tür", public_source(name).licence)
    assert len(served) == files


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant", "pt-BR"])
def test_languages_that_opus_spells_with_a_small_region_are_read(served: list[str], tag: str) -> None:
    (pair,) = read_source("ted2020", [tag], ["en"])
    assert (pair.source_lang, pair.target_lang) == ("en", tag)


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant"])
def test_mixed_chinese_is_read_as_what_is_asked_for(served: list[str], tag: str) -> None:
    (pair,) = read_source("tatoeba", [tag], ["en"])
    assert (pair.source, pair.source_lang, pair.target_lang) == ("A door", "en", tag)


@pytest.mark.parametrize(
    ("language", "pivot", "message"),
    [
        ("pt-BR", "en", "no file of pt-BR apart from pt"),
        ("de", "zh-Hant", "no file of zh-Hant apart from zh-Hans"),
        ("zh-Hant", "zh-Hans", "no file of zh-Hant apart from zh-Hans"),
    ],
)
def test_a_variety_without_a_file_is_said_before_it_is_fetched(
    served: list[str], language: str, pivot: str, message: str
) -> None:
    with pytest.raises(BaylingError, match=f"wikimatrix: has {message}"):
        list(read_source("wikimatrix", [language], [pivot]))
    assert not served


def test_what_holds_no_parallel_text_is_said(served: list[str]) -> None:
    for name, message in (("alpaca", "holds instructions"), ("flores-200", "unpack it and name its folder")):
        with pytest.raises(BaylingError, match=message):
            list(read_source(name, ["de"], ["en"]))
    with pytest.raises(BaylingError, match="did you mean 'tatoeba'"):
        read_source("tatoba", ["de"], ["en"])
    assert not served


def test_the_commands_list_show_and_get(served: list[str], tmp_path: Path) -> None:
    def output(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["corpora", *arguments], env={"COLUMNS": "200"})
        assert done.exit_code == 0, done.output
        return done.output

    for listing in (output(), output("list")):
        assert "homeassistant" in listing and "evaluate" in listing
    assert "OPUS-TED2020" in output("show", "ted2020")
    assert "de-en.txt.zip" in output("get", "ted2020", "--languages", "de", "-o", str(tmp_path / "own"))
    assert (tmp_path / "own" / "de-en.txt.zip").exists()
    with pytest.raises(BaylingError, match="name some with --languages"):
        fetch_public("ted2020", [], ["en"])


@pytest.mark.parametrize("wrong", [{"use": "both"}, {"layout": "heap"}, {"licenced": "x"}])
def test_a_wrong_entry_is_refused(wrong: dict[str, Any]) -> None:
    entry = public_source("ted2020").model_dump()
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Source.model_validate(entry | wrong)
