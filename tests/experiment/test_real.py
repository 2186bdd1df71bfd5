"""Two arms on a real foundation and real text, by the command line, killed once."""

import json
from pathlib import Path

import pytest

from tests.test_loop import finish, kill_when

EXPERIMENT = """
name: tiny
foundations: {smollm2-135m: {}}
seeds: [7]
arms:
  translation: {set: {build.mix: {translation: 1}}}
  interactive: {}
cases_of: interactive
base:
  languages: [de, fr]
  build:
    sources: [udhr]
    held_out: [django]
    conversations: 40
    mix: {translation: 1, omission: 1, retarget: 1}
    test_pairs: 1
    test_cases: 1
  tune: {rank: 8, batch_tokens: 512, tokens: 500}
  evaluate:
    shots: 0
    interactive_shots: 0
    items: 2
    instructions: [asked.jsonl]
    texts: [news.en.txt]
"""
ASKED = {
    "instruction": "Nenne drei Früchte, die im Herbst reif werden.",
    "output": "Im Herbst werden Äpfel, Birnen und Pflaumen reif.",
}
TEXT = "The council met on Monday to talk about the new bridge over the river.\n"


@pytest.mark.slow(190)
def test_two_arms_are_run_killed_gone_on_with_and_set_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(EXPERIMENT, encoding="utf-8")
    (tmp_path / "asked.jsonl").write_text(json.dumps(ASKED) + "\n", encoding="utf-8")
    (tmp_path / "news.en.txt").write_text(TEXT, encoding="utf-8")
    folder = tmp_path / "runs" / "tiny"
    kill_when(tmp_path, folder / "smollm2-135m-translation-7" / "model" / "log.jsonl", "run", "tiny.yaml")
    said = finish(tmp_path, "run", "tiny.yaml")
    assert "  build: done already" in said and "Report: " in said
    figures = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    assert figures["runs"] == ["smollm2-135m-translation-7", "smollm2-135m-interactive-7"]
    for arm in figures["tuned"]:
        (run,) = arm["runs"]
        assert 500 <= run["tokens"] < 500 + 512
    costs = {(row["group"], row["arm"]): row["value"] for row in figures["figures"] if not row["higher"]}
    arms = ("foundation", "translation", "interactive")
    assert set(costs) == {(group, arm) for group in ("Text", "Instructions") for arm in arms}
    # English text costs a model of this size about one nat a character, German rather more.
    assert all(0.3 < value < 3 for value in costs.values())
    assert costs["Text", "foundation"] < costs["Instructions", "foundation"]
    assert len({row["items"] for row in figures["figures"] if row["name"] == "requests that are met"}) == 1
    assert finish(tmp_path, "run", "tiny.yaml").count("done already") == 2 + 1
