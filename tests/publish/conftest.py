"""A run with an adapter to publish, and a hub to publish it on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bayling.files import write_json
from bayling.run import Run
from tests.evaluate.conftest import built, run, systems  # noqa: F401  # fixtures
from tests.publish.standin import TOKEN, Hub, Repository, serve


def adapt(foundation: Path, model: Path, name: str) -> None:
    """Leave in `model` what tuning the foundation leaves, which is called by `name`."""
    import torch
    from peft import LoraConfig, get_peft_model

    from bayling.models import load_weights

    torch.manual_seed(0)
    config = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM")
    adapted = get_peft_model(load_weights(foundation), config)
    adapted.save_pretrained(model / "adapter")
    template = "{% for turn in messages %}{{ turn.content }}</s>{% endfor %}"
    write_json(model / "tuned.json", {"foundation": name, "template": template, "method": "lora"})


@pytest.fixture
def tuned(run: Run, tiny_foundation: Path) -> Run:  # noqa: F811
    """A run over `smollm2-135m` with a whole, though tiny, adapter."""
    adapt(tiny_foundation, run.model, "smollm2-135m")
    return run


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_foundation: Path) -> Iterator[Hub]:
    """A hub that the client knows and has a token for, with `me/tiny` on it; nothing waits before it tries again."""
    from huggingface_hub import constants
    from huggingface_hub.utils import _http

    with serve() as served:
        files = {path.name: path.read_bytes() for path in tiny_foundation.iterdir() if path.is_file()}
        served.repositories["me/tiny"] = Repository(False, files)
        monkeypatch.setenv("HF_ENDPOINT", served.address)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)  # its protocol is not the hub's own
        monkeypatch.setattr(_http.time, "sleep", lambda _: None)
        yield served
