"""Tables of results: what their means are over."""

import pytest

from bayling.evaluate.tables import few_examples, other_grids, percent, translation_tables


def results(**chrf):
    rows = [
        {"set": "news", "pivot": "en", "out": True, "language": tag, "system": system, "segments": 9}
        | {"chrf": value + gain, "bleu": value / 2, "flaws": {"off_target": 0.0}}
        for tag, value in chrf.items()
        for system, gain in (("before", 0), ("after", 10))
    ]
    return {"translation": rows, "systems": {"translation": {"before": "before", "after": "after"}}}


def test_means_are_over_levels_and_families_too():
    (table,) = translation_tables(results(de=40, sw=10, zu=20))
    means = {line.group: line.cells["after"]["chrf"] for line in table.means}
    assert means["mean"] == pytest.approx(10 + 70 / 3)
    assert means["poor languages"] == means["Bantu"] == 25
    assert means["rich languages"] == 50
    assert [line.gain for line in table.means] == pytest.approx([10] * 4)


def test_what_cannot_be_told_of_a_language_is_no_part_of_the_mean():
    found = results(de=40, bem=10)
    for row in found["translation"]:
        row["flaws"]["off_target"] = {"de": 0.5, "bem": None}[row["language"]]
    (table,) = translation_tables(found)
    assert [percent(line.cells["after"]["flaws"]["off_target"]) for line in table.lines] == ["50.0", "–"]
    assert table.mean.cells["after"]["flaws"]["off_target"] == 0.5


def test_fewer_examples_than_asked_for_are_told():
    found = results(de=40) | {"few_examples": {"English → Arabic": 0, "omission, German": 1}}
    assert few_examples(found).endswith("tuned on: English → Arabic (none), omission, German (1).")
    assert few_examples(results(de=40)) == ""


def test_one_language_has_no_mean_and_one_group_is_no_second_mean():
    (table,) = translation_tables(results(de=40))
    assert table.means == []
    (table,) = translation_tables(results(sw=10, zu=20))
    assert [line.group for line in table.means] == ["mean"]


def test_a_column_tells_of_fewer_segments_in_whichever_language():
    for few in ("de", "sw"):
        found = results(de=40, sw=10)
        for row in found["translation"]:
            row["segments"] = {"before": 5, "after": 5 if row["language"] == few else 9}[row["system"]]
        (table,) = translation_tables(found)
        assert table.heads == ["before, first 5", "after"] and table.segments == "5 to 9"


def test_instructions_and_texts_stand_by_set_with_both_systems():
    cell = {"items": 40, "segments": 30, "in_language": 0.5, "low": 0.35, "high": 0.65}
    rows = [
        {"set": "seeds", "language": tag, "system": system, "nats_per_character": nats} | cell
        for tag in ("en", "zh-Hans")
        for system, nats in (("before", 1.5), ("after", 1.25))
    ]
    asked, texts = other_grids({"following": rows, "likelihood": rows[:2]})
    assert [row[0] for row in asked.rows] == ["English, seeds", "Chinese (Simplified), seeds"]
    assert asked.rows[0][1:4] == ("40", "1.500", "1.250") and asked.rows[0][4] == "50% (35% to 65%)"
    assert texts.rows == (("seeds", "30", "1.500", "1.250"),)
    assert other_grids({"translation": []}) == []
