"""What is published of a run: a folder that PEFT, transformers and bayling read as it is.

adapter_model.safetensors, adapter_config.json   or, of whole weights, those of `bayling export`
tuned.json, chat_template.jinja                  the foundation and template that the adapter belongs to
README.md                                        the card
manifest.json                                    the run's, without the folders of whoever ran it
start-manifests.json                             those of the runs that its tuning went on from, the last one first
NOTICE                                           what the foundation's licence asks to hand on
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayling.engines.export import export
from bayling.errors import BaylingError
from bayling.files import read_json, replacing, write_json
from bayling.models import packaged
from bayling.models.foundation import hub_id
from bayling.models.weights import ADAPTER, CONFIGURATION
from bayling.publish.card import model_card
from bayling.recipe import without_folders
from bayling.run import Run, runs_before


@dataclass(frozen=True, slots=True)
class Publication:
    """A run's model and as what it is published."""

    run: Run
    name: str
    """On the hub: `owner/name`."""
    base: str | None = None
    """The foundation's hub id, where the recipe does not tell."""
    licence: str | None = None
    """Of the weights, as SPDX or the hub name it; else the foundation's."""
    whole: bool = False
    """Weights that stand alone, the adapter merged."""


def write_folder(what: Publication, folder: Path) -> list[Path]:
    """Write what is to be published, whole or not at all; gives the files in order of name.

    Raises:
        BaylingError: the run is not tuned, a part of it is missing, or nobody else has its foundation.
    """
    run = what.run
    card = model_card(run, what.name, base=what.base, licence=what.licence, whole=what.whole)
    about = read_json(run.model / "tuned.json")
    base = what.base or hub_id(about["foundation"])
    with replacing(folder) as partial:
        if what.whole or about["method"] == "full":
            export(run.folder, partial)
        elif base is None:
            raise BaylingError(
                f"{run.folder}: nobody else has its foundation, {about['foundation']}; "
                "name it on the hub with --base, or publish whole weights with --whole"
            )
        else:
            _write_adapter(run.model / "adapter", about, base, partial)
        (partial / "README.md").write_text(card, encoding="utf-8")
        write_json(partial / "manifest.json", _manifest(run))
        if starts := [_manifest(start) for start in runs_before(run)]:
            write_json(partial / "start-manifests.json", starts)
        if notice := packaged().get(about["foundation"], {}).get("notice"):
            (partial / "NOTICE").write_text(f"{notice}\n", encoding="utf-8")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _write_adapter(adapter: Path, about: dict[str, Any], base: str, folder: Path) -> None:
    if not (adapter / ADAPTER).exists():
        raise BaylingError(f"{adapter}: no {ADAPTER} here; tune again")
    folder.mkdir()
    shutil.copyfile(adapter / ADAPTER, folder / ADAPTER)
    # What PEFT wrote is where the foundation lay on the machine that tuned.
    write_json(folder / CONFIGURATION, read_json(adapter / CONFIGURATION) | {"base_model_name_or_path": base})
    known = about["foundation"] in packaged()
    write_json(folder / "tuned.json", about | ({} if known else {"foundation": base}))
    (folder / "chat_template.jinja").write_text(about["template"], encoding="utf-8")


def _manifest(run: Run) -> dict[str, Any]:
    stages = {
        # A command has folders in it, and so have the paths of what was read.
        name: {key: value for key, value in entry.items() if key not in ("command", "inputs")}
        for name, entry in run.manifest["stages"].items()
        if name != "report"
    }
    return run.manifest | {"recipe": without_folders(run.recipe), "stages": stages}
