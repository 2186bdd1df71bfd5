"""The folder that is published: what PEFT, transformers and bayling read, and nothing of whoever ran it."""

from pathlib import Path

import pytest
import torch

from bayling.engines.tuned import find_model
from bayling.errors import BaylingError
from bayling.files import read_json, write_json
from bayling.models import load_tokenizer, load_weights
from bayling.publish import Publication, write_folder
from bayling.run import Run, open_run
from tests.publish.conftest import adapt


def own(run: Run, foundation: Path) -> Run:
    """The same run over a foundation that lies in a folder."""
    adapt(foundation, run.model, str(foundation))
    return Run(run.folder, run.recipe.model_copy(update={"foundation": str(foundation)}))


def test_an_adapter_comes_with_what_it_needs(tuned: Run, tmp_path: Path) -> None:
    files = write_folder(Publication(tuned, "me/small"), tmp_path / "out")
    assert [path.name for path in files] == [
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "chat_template.jinja",
        "manifest.json",
        "tuned.json",
    ]
    weights = (tmp_path / "out" / "adapter_model.safetensors").read_bytes()
    assert weights == (tuned.model / "adapter" / "adapter_model.safetensors").read_bytes()
    told = read_json(tmp_path / "out" / "adapter_config.json")
    assert told["base_model_name_or_path"] == "HuggingFaceTB/SmolLM2-135M-Instruct"
    assert read_json(tmp_path / "out" / "tuned.json")["foundation"] == "smollm2-135m"
    template = (tmp_path / "out" / "chat_template.jinja").read_text()
    assert template == read_json(tuned.model / "tuned.json")["template"]


def test_nothing_tells_where_it_was_made(tuned: Run, tmp_path: Path) -> None:
    for path in write_folder(Publication(tuned, "me/small"), tmp_path / "out"):
        assert str(tmp_path).encode() not in path.read_bytes(), path
    manifest = read_json(tmp_path / "out" / "manifest.json")
    assert manifest["recipe"]["build"]["held_out"] == [{"path": "test.tsv", "licence": "CC0-1.0"}]
    assert set(manifest["stages"]) == {"build", "tune", "evaluate"}
    assert not any(set(stage) & {"command", "inputs"} for stage in manifest["stages"].values())


def test_what_it_went_on_from_is_told(tuned: Run, tmp_path: Path) -> None:
    manifest = tuned.manifest
    write_json(tmp_path / "first" / "manifest.json", manifest)
    manifest["stages"]["tune"]["figures"] |= {"start": {"run": "first", "tokens": 1234}, "device": "cpu"}
    manifest["recipe"]["tune"]["start"] = str(tmp_path / "first")
    write_json(tuned.folder / "manifest.json", manifest)
    write_folder(Publication(open_run(tuned.folder), "me/small"), tmp_path / "out")
    [start] = read_json(tmp_path / "out" / "start-manifests.json")
    assert start["stages"]["tune"]["fingerprint"] == manifest["stages"]["tune"]["fingerprint"]
    card = (tmp_path / "out" / "README.md").read_text()
    assert "a second, after 1,234 tokens of first\n" in card
    assert "\n    bayling run first\n    bayling run " in card
    assert "- Energy: " in card


def test_peft_reads_an_adapter_and_it_says_the_same(run: Run, tiny_foundation: Path, tmp_path: Path) -> None:
    from peft import PeftModel

    kept = own(run, tiny_foundation)
    write_folder(Publication(kept, "me/small", base="me/tiny"), tmp_path / "out")
    ids = torch.arange(20, 40)[None]
    wanted = find_model(kept.folder).load()(ids).logits
    read = PeftModel.from_pretrained(load_weights(tiny_foundation), tmp_path / "out")
    torch.testing.assert_close(read(ids).logits, wanted, atol=1e-4, rtol=1e-4)


def test_whole_weights_stand_alone(run: Run, tiny_foundation: Path, tmp_path: Path) -> None:
    kept = own(run, tiny_foundation)
    files = write_folder(Publication(kept, "me/small", whole=True), tmp_path / "out")
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {path.name for path in files}
    assert "tuned.json" not in {path.name for path in files}
    ids = torch.arange(20, 40)[None]
    wanted = find_model(kept.folder).load()(ids).logits
    torch.testing.assert_close(find_model(tmp_path / "out").load()(ids).logits, wanted, atol=1e-4, rtol=1e-4)
    assert load_tokenizer(tmp_path / "out").chat_template == read_json(kept.model / "tuned.json")["template"]


def test_a_foundation_that_nobody_else_has_is_refused(
    run: Run, tiny_foundation: Path, tmp_path: Path
) -> None:
    with pytest.raises(BaylingError, match=r"nobody else has its foundation, .*tiny.*--base.*--whole"):
        write_folder(Publication(own(run, tiny_foundation), "me/small"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_a_licence_asks_to_hand_on_is_in_a_notice(tuned: Run, tmp_path: Path) -> None:
    about = tuned.model / "tuned.json"
    about.write_text(about.read_text().replace("smollm2-135m", "gemma3-270m"))
    write_folder(Publication(tuned, "me/small"), tmp_path / "out")
    assert "Gemma Terms of Use" in (tmp_path / "out" / "NOTICE").read_text()


def test_a_run_without_its_adapter_says_so(tuned: Run, tmp_path: Path) -> None:
    (tuned.model / "adapter" / "adapter_model.safetensors").unlink()
    with pytest.raises(BaylingError, match=r"no adapter_model\.safetensors here; tune again"):
        write_folder(Publication(tuned, "me/small"), tmp_path / "out")
