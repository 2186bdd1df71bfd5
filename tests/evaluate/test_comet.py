"""COMET on a tiny checkpoint of the published layout, against a computation of its own."""

import os

import numpy as np
import pytest
import yaml

from bayling.errors import BaylingError
from bayling.evaluate.comet import load_comet, sparsemax

SOURCES = ["the dog sleeps", "it rains", "are you coming", "the bread is old today"] * 3
HYPOTHESES = ["der hund schläft", "es regnet heute", "kommst du", "das brot"] * 3
REFERENCES = ["der hund schläft", "es regnet", "kommst du morgen", "das brot ist alt"] * 3
OPTIONS = {
    "class_identifier": "regression_metric",
    "encoder_model": "XLM-RoBERTa",
    "pretrained_model": "xlm-roberta-large",
    "pool": "avg",
    "layer": "mix",
    "layer_transformation": "sparsemax",
    "layer_norm": False,
    "hidden_sizes": [12, 6],
    "activations": "Tanh",
    "final_activation": None,
    "dropout": 0.1,
}
LAYERS, UNITS = 3, 8


@pytest.fixture
def folder(tmp_path):
    return checkpoint(tmp_path / "tiny", OPTIONS)


def checkpoint(folder, options):
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    torch.manual_seed(5)
    words = sorted({word for line in SOURCES + HYPOTHESES + REFERENCES for word in line.split()})
    vocabulary = {word: at for at, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", *words])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>")
    fast.save_pretrained(folder)
    config = XLMRobertaConfig(
        vocab_size=len(vocabulary),
        hidden_size=UNITS,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=40,
    )
    config.save_pretrained(folder)
    body = XLMRobertaModel(config, add_pooling_layer=False)
    weights = {f"encoder.model.{name}": weight for name, weight in body.state_dict().items()}
    for at, weight in enumerate([0.2, 0.9, -1.0, 0.4]):
        weights[f"layerwise_attention.scalar_parameters.{at}"] = torch.tensor([weight])
    weights["layerwise_attention.gamma"] = torch.tensor([1.3])
    width = 6 * UNITS
    for place, size in zip((0, 3, 6), (12, 6, 1), strict=True):
        weights[f"estimator.ff.{place}.weight"] = torch.randn(size, width)
        weights[f"estimator.ff.{place}.bias"] = torch.randn(size)
        width = size
    (folder / "checkpoints").mkdir()
    torch.save({"state_dict": weights, "epoch": 3}, folder / "checkpoints" / "model.ckpt")
    (folder / "hparams.yaml").write_text(yaml.safe_dump(options), encoding="utf-8")
    return folder


def expected(folder, shares, normed=False):
    """Segment by segment, without padding, in numpy."""
    import torch
    from transformers import AutoTokenizer, XLMRobertaConfig, XLMRobertaModel

    weights = torch.load(folder / "checkpoints" / "model.ckpt", weights_only=True)["state_dict"]
    body = XLMRobertaModel(XLMRobertaConfig.from_pretrained(folder), add_pooling_layer=False).eval()
    body.load_state_dict({k[14:]: v for k, v in weights.items() if k.startswith("encoder.model.")})
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def embed(text):
        with torch.no_grad():
            layers = body(**tokenizer(text, return_tensors="pt"), output_hidden_states=True).hidden_states
        stack = [layer[0].numpy() for layer in layers]
        if normed:
            stack = [(layer - layer.mean()) / layer.std() for layer in stack]
        return 1.3 * sum(share * layer.mean(0) for share, layer in zip(shares, stack, strict=True))

    scores = []
    for texts in zip(SOURCES, HYPOTHESES, REFERENCES, strict=True):
        s, h, r = map(embed, texts)
        x = np.concatenate([h, r, h * r, abs(h - r), h * s, abs(h - s)])
        for place in (0, 3, 6):
            x = weights[f"estimator.ff.{place}.weight"].numpy() @ x
            x = x + weights[f"estimator.ff.{place}.bias"].numpy()
            x = np.tanh(x) if place < 6 else x
        scores.append(float(x[0]))
    return scores


def test_scores_are_those_of_the_formula(folder):
    # Sparsemax of 0.2, 0.9, -1.0, 0.4: the threshold is (0.9 + 0.4 + 0.2 - 1) / 3.
    shares = [0.2 - 1 / 6, 0.9 - 1 / 6, 0.0, 0.4 - 1 / 6]
    found = load_comet(folder).score(SOURCES, HYPOTHESES, REFERENCES)
    assert found == pytest.approx(expected(folder, shares), abs=1e-5)
    assert len({round(score, 4) for score in found}) == 4


def test_layers_may_be_normalised_and_mixed_by_softmax(tmp_path):
    options = OPTIONS | {"layer_norm": True, "layer_transformation": "softmax"}
    folder = checkpoint(tmp_path / "old", options)
    odds = np.exp([0.2, 0.9, -1.0, 0.4])
    found = load_comet(folder).score(SOURCES, HYPOTHESES, REFERENCES)
    assert found == pytest.approx(expected(folder, odds / odds.sum(), normed=True), abs=1e-4)


def test_safetensors_give_the_same_scores(folder):
    import torch
    from safetensors.torch import save_file

    before = load_comet(folder).score(SOURCES, HYPOTHESES, REFERENCES)
    path = folder / "checkpoints" / "model.ckpt"
    save_file(torch.load(path, weights_only=True)["state_dict"], folder / "model.safetensors")
    path.unlink()
    assert load_comet(folder).score(SOURCES, HYPOTHESES, REFERENCES) == before


def test_sparsemax_is_a_projection():
    import torch

    assert sparsemax(torch.tensor([3.0, 0.0])).tolist() == [1, 0]
    assert sparsemax(torch.tensor([0.5, 0.5])).tolist() == [0.5, 0.5]


class Evil:
    def __reduce__(self):
        return os.mkdir, ("ran",)


def test_nothing_is_unpickled(folder, monkeypatch):
    import torch

    monkeypatch.chdir(folder)
    torch.save({"state_dict": {}, "more": Evil()}, folder / "checkpoints" / "model.ckpt")
    with pytest.raises(BaylingError, match=r"model\.ckpt: damaged, or holds more than tensors"):
        load_comet(folder)
    assert not (folder / "ran").exists()


def test_what_is_wrong_is_named(folder):
    with pytest.raises(BaylingError, match="2 hypotheses and 1 references"):
        load_comet(folder).score(["a"], ["a", "b"], ["a"])
    for change, message in (
        ({"hidden_sizes": [12]}, "weights do not fit"),
        ({"hidden_sizes": [12, 7]}, "size mismatch"),
        (
            {"class_identifier": "unified_metric"},
            "class_identifier is 'unified_metric'; only regression_metric",
        ),
    ):
        (folder / "hparams.yaml").write_text(yaml.safe_dump(OPTIONS | change), encoding="utf-8")
        with pytest.raises(BaylingError, match=message):
            load_comet(folder)
    (folder / "hparams.yaml").write_text(yaml.safe_dump(OPTIONS), encoding="utf-8")
    weights = folder / "checkpoints" / "model.ckpt"
    weights.write_bytes(weights.read_bytes()[:2000])
    with pytest.raises(BaylingError, match=r"model\.ckpt: "):
        load_comet(folder)
    weights.unlink()
    with pytest.raises(BaylingError, match=r"neither checkpoints/model\.ckpt nor model\.safetensors"):
        load_comet(folder)


def test_the_score_command_takes_a_checkpoint(folder, tmp_path):
    from bayling.evaluate.scoring import score_files

    paths = [tmp_path / name for name in ("src", "hyp", "ref")]
    for path, lines in zip(paths, (SOURCES, HYPOTHESES, REFERENCES), strict=True):
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    scoring = score_files(paths[1], paths[2], "de", source=paths[0], comet=folder)
    figure = scoring.systems[0].figures["comet"]
    assert figure.score == pytest.approx(
        np.mean(load_comet(folder).score(SOURCES, HYPOTHESES, REFERENCES)), abs=1e-6
    )
    assert scoring.signatures["comet"].startswith("comet:tiny|bs:1000")
