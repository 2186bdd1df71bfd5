"""Publishing by the command line, against a stand-in of the hub: what arrives, and what is said when it does not."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from bayling import cli
from bayling.conversation import Turn
from bayling.engines import Options, load_engine
from bayling.engines.tuned import find_model
from bayling.models import load_weights
from bayling.models.foundation import from_hub
from bayling.run import Run
from tests.publish.standin import Hub, Repository
from tests.publish.test_folder import own


def publish(run: Run, *arguments: str, to: str = "me/small") -> int:
    sys.argv = ["bayling", "publish", str(run.folder), "--to", to, *arguments]
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


@pytest.fixture(autouse=True)
def arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [])


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line of what went wrong."""
    (line,) = re.findall("bayling: .*", capsys.readouterr().err)
    return str(line)


def test_the_files_arrive_byte_by_byte_in_a_private_repository(
    hub: Hub, tuned: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(tuned) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{hub.address}/me/small (private)"
    stored = hub.repositories["me/small"]
    assert stored.private
    del stored.files[".gitattributes"]
    folder = tuned.folder / "published"
    assert stored.files == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(hub.blobs) == 1 and len(stored.commits) == 2


def test_what_was_published_is_a_model_by_its_name(hub: Hub, run: Run, tiny_foundation: Path) -> None:
    kept = own(run, tiny_foundation)
    assert publish(kept, "--base", "me/tiny", "--public") == 0
    assert not hub.repositories["me/small"].private
    asked = [[Turn("user", "Die Batterie ist leer.")]]
    options = Options(max_tokens=12)
    wanted = load_engine(kept.folder, "transformers").generate(asked, options)
    assert load_engine("me/small", "transformers").generate(asked, options) == wanted
    assert load_engine("me/tiny", "transformers").generate(asked, options) != wanted
    for name, data in hub.repositories["me/small"].files.items():  # as a hub's folder fetched by other means
        (kept.folder / "fetched").mkdir(exist_ok=True)
        (kept.folder / "fetched" / name).write_bytes(data)
    assert load_engine(kept.folder / "fetched", "transformers").generate(asked, options) == wanted


def by_the_card(run: Run, folder: Path, more: str = "") -> tuple[str, str]:
    """The lines of the card of a run that is published over `me/tiny`, and what they and `more` print."""
    assert publish(run, "--base", "me/tiny") == 0
    card = (run.folder / "published" / "README.md").read_text(encoding="utf-8")
    lines = card.split("```python\n")[1].split("```")[0]
    environment = os.environ | {"HF_HOME": str(folder / "other"), "HF_HUB_DISABLE_XET": "1"}
    done = subprocess.run(
        [sys.executable, "-c", lines + more], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return lines, done.stdout


def test_the_cards_own_lines_use_it(hub: Hub, run: Run, tiny_foundation: Path, tmp_path: Path) -> None:
    sampled = json.loads(hub.repositories["me/tiny"].files["generation_config.json"])
    sampled |= {"do_sample": True, "temperature": 9.0}
    hub.repositories["me/tiny"].files["generation_config.json"] = json.dumps(sampled).encode()
    lines, said = by_the_card(own(run, tiny_foundation), tmp_path)
    words = "Translate into German: The battery is empty."
    (wanted,) = load_engine("me/small", "transformers").generate([[Turn("user", words)]])
    assert words in lines and len(said) > 8 and wanted.startswith(said[:8])


def test_the_cards_own_lines_stop_where_the_template_does(
    hub: Hub, run: Run, tiny_foundation: Path, tmp_path: Path
) -> None:
    model = load_weights(tiny_foundation)  # its text ends with </s>
    torch.nn.init.zeros_(model.model.norm.weight)  # so that it says its first piece for ever
    model.save_pretrained(tmp_path / "base")
    weights = (tmp_path / "base" / "model.safetensors").read_bytes()
    hub.repositories["me/tiny"].files["model.safetensors"] = weights
    kept = own(run, tiny_foundation)
    about = kept.model / "tuned.json"
    about.write_text(about.read_text().replace("</s>", "<unk>"))
    assert by_the_card(kept, tmp_path, "print(len(answer))")[1] == "\n1\n"


@pytest.mark.parametrize("argument", ["--dry-run", "-o"])
def test_a_dry_run_asks_the_hub_nothing(hub: Hub, tuned: Run, tmp_path: Path, argument: str) -> None:
    folder = tuned.folder / "published" if argument == "--dry-run" else tmp_path / "out"
    assert publish(tuned, *([argument] if argument == "--dry-run" else [argument, str(folder)])) == 0
    assert (folder / "README.md").exists()
    assert hub.asked == []


def test_an_upload_that_breaks_off_goes_on(hub: Hub, tuned: Run, capsys: pytest.CaptureFixture[str]) -> None:
    hub.cuts = 1000
    assert publish(tuned) == 2
    assert "me/small: the upload to http://127.0.0.1" in (line := said(capsys))
    assert "broke off" in line and "run again to go on" in line
    assert list(hub.repositories["me/small"].files) == [".gitattributes"]
    hub.cuts, hub.fails = 0, {"POST .*/commit/": 503}
    assert publish(tuned) == 2
    assert "the hub says 503 (out of order); run again to go on" in said(capsys)
    hub.fails, hub.asked = {}, []
    assert publish(tuned) == 0
    assert not [each for each in hub.asked if each.startswith("PUT")]  # the weights had arrived
    assert "adapter_model.safetensors" in hub.repositories["me/small"].files


def test_a_cut_line_is_taken_up_at_once(hub: Hub, tuned: Run) -> None:
    hub.cuts = 2
    assert publish(tuned) == 0
    assert "adapter_model.safetensors" in hub.repositories["me/small"].files


def test_what_is_there_is_not_written_over_unasked(
    hub: Hub, tuned: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"README.md": b"# Another", "model.safetensors": b"old", "notes.txt": b"ours"}
    hub.repositories["me/small"] = Repository(False, dict(files))
    assert publish(tuned) == 2
    assert "me/small: the hub has it already, with 3 files; put this over it with --again" in said(capsys)
    assert hub.repositories["me/small"].files == files
    assert publish(tuned, "--again") == 0
    stored = hub.repositories["me/small"].files
    assert stored["README.md"] == (tuned.folder / "published" / "README.md").read_bytes()
    assert "model.safetensors" not in stored and stored["notes.txt"] == b"ours"


def test_whole_weights_take_the_place_of_an_adapter(
    hub: Hub, run: Run, tiny_foundation: Path, tmp_path: Path
) -> None:
    kept = own(run, tiny_foundation)
    assert publish(kept, "--base", "me/tiny") == 0
    assert publish(kept, "--whole", "--again") == 0
    found = find_model("me/small")
    assert found.adapter is None
    assert not (found.weights / "adapter_config.json").exists()  # transformers would look for an adapter


def test_a_refused_token_is_one_line(
    hub: Hub, tuned: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert publish(tuned, to="other/small") == 2
    assert "other/small: the hub refuses the token (403 no rights to create under other)" in said(capsys)
    monkeypatch.setenv("HF_TOKEN", "hf_bad")
    assert publish(tuned) == 2
    assert "refuses the token (401" in (line := said(capsys)) and f"{hub.address}/settings/tokens" in line
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr("huggingface_hub.get_token", lambda: None)
    assert publish(tuned) == 2
    assert "log in with `hf auth login`, or set HF_TOKEN" in said(capsys)
    assert set(hub.repositories) == {"me/tiny"}


def test_a_hub_that_cannot_be_reached_is_one_line(
    hub: Hub, tuned: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert publish(tuned) == 2
    assert "me/small: the upload to http://127.0.0.1:9 broke off (ConnectError" in said(capsys)


def test_a_name_that_is_none_is_said_before_anything_is_written(
    tuned: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(tuned, to="small") == 2
    assert "--to small: write OWNER/NAME" in said(capsys)
    assert not (tuned.folder / "published").exists()


def test_the_hubs_chunked_storage_failing_is_one_line_too(
    hub: Hub, tuned: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", False)
    assert publish(tuned) == 2  # the stand-in has none
    assert "run again to go on" in said(capsys)


def test_of_a_hubs_model_the_same_weights_under_other_names_stay_there(hub: Hub) -> None:
    files = hub.repositories["me/tiny"].files
    files["consolidated.safetensors"] = files["original/consolidated.safetensors"] = b"large"
    folder = from_hub("me/tiny", weights=False)
    assert (folder / "tokenizer.json").exists() and not [*folder.rglob("*.safetensors")]
    assert [path.name for path in from_hub("me/tiny").rglob("*.safetensors")] == ["model.safetensors"]
