"""What a tuning will take, before anything is downloaded: parameters, steps, memory by part, time, cost.

Counts follow from the shapes of Llama's architecture (`models/shapes.yaml`, or a local folder's config.json):

    weights     4 bytes a parameter, 2 where frozen in bfloat16, about 0.52 in 4 bits; divided where sharded
    gradients   4 bytes a tuned parameter
    optimizer   8 bytes a tuned parameter (AdamW's two moments)
    activations what each layer keeps for the backward pass, of one part of a step on one device
    logits      of the output layer at answer positions; where processes share the model, for every row of a part those
                of any, at most all
    gathered    where sharded, the weights of the layers under way

Activations are counted operation by operation as in arXiv 2205.05198, for the operations that run here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

from bayling.errors import BaylingError
from bayling.files import read_json
from bayling.packaged import read_packaged
from bayling.recipe import Recipe, Tune
from bayling.run import Run

GIB = 2**30
FOUR_BITS = 0.516
"""Bytes of a parameter in NormalFloat with doubly quantized constants (arXiv 2305.14314: 0.127 bits more)."""
PIECES = 4096
"""At a time of a frozen output layer: the float32 logits of 400 positions, a part's answers, are 6 MiB."""
SAMPLE = 1000
"""Conversations of a build that are counted in tokens; the others are taken to be like them."""
TOKENS = 120
"""Of a conversation, where there is no data yet to count them in. The quickstart's have about 80, those with the
system text of a chat template more."""
LEARNED = 0.35
"""Share of them that is answers."""
CHECKPOINTS = 2
"""That are kept, both until the next is whole."""


@dataclass(frozen=True)
class Shape:
    """What of a foundation's configuration decides its size; names as in config.json."""

    vocab_size: int
    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    tie_word_embeddings: bool
    layer_norms: int = 2
    """Norms in a layer."""
    head_norms: bool = False
    """Whether queries and keys are normalised too."""

    @property
    def linears(self) -> list[tuple[int, int]]:
        """Inputs and outputs of a layer's seven linear maps: q, k, v, o, gate, up, down."""
        d, f = self.hidden_size, self.intermediate_size
        q, kv = self.num_attention_heads * self.head_dim, self.num_key_value_heads * self.head_dim
        return [(d, q), (d, kv), (d, kv), (q, d), (d, f), (d, f), (f, d)]

    @property
    def layer(self) -> int:
        """Parameters of a layer."""
        norms = self.layer_norms * self.hidden_size + 2 * self.head_norms * self.head_dim
        return sum(a * b for a, b in self.linears) + norms

    @property
    def embedding(self) -> int:
        return self.vocab_size * self.hidden_size

    @property
    def parameters(self) -> int:
        ends = self.embedding * (1 if self.tie_word_embeddings else 2) + self.hidden_size
        return self.num_hidden_layers * self.layer + ends


@cache
def known_shapes() -> dict[str, Shape]:
    """The shapes of `models/shapes.yaml`, by name and by hub id."""
    shapes: dict[str, Shape] = {}
    for name, entry in read_packaged("models/shapes.yaml").items():
        ids = entry.pop("ids")
        shapes |= dict.fromkeys([name, *ids], Shape(**entry))
    return shapes


def find_shape(foundation: str) -> Shape:
    """The shape of a known foundation, or of a local folder. Nothing is downloaded.

    Raises:
        BaylingError: neither, or a folder of another architecture.
    """
    if foundation in known_shapes():
        return known_shapes()[foundation]
    config = Path(foundation) / "config.json"
    if not config.exists():
        names = ", ".join(known_shapes())
        raise BaylingError(
            f"foundation: the shape of {foundation} is not known; give a folder, or one of {names}"
        )
    return shape_of(read_json(config), config)


def shape_of(config: dict[str, Any], where: Path) -> Shape:
    """The shape that a config.json tells.

    Raises:
        BaylingError: it is of no architecture that is counted here.
    """
    kind = config.get("model_type")
    if kind not in ("llama", "mistral", "gemma3_text"):
        raise BaylingError(
            f"{where}: cannot plan for model_type {kind!r}, only llama, mistral and gemma3_text"
        )
    heads = config["num_attention_heads"]
    gemma = kind == "gemma3_text"
    return Shape(
        vocab_size=config["vocab_size"],
        hidden_size=config["hidden_size"],
        intermediate_size=config["intermediate_size"],
        num_hidden_layers=config["num_hidden_layers"],
        num_attention_heads=heads,
        num_key_value_heads=config.get("num_key_value_heads") or heads,
        head_dim=config.get("head_dim") or config["hidden_size"] // heads,
        tie_word_embeddings=config.get("tie_word_embeddings", gemma),
        layer_norms=4 if gemma else 2,
        head_norms=gemma,
    )


@dataclass(frozen=True)
class Plan:
    """What a recipe's tuning takes."""

    parameters: int
    tuned: int
    """Parameters that are learned."""
    conversations: int
    tokens: int
    """Of all passes."""
    steps: int
    devices: int
    memory: dict[str, float]
    """GiB on each device, by part."""
    flops: float
    """Of all steps, forward and backward."""
    disk: float
    """GiB of checkpoints and of the best weights, at most."""
    host: float
    """GiB of a machine's own memory, where each process loads all weights before its device takes its part; none where
    they are brought to 4 bits on the way."""

    accumulates: bool = False
    """Whether gradients stay while the next part's activations come."""
    built: bool = False
    """Whether the conversations are counted; else there are as many at most."""

    @property
    def peak(self) -> float:
        """GiB on each device at the worst moment: unless they accumulate, gradients come as activations go."""
        stays = self.memory["weights"] + self.memory["optimizer"] + self.memory.get("gathered", 0.0)
        passing = self.memory["activations"] + self.memory["logits"]
        both = sum if self.accumulates else max
        return stays + both([self.memory["gradients"], passing])

    def lines(self, tokens_per_second: float | None, price: float | None) -> list[str]:
        """The plan in words; time at a throughput of all devices together, cost at a price of a device's hour."""
        parts = ", ".join(f"{name} {gib:.2f}" for name, gib in self.memory.items())
        count = f"{'' if self.built else 'at most '}{self.conversations:,}"
        lines = [
            f"parameters     {self.parameters:,}, of which {self.tuned:,} are tuned",
            f"conversations  {count}, {self.tokens:,} tokens in {self.steps:,} steps",
            f"memory         {self.peak:.2f} GiB at most on each of {self.devices}: {parts}",
            *(
                [f"host memory    {self.host:.1f} GiB to load, all {self.devices} on one machine"]
                if self.host
                else []
            ),
            f"disk           {self.disk:.1f} GiB at most for checkpoints",
            f"work           {self.flops:.3g} FLOP",
        ]
        if tokens_per_second:
            hours = self.tokens / tokens_per_second / 3600
            lines.append(f"time           {hours:.1f} h at {tokens_per_second:,.0f} tokens/s")
            if price:
                lines.append(
                    f"cost           {hours * self.devices * price:,.0f} at {price:g} a device's hour"
                )
        return lines


def plan_run(run: Run, devices: int = 1) -> Plan:
    """Reckon a run's tuning on so many devices: where its data are built, by their count, and by the tokens of some of
    them where the foundation's tokenizer is here.

    Raises:
        BaylingError: as `plan`; or the data are damaged, or do not suit the recipe.
    """
    from bayling.models.foundation import tokenizer_folder

    recipe, built = run.recipe, run.conversations
    if (
        not built
        or recipe.tune.objective == "preference"
        or not (folder := tokenizer_folder(recipe.foundation))
    ):
        return plan(recipe, devices, built=built)
    from bayling.models import Template, load_tokenizer
    from bayling.tune.rows import sample

    template = Template(load_tokenizer(folder), recipe.template)
    found = sample(sorted(run.data.glob("train-*.parquet")), template, recipe.tune.max_length, SAMPLE)
    lengths = [part.length for part in found]
    learned = sum(part.learned for part in found) / sum(lengths)
    return plan(recipe, devices, built=built, lengths=lengths, learned=learned)


def plan(
    recipe: Recipe,
    devices: int = 1,
    *,
    gpu: bool = True,
    built: int | None = None,
    lengths: Sequence[int] = (),
    learned: float = LEARNED,
) -> Plan:
    """Reckon a recipe's tuning on so many devices; `built` counts the conversations and `lengths` are theirs in tokens,
    or of some of them, where these are known; `learned` is the share of the tokens that is answers.

    Raises:
        BaylingError: the foundation's shape is not known, or tuning is by preference.
    """
    if recipe.tune.objective == "preference":
        raise BaylingError(
            "tune.objective: what tuning by preference takes is not reckoned, that on answers is"
        )
    options, shape = recipe.tune, find_shape(recipe.foundation)
    conversations = recipe.build.conversations if built is None else built
    once = conversations * (fmean(lengths) if lengths else TOKENS)
    tokens = options.tokens or round(once * options.epochs)
    steps = max(1, round(tokens / (0.95 * options.batch_tokens)))  # 5 % is padding
    longest = max(lengths, default=0)
    if len(lengths) < conversations:  # of the others, some may be longer
        longest = max(longest, min(options.max_length, 4 * TOKENS))
    length = options.max_length if options.packing else longest
    part = max(length, options.batch_tokens // (devices * options.accumulate))  # no row is divided
    adapter = adapter_parameters(shape, options)
    work = _Work(devices, part, length, round(learned * part), gpu)
    return Plan(
        parameters=shape.parameters + adapter,
        tuned=adapter or shape.parameters,
        conversations=conversations,
        tokens=tokens,
        steps=steps,
        devices=devices,
        memory=_memory(shape, options, work),
        flops=step_flops(shape, options, tokens, round(learned * tokens)),
        disk=_disk(shape, options) / GIB,
        host=0.0 if options.method == "qlora" else devices * _weights(shape, options) / GIB,
        accumulates=options.accumulate > 1,
        built=built is not None,
    )


def adapter_parameters(shape: Shape, options: Tune) -> int:
    """Of LoRA on a model's linear maps; with DoRA a length for each output besides. None in full tuning."""
    if options.method == "full":
        return 0
    dora = options.method == "dora"
    layer = sum(options.rank * (a + b) + dora * b for a, b in shape.linears)
    return shape.num_hidden_layers * layer


def step_flops(shape: Shape, options: Tune, tokens: int, learned: int, pieces: int | None = None) -> float:
    """Of the products with weights, forward and backward: 2 for each weight and token, again for the gradient of what
    enters, and again for that of the weight where it is tuned. Of the output layer only `pieces` take part, if given."""
    full = options.method == "full"
    body = shape.num_hidden_layers * sum(a * b for a, b in shape.linears)
    passes = (3 if full else 2) + options.checkpointing
    adapter = 3 * adapter_parameters(shape, options)
    output = shape.embedding if pieces is None else pieces * shape.hidden_size
    return 2.0 * (tokens * (passes * body + adapter) + learned * (3 if full else 2) * output)


@dataclass(frozen=True)
class _Work:
    """What a device has before it at once."""

    devices: int
    tokens: int
    length: int
    learned: int
    gpu: bool


def _memory(shape: Shape, options: Tune, work: _Work) -> dict[str, float]:
    share = work.devices if options.sharded else 1
    tuned = adapter_parameters(shape, options) or shape.parameters
    product = _product(options)
    parts = {
        "weights": _weights(shape, options) / share,
        "gradients": 4.0 * tuned / share,
        "optimizer": 8.0 * tuned / share,
        "activations": float(_activations(shape, options, product, work)),
        "logits": float(_logits(shape, options, product, work)),
    }
    if share > 1:  # two layers at a time, and both ends
        parts["gathered"] = float(product * 2 * (shape.layer + shape.embedding))
    return {name: size / GIB for name, size in parts.items()}


def _product(options: Tune) -> int:
    """Bytes of what products are computed in."""
    return 4 if options.precision == "float32" else 2


def _weights(shape: Shape, options: Tune) -> float:
    """Bytes of all weights."""
    adapter, product = adapter_parameters(shape, options), _product(options)
    if options.method == "full":
        return 4.0 * shape.parameters
    if options.method == "qlora":
        body = shape.num_hidden_layers * sum(a * b for a, b in shape.linears)
        return FOUR_BITS * body + product * (shape.parameters - body) + 4 * adapter
    return float(product * shape.parameters + 4 * adapter)


def _disk(shape: Shape, options: Tune) -> float:
    """Bytes of checkpoints, and of the best weights that are kept beside them."""
    each = 16 if options.sharded else 12  # weights and moments; FSDP's own form of the weights besides
    best = 4 if options.dev_steps else 0
    return float(((CHECKPOINTS + 1) * each + best) * (adapter_parameters(shape, options) or shape.parameters))


def _activations(shape: Shape, options: Tune, product: int, work: _Work) -> int:
    """Bytes kept for the backward pass: what enters norms and linear maps, the odds of attention where they are
    written out (on CPUs), the four tensors of the gated feed-forward."""
    d, f = shape.hidden_size, shape.intermediate_size
    q = shape.num_attention_heads * shape.head_dim
    full, cast = options.method == "full", 2 * (product == 2)
    norm = d * (12 if full else 8) + d * cast  # what enters, what is scaled by a tuned weight, what leaves
    odds = 0 if work.gpu else shape.num_attention_heads * work.length * (4 + cast)
    low_rank = 0 if full else 7 * options.rank * product
    layer = 2 * norm + (shape.layer_norms - 2) * norm + 4 * q * product + 4 * f * product + odds + low_rank
    kept = layer * shape.num_hidden_layers
    if options.checkpointing:
        kept = 4 * d * shape.num_hidden_layers + layer
    return work.tokens * (kept + norm)


def _logits(shape: Shape, options: Tune, product: int, work: _Work) -> int:
    shared = options.sharded or work.devices > 1
    if shared or options.method == "full":  # the logits' logarithmic odds and their gradient, both float32
        return (8 * work.learned + shared * product * work.tokens) * shape.vocab_size
    return work.learned * (min(PIECES, shape.vocab_size) * product + 4 * shape.hidden_size)
