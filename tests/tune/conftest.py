"""The data folder that the tests of tuning read."""

from pathlib import Path

import pytest

from bayling.conversation import write_conversations
from tests.tune.small import conversations


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_conversations(conversations(140), tmp_path / "data" / "train-00000.parquet")
    write_conversations(conversations(7), tmp_path / "data" / "dev.parquet")
    return tmp_path / "data"


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """For templates that are long in the bytes of a tiny tokenizer."""
    write_conversations(conversations(36), tmp_path / "few" / "train-00000.parquet")
    write_conversations(conversations(4), tmp_path / "few" / "dev.parquet")
    return tmp_path / "few"


@pytest.fixture(scope="session")
def foundations(tiny_foundation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped recipes' families scaled down: `llama` (1 and 2), and `llama-3` with grouped-query
    attention and the tokens of its template."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("foundations")
    for family, heads in (("llama", 4), ("llama-3", 1)):
        tokenizer = AutoTokenizer.from_pretrained(tiny_foundation)
        if family == "llama-3":
            names = ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
            tokenizer.add_special_tokens(
                {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>", "extra_special_tokens": names}
            )
        tokenizer.save_pretrained(folder / family)
        torch.manual_seed(0)
        config = LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            intermediate_size=86,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=heads,
            max_position_embeddings=2048,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
        LlamaForCausalLM(config).save_pretrained(folder / family)
    return folder
