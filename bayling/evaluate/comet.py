"""COMET-22 and its kin, read from the published checkpoint: quality from 0 to about 1, learned from people's ratings.

    scorer = load_comet(Path("wmt22-comet-da"))
    scorer.score(sources, hypotheses, references)      # [segments]

The estimator of Rei et al. 2020 and 2022: XLM-R reads source, hypothesis and reference apart; its layers are mixed
by learned weights (softmax, or sparsemax, Martins and Astudillo 2016) and averaged over the tokens; a feed-forward
net scores the hypothesis beside both. The folder is as published, with the encoder's tokenizer and `config.json`
beside or at its hub id:

    hparams.yaml   checkpoints/model.ckpt (or model.safetensors)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bayling.errors import BaylingError
from bayling.evaluate.given import Given
from bayling.evaluate.metrics import check_parallel
from bayling.progress import progress

if TYPE_CHECKING:
    import torch

BATCH = 8
"""Segments read at a time."""
ENCODER = "encoder.model."
UNUSED = ("encoder.model.pooler.", "encoder.model.embeddings.position_ids", "layerwise_attention.dropout_")


@dataclass(frozen=True, slots=True)
class Comet:
    """A scorer with its weights in memory."""

    name: str
    tokenizer: Any
    encoder: Any
    mix: "torch.Tensor"
    """The share of each layer, embeddings first, times gamma: `[layers]`."""
    estimator: Any
    layer_norm: bool
    longest: int
    """Tokens of a segment; the rest is cut off."""

    def score(
        self, sources: Sequence[str], hypotheses: Sequence[str], references: Sequence[str]
    ) -> list[float]:
        """A score of each segment, in their order; the corpus's is their mean.

        Raises:
            BaylingError: nothing to score, or unequal counts.
        """
        import torch

        check_parallel(hypotheses, references)
        check_parallel(hypotheses, sources)
        order = sorted(range(len(hypotheses)), key=lambda at: (len(hypotheses[at]) + len(references[at]), at))
        scores = [0.0] * len(order)
        with torch.inference_mode(), progress("COMET", len(order)) as advance:
            for start in range(0, len(order), BATCH):
                batch = order[start : start + BATCH]
                source, hypothesis, reference = (
                    self._embed([texts[at] for at in batch]) for texts in (sources, hypotheses, references)
                )
                seen = [hypothesis, reference]
                for other in (reference, source):
                    seen += [hypothesis * other, (hypothesis - other).abs()]
                for at, found in zip(
                    batch, self.estimator(torch.cat(seen, 1)).flatten().tolist(), strict=True
                ):
                    scores[at] = found
                advance(len(batch))
        return scores

    def of_systems(
        self, sources: Sequence[str], outputs: Iterable[Sequence[str]], references: Sequence[str]
    ) -> Given:
        """The scores of several systems as a metric."""
        return Given("comet", self.name, [self.score(sources, each, references) for each in outputs])

    def _embed(self, texts: Sequence[str]) -> "torch.Tensor":
        """`[texts, units]`."""
        inputs = self.tokenizer(
            list(texts), return_tensors="pt", padding=True, truncation=True, max_length=self.longest
        ).to(self.mix.device)
        mask = inputs["attention_mask"].unsqueeze(-1).to(self.mix.dtype)
        layers = self.encoder(
            inputs["input_ids"], inputs["attention_mask"], output_hidden_states=True
        ).hidden_states
        if self.layer_norm:
            layers = [_normed(layer, mask) for layer in layers]
        mixed = sum(share * layer for share, layer in zip(self.mix, layers, strict=True))
        pooled: torch.Tensor = (mixed * mask).sum(1) / mask.sum(1)
        return pooled


def load_comet(folder: Path) -> Comet:
    """Read a checkpoint, onto a GPU where there is one; nothing of it is unpickled but tensors.

    The encoder's tokenizer and configuration are those in the folder where it has a `config.json`, or else of what
    `hparams.yaml` names.

    Raises:
        BaylingError: a file is missing or damaged, or the model is of another kind; names it.
    """
    import torch
    from transformers import AutoConfig, AutoTokenizer, XLMRobertaModel

    device = "cuda" if torch.cuda.is_available() else "cpu"
    options = _options(folder)
    weights = _weights(folder)
    encoder = str(folder) if (folder / "config.json").exists() else options["pretrained_model"]
    try:
        config = AutoConfig.from_pretrained(encoder)
        tokenizer = AutoTokenizer.from_pretrained(encoder)
    except (OSError, ValueError) as error:
        raise BaylingError(
            f"{encoder}: neither tokenizer nor configuration of the encoder; put them beside {folder}"
        ) from error
    body = XLMRobertaModel(config, add_pooling_layer=False)
    net = _estimator(options, config.hidden_size)
    count = config.num_hidden_layers + 1
    parts = {
        ENCODER: body,
        "estimator.": net,
    }
    mixing = {f"layerwise_attention.scalar_parameters.{number}" for number in range(count)}
    mixing.add("layerwise_attention.gamma")
    wanted = mixing | {prefix + name for prefix, part in parts.items() for name in part.state_dict()}
    wanted -= {name for name in wanted if name.startswith(UNUSED)}
    found = {name for name in weights if not name.startswith(UNUSED)}
    if wanted != found:
        first = sorted(wanted ^ found)[0]
        raise BaylingError(f"{folder}: weights do not fit hparams.yaml and the encoder, the first is {first}")
    for prefix, part in parts.items():
        own = {
            name.removeprefix(prefix): weight for name, weight in weights.items() if name.startswith(prefix)
        }
        try:
            part.load_state_dict(own, strict=False)
        except RuntimeError as error:
            raise BaylingError(f"{folder}: {' '.join(str(error).split())[:200]}") from error
        part.to(device).eval()
    shares = torch.cat(
        [weights[f"layerwise_attention.scalar_parameters.{at}"].float() for at in range(count)]
    )
    sparse = options.get("layer_transformation", "softmax") == "sparsemax"
    mix = weights["layerwise_attention.gamma"].float() * (sparsemax(shares) if sparse else shares.softmax(0))
    layer_norm = bool(options.get("layer_norm", True))
    longest = config.max_position_embeddings - 2
    return Comet(folder.resolve().name, tokenizer, body, mix.to(device), net, layer_norm, longest)


def sparsemax(values: "torch.Tensor") -> "torch.Tensor":
    """The point of the simplex that is nearest to a vector (Martins and Astudillo 2016, algorithm 1)."""
    import torch

    ordered = values.sort(descending=True).values
    ranks = torch.arange(1, len(values) + 1, dtype=values.dtype)
    sums = ordered.cumsum(0)
    support = int((1 + ranks * ordered > sums).sum())
    threshold = (sums[support - 1] - 1) / support
    return (values - threshold).clamp(min=0)


def _normed(layer: "torch.Tensor", mask: "torch.Tensor") -> "torch.Tensor":
    """Each segment's layer less its mean and over its deviation, over all tokens and units."""
    count = mask.sum((1, 2), keepdim=True) * layer.shape[2]
    mean = (layer * mask).sum((1, 2), keepdim=True) / count
    variance = (((layer - mean) * mask) ** 2).sum((1, 2), keepdim=True) / count
    normed: torch.Tensor = (layer - mean) / (variance + 1e-12).sqrt()
    return normed


def _estimator(options: dict[str, Any], units: int) -> Any:
    from torch import nn

    class Estimator(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            steps: list[nn.Module] = []
            width = 6 * units
            for size in options["hidden_sizes"]:
                activation: type[nn.Module] = getattr(nn, options["activations"])
                steps += [nn.Linear(width, size), activation(), nn.Dropout(0.0)]
                width = size
            steps.append(nn.Linear(width, 1))
            if last := options.get("final_activation"):
                steps.append(getattr(nn, last)())
            self.ff = nn.Sequential(*steps)

        def forward(self, seen: "torch.Tensor") -> "torch.Tensor":
            found: torch.Tensor = self.ff(seen)
            return found

    return Estimator()


def _options(folder: Path) -> dict[str, Any]:
    path = folder / "hparams.yaml"
    try:
        options = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BaylingError(
            f"{path}: not the options of a COMET checkpoint ({type(error).__name__})"
        ) from error
    expected = {
        "class_identifier": ("regression_metric",),
        "encoder_model": ("XLM-RoBERTa",),
        "pool": ("avg",),
        "layer": ("mix",),
        "activations": ("Tanh", "Sigmoid", "ReLU", "GELU"),
    }
    for key, values in expected.items():
        if (value := options.get(key)) not in values:
            raise BaylingError(f"{path}: {key} is {value!r}; only {' or '.join(values)} can be scored with")
    return dict(options)


def _weights(folder: Path) -> dict[str, "torch.Tensor"]:
    import pickle

    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    safe, published = folder / "model.safetensors", folder / "checkpoints" / "model.ckpt"
    path = safe if safe.exists() else published
    try:
        if path == safe:
            return dict(load_file(path))
        return dict(torch.load(path, map_location="cpu", weights_only=True)["state_dict"])
    except FileNotFoundError as error:
        raise BaylingError(
            f"{folder}: neither {published.relative_to(folder)} nor {safe.name} here"
        ) from error
    except pickle.UnpicklingError as error:
        raise BaylingError(
            f"{path}: damaged, or holds more than tensors; save its state_dict as {safe.name}"
        ) from error
    except (OSError, RuntimeError, KeyError, EOFError, SafetensorError) as error:
        raise BaylingError(f"{path}: not the whole weights of a COMET checkpoint") from error
