"""The model card: by the hub's rules, with every figure of the run, and nothing of who ran it."""

from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from bayling.errors import BaylingError
from bayling.files import read_json, write_json
from bayling.publish import model_card
from bayling.publish.card import literal
from bayling.run import Run, open_run


def page(text: str) -> str:
    return MarkdownIt("commonmark").enable("table").render(text.split("---\n", 2)[2])


def test_the_hub_reads_the_header(run: Run) -> None:
    from huggingface_hub import ModelCard

    data = ModelCard(model_card(run, "me/small"), ignore_metadata_errors=False).data
    assert data.language == ["de", "en", "es"]
    assert (data.license, data.base_model) == ("apache-2.0", "HuggingFaceTB/SmolLM2-135M-Instruct")
    assert (data.library_name, data.base_model_relation) == ("peft", "adapter")
    assert {"bayling", "translation", "lora"} <= set(data.tags)
    whole = ModelCard(model_card(run, "me/small", whole=True), ignore_metadata_errors=False).data
    assert (whole.library_name, whole.base_model_relation) == ("transformers", "finetune")


@pytest.mark.parametrize(
    ("licence", "told"),
    [
        ("CC-BY-SA-4.0", {"license": "cc-by-sa-4.0"}),
        ("llama3.1", {"license": "llama3.1"}),
        ("LicenseRef-Ours 2", {"license": "other", "license_name": "licenseref-ours-2"}),
    ],
)
def test_a_licence_is_named_as_on_the_hub(run: Run, licence: str, told: dict[str, str]) -> None:
    text = model_card(run, "me/small", licence=licence)
    assert told.items() <= yaml.safe_load(text.split("---\n")[1]).items()
    assert f"These weights: {licence}." in text


def test_what_the_foundations_licence_asks_is_said(run: Run) -> None:
    gemma = Run(run.folder, run.recipe.model_copy(update={"foundation": "gemma3-270m"}))
    text = model_card(gemma, "me/small")
    assert yaml.safe_load(text.split("---\n")[1])["license"] == "gemma"
    assert "Gemma is provided under and subject to the Gemma Terms of Use" in text
    assert "over the foundation's Q4_K_M weights" in text


def test_an_adapter_learned_over_four_bits_says_over_what_it_was_measured(run: Run) -> None:
    tune = run.recipe.tune.model_copy(update={"method": "qlora"})
    text = model_card(Run(run.folder, run.recipe.model_copy(update={"tune": tune})), "me/small")
    assert "weights in 4 bits, and measured merged into all of their bits" in text


def test_it_says_what_was_measured_and_how(run: Run) -> None:
    text = model_card(run, "me/small")
    results = read_json(run.evaluation / "results.json")
    for row in results["translation"]:
        assert f" {row['chrf']:.1f} |" in text
        assert row["signatures"]["chrf++"] in text
    for row in results["interaction"]:
        assert f"{row['success']:.0%} ({row['low']:.0%} to {row['high']:.0%})" in text
    for sample in results["samples"]:
        assert literal(sample["after"]) in text
    count = read_json(run.data / "statistics.json")["conversations"]
    fingerprint = run.manifest["stages"]["tune"]["fingerprint"]
    for said in (f"| CC0-1.0 | {count} |", f"| train.tsv | {count} |", "900 tokens", "torch ", fingerprint):
        assert said in text
    assert "skipped: UNSET_DATA not set" in text


def test_what_was_forgotten_is_told(run: Run) -> None:
    assert "What was forgotten" not in model_card(run, "me/small")
    path = run.evaluation / "results.json"
    row = {"set": "news.de.txt", "language": "de", "segments": 40}
    held = [
        row | {"system": name, "nats_per_character": cost}
        for name, cost in (("foundation bare", 1), ("tuned", 1.25))
    ]
    write_json(path, read_json(path) | {"likelihood": held})
    assert "| news.de.txt | German | 40 | 1.000 | 1.250 |" in model_card(run, "me/small")


def test_text_of_models_is_shown_as_it_is(run: Run) -> None:
    shown = page(model_card(run, "me/small"))
    assert "<script" not in shown
    assert "&lt;/dd&gt;&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;" in shown
    assert literal("**a** | `b`\n# c") == r"\*\*a\*\* \| \`b\`<br>\# c"
    assert literal(" \n ") == "*nothing*"


def test_tables_are_whole(run: Run) -> None:
    lines = model_card(run, "me/small").splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith("|---")]
    assert len(heads) > 6
    for head in heads:
        rows = [lines[head - 1]]
        while lines[head + len(rows) - 1].startswith("|"):
            rows.append(lines[head + len(rows) - 1])
        assert len(rows) > 2
        assert len({row.replace(r"\|", "").count("|") for row in rows}) == 1, rows
    shown = page("\n".join(lines))
    assert shown.count("<table>") == len(heads)


def test_what_the_figures_say_against_it_is_a_limit(run: Run) -> None:
    path = run.evaluation / "results.json"
    results = read_json(path)
    for row in results["translation"]:
        if row["system"] == "tuned" and row["language"] == "es" and row["out"]:
            row["chrf"], row["flaws"]["off_target"] = 0.0, 0.5
    for row in results["interaction"]:
        row["success"] = 0.9 if row["task"] != "omission" else 0.5
    write_json(path, results)
    text = model_card(run, "me/small")
    assert "- held-out, out of English: worse than the foundation with examples in Spanish." in text
    assert "out of English: 5% or more of the answers are in another language in Spanish." in text
    assert "no more than half: omission." in text


def test_nobody_learns_where_files_lay(run: Run, tmp_path: Path) -> None:
    text = model_card(run, "me/small")
    assert "train.tsv" in text
    assert str(tmp_path) not in text
    assert str(Path(__file__).parent.parent) not in text
    recipe = yaml.safe_load(text.split("```yaml\n")[1].split("```")[0])
    assert recipe["build"]["sources"] == [{"path": "train.tsv", "licence": "CC0-1.0"}]


def test_a_shipped_recipe_is_made_again_by_its_name(run: Run) -> None:
    from bayling.recipe import read_recipe

    text = model_card(Run(run.folder, read_recipe("quickstart")), "me/small")
    assert "    bayling run quickstart\n" in text
    assert "as time ends the tuning" in text
    assert "# Some twenty minutes on two cores" in text
    assert "    bayling run small.yaml\n" in model_card(run, "me/small")


def test_a_run_that_was_not_evaluated_says_so(run: Run) -> None:
    manifest = run.manifest
    del manifest["stages"]["evaluate"]
    write_json(run.folder / "manifest.json", manifest)
    text = model_card(run, "me/small")
    assert "It was not evaluated." in text
    assert "chrF" not in text
    del manifest["stages"]["tune"]
    write_json(run.folder / "manifest.json", manifest)
    with pytest.raises(BaylingError, match="is not tuned yet"):
        model_card(run, "me/small")


def test_figures_of_weights_that_are_no_more_are_not_told(run: Run, own_home: Path) -> None:
    other = run.recipe.model_copy(update={"tune": run.recipe.tune.model_copy(update={"rank": 9})})
    figures = run.manifest["stages"]["tune"]["figures"]
    Run(run.folder, other).perform("tune", lambda: figures)
    text = model_card(open_run(run.folder), "me/small")
    assert "LoRA of rank 9" in text and "It was not evaluated." in text


def test_it_is_the_same_when_written_again(run: Run) -> None:
    assert model_card(run, "me/small") == model_card(run, "me/small")


def test_only_what_is_on_the_hub_is_had_from_there(run: Run) -> None:
    assert 'hf_hub_download("me/small", "chat_template.jinja")' in model_card(run, "me/small")
    text = model_card(run, "small")
    assert "--model small\n" in text and "hf_hub_download" not in text
