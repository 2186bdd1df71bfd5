from pathlib import Path

import torch

from bayling.engines.export import export
from bayling.engines.tuned import find_model
from bayling.files import write_json
from bayling.models import load_tokenizer, load_weights


def test_an_exported_model_stands_alone_and_says_the_same(tiny_foundation: Path, tmp_path: Path) -> None:
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(0)
    config = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM")
    adapted = get_peft_model(load_weights(tiny_foundation), config)
    model = tmp_path / "run" / "model"
    adapted.save_pretrained(model / "adapter")
    about = {"foundation": str(tiny_foundation), "template": "plain", "method": "lora"}
    write_json(model / "tuned.json", about)
    ids = torch.arange(20, 40)[None]
    wanted = adapted(ids).logits

    export(tmp_path / "run", tmp_path / "out")

    found = find_model(tmp_path / "out")
    torch.testing.assert_close(found.load()(ids).logits, wanted, atol=1e-4, rtol=1e-4)
    assert not torch.allclose(load_weights(tiny_foundation)(ids).logits, wanted, atol=1e-2)
    assert load_tokenizer(found.weights).chat_template
