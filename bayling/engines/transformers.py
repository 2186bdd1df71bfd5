"""transformers' own generation: every model and device that it runs on."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from bayling.engines.engine import Options
from bayling.engines.local import LocalEngine, Over
from bayling.engines.steps import steps
from bayling.engines.tuned import Tuned
from bayling.errors import BaylingError
from bayling.models.loading import has_bfloat16

LOGITS = 2**27
"""Logits held at a time while texts are weighed: half a gigabyte in float32."""


class Unheard(Exception):
    """Nobody listens to what is generated any more."""


class TransformersEngine(LocalEngine):
    """On a GPU in bfloat16 where it has it, else in float32 on the CPU."""

    def __init__(self, tuned: Tuned) -> None:
        import torch
        from transformers import GenerationConfig

        super().__init__(tuned)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = torch.bfloat16 if has_bfloat16() else torch.float32
        with _fitting(tuned.name):
            self.model = tuned.load(dtype=dtype).to(self.device).eval()
        # The foundation's own says how it is sampled, which what an engine is asked for leaves no room for.
        self.model.generation_config = GenerationConfig()  # type: ignore[no-untyped-call]
        self.name = f"{tuned.name}, transformers {str(dtype).removeprefix('torch.')} on {self.device}"

    def generate_ids(
        self, prompts: list[list[int]], limit: int, options: Options, over: Over | None = None
    ) -> list[list[int]]:
        import torch

        longest = max(map(len, prompts))
        ids = torch.zeros((len(prompts), longest), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, prompt in enumerate(prompts):  # left, so that every prompt ends where generation begins
            ids[row, longest - len(prompt) :] = torch.tensor(prompt)
            mask[row, longest - len(prompt) :] = 1
        settings = self._settings(limit, options)
        if over and options.beam == 1:
            from transformers import StoppingCriteriaList

            def each_over(so_far: Any, scores: Any, **_: Any) -> Any:
                rows = so_far[:, longest:].tolist()
                return torch.tensor([over(row, said) for row, said in enumerate(rows)], device=self.device)

            settings["stopping_criteria"] = StoppingCriteriaList([each_over])
        with torch.inference_mode(), _fitting(self.name):
            made = self.model.generate(ids.to(self.device), attention_mask=mask.to(self.device), **settings)
        ends = set(self.end_ids(options))
        return [_until(row, ends) for row in made[:, longest:].tolist()]

    def weigh_ids(self, rows: list[list[int]], starts: list[int]) -> list[float]:
        # A row's last id is never read, so letters offered to one prompt are weighed by reading it once.
        read: dict[tuple[int, ...], list[int]] = {}
        for place, row in enumerate(rows):
            read.setdefault(tuple(row[:-1]), []).append(place)
        kept = max(map(len, read)) - min(starts) + 2
        height = max(1, LOGITS // (kept * self.model.config.get_text_config().vocab_size))
        values = [0.0] * len(rows)
        waiting = list(read.items())
        for at in range(0, len(waiting), height):
            self._weigh(waiting[at : at + height], rows, starts, values)
        return values

    def _weigh(
        self,
        read: list[tuple[tuple[int, ...], list[int]]],
        rows: list[list[int]],
        starts: list[int],
        values: list[float],
    ) -> None:
        import torch

        longest = max(len(ids) for ids, _ in read)
        first = min(starts[place] for _, places in read for place in places)
        padded = torch.zeros((len(read), longest), dtype=torch.long)
        for number, (ids, _) in enumerate(read):  # right, where causal attention lets padding touch nothing
            padded[number, : len(ids)] = torch.tensor(ids)
        with torch.inference_mode(), _fitting(self.name):
            logits = self.model(
                padded.to(self.device), logits_to_keep=longest - first + 1, use_cache=False
            ).logits
            for number, (ids, places) in enumerate(read):
                odds = logits[number, : len(ids) - first + 1].log_softmax(-1, dtype=torch.float32)
                for place in places:
                    said = torch.tensor(rows[place][starts[place] :], device=self.device)
                    values[place] = odds[starts[place] - first :].gather(-1, said[:, None]).sum().item()

    def odds(self, ids: list[int], asked: list[tuple[int, int]]) -> list[float] | None:
        import torch

        first = min(place for place, _ in asked)
        with torch.inference_mode(), _fitting(self.name):
            logits = self.model(
                torch.tensor([ids], device=self.device), logits_to_keep=len(ids) - first + 1, use_cache=False
            ).logits[0]
            told = logits.log_softmax(-1, dtype=torch.float32)
            return [told[place - first, token].item() for place, token in asked]

    def stream_ids(self, prompt: list[int], limit: int, options: Options) -> Generator[int]:
        import torch
        from transformers.generation.streamers import BaseStreamer

        class Pieces(BaseStreamer):
            def __init__(self, say: Callable[[int], bool]) -> None:
                self.say = say
                self.prompt_seen = False

            def put(self, value: Any) -> None:
                if self.prompt_seen and not all(map(self.say, value.tolist())):
                    raise Unheard  # generate has no other end than its own
                self.prompt_seen = True

            def end(self) -> None:
                pass

        def generate(say: Callable[[int], bool]) -> None:
            ids = torch.tensor([prompt], device=self.device)
            settings = {**self._settings(limit, options), "num_beams": 1, "streamer": Pieces(say)}
            with suppress(Unheard), _fitting(self.name):
                self.model.generate(ids, attention_mask=torch.ones_like(ids), **settings)

        return steps(generate)

    def _settings(self, limit: int, options: Options) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "max_new_tokens": limit,
            "num_beams": options.beam,
            "eos_token_id": self.end_ids(options),
            "pad_token_id": self.template.stop_id,
            "do_sample": bool(options.temperature),
            "repetition_penalty": options.repetition_penalty,
        }
        if options.temperature:
            from transformers import set_seed

            set_seed(options.seed)
            settings |= {"temperature": options.temperature, "top_k": 0}
        return settings


@contextmanager
def _fitting(name: str) -> Iterator[None]:
    import torch

    try:
        yield
    except torch.OutOfMemoryError as error:
        raise BaylingError(
            f"{name}: the GPU's memory is full; answer on the CPU with BAYLING_ENGINE=ctranslate2, "
            "in a recipe with evaluate.engine"
        ) from error


def _until(ids: list[int], ends: set[int]) -> list[int]:
    for position, token in enumerate(ids):
        if token in ends:
            return ids[:position]
    return ids
