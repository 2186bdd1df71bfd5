"""What several tests need: a tiny Llama with a tokenizer of its own, and a cache folder of the tests' own."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # there is a process for each core already

settings.register_profile("bayling", deadline=None)  # a busy machine is no fault
settings.load_profile("bayling")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=6, help="how often a build is killed at random moments")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests by their seconds, one half after the other, so that of two workers each begins with a long one."""
    seconds = {item: mark.args[0] for item in items if (mark := item.get_closest_marker("slow"))}
    slow = sorted(seconds, key=seconds.__getitem__, reverse=True)
    items[:] = [*(item for item in items if item not in seconds), *slow[::2], *slow[1::2]]


def pytest_collection_finish() -> None:
    """What is imported by now is no garbage: the libraries look for some at each tuning and each layer that they convert,
    among all objects there are, which took longer than a small model."""
    gc.freeze()


TEXTS = [
    "Translate into German: The battery is empty.",
    "Die Batterie ist leer. Der Akku ist leer.",
    "User: Assistant: Now into Spanish. La batería está vacía.",
]


@pytest.fixture(scope="session")
def tiny_foundation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random two-layer Llama (grouped-query attention) of 300 pieces, byte-level."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<unk>", "<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    ).save_pretrained(folder)
    torch.manual_seed(0)
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=300,
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=512,
            initializer_range=0.3,  # far enough from zero for frozen embeddings to be told apart
            bos_token_id=1,
            eos_token_id=2,
        )
    ).save_pretrained(folder)
    return folder


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    monkeypatch.setenv("BAYLING_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def tiny_gemma(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random two-layer Gemma 3 of 360 pieces, SentencePiece-like (spaces as `▁`, bytes)."""
    import json

    import torch
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, trainers
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig, GemmaTokenizer

    folder = tmp_path_factory.mktemp("gemma")
    trained = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    trained.normalizer = normalizers.Replace(" ", "▁")
    trained.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<unused0>"]
    special += [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=360, special_tokens=special, show_progress=False)
    trained.train_from_iterator(TEXTS, trainer)
    model = json.loads(trained.to_str())["model"]
    merges = [tuple(merge) for merge in model["merges"]]
    tokenizer = GemmaTokenizer(vocab=model["vocab"], merges=merges)
    tokenizer.add_tokens(AddedToken("<unused0>", special=True))
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    Gemma3ForCausalLM(
        Gemma3TextConfig(
            vocab_size=len(model["vocab"]),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=6,
            num_attention_heads=2,
            num_key_value_heads=1,
            head_dim=256,
            max_position_embeddings=512,
            sliding_window=64,
            initializer_range=0.2,
            bos_token_id=2,
            eos_token_id=1,
            pad_token_id=0,
            query_pre_attn_scalar=256,
        )
    ).save_pretrained(folder)
    return folder


@pytest.fixture(params=["llama", "gemma"])
def tiny(request: pytest.FixtureRequest, tiny_foundation: Path, tiny_gemma: Path) -> Path:
    """Each of both families in turn."""
    return tiny_gemma if request.param == "gemma" else tiny_foundation
