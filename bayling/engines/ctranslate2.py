"""CTranslate2 with int8 weights: the engine of choice on a CPU (opennmt.net/CTranslate2)."""

import weakref
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from bayling.conversation import Turn
from bayling.engines.engine import Options
from bayling.engines.local import LocalEngine, Said, like_length
from bayling.engines.steps import steps
from bayling.engines.tuned import Tuned, fingerprint
from bayling.files import read_json, replacing, write_json

COMPUTE_TYPE = "int8"
READ = 32
"""Tokens that a prompt is read in multiples of; those after the last multiple are read one by one.

CTranslate2 reads of a batch of prompts as many tokens at once as the shortest has, and the others' remaining ones
step by step, which sums attention in another order. So that a prompt is read in the same way whoever it is
batched with, only those go together that have the same multiple, and a row of just that length with them.
"""


class CTranslate2Engine(LocalEngine):
    """Converts the model once, beside it, and generates."""

    def __init__(self, tuned: Tuned) -> None:
        import ctranslate2

        super().__init__(tuned)
        self.tuned = tuned
        self.name = f"{tuned.name}, CTranslate2 {ctranslate2.__version__} {COMPUTE_TYPE}"
        self.folder = _converted(tuned)
        self.model = self._load()
        # At exit too: a worker that lets go of a callback after Python has ended aborts the process.
        weakref.finalize(self, vars(self).pop, "model", None)

    def _load(self) -> Any:
        import ctranslate2

        return ctranslate2.Generator(str(self.folder), device="cpu", compute_type=COMPUTE_TYPE)

    def _drawing(self, options: Options) -> Any:
        """The model; to draw, one that starts anew, as a thread is seeded once, when it first draws."""
        return self._load() if options.temperature else self.model

    def batches(self, prompts: Sequence[list[int]]) -> Iterator[list[int]]:
        order = sorted(range(len(prompts)), key=lambda i: _at_once(prompts[i]))
        for _, alike in groupby(order, key=lambda i: _at_once(prompts[i])):
            places = list(alike)
            for batch in like_length([prompts[i] for i in places]):
                yield [places[i] for i in batch]

    def generate_ids(self, prompts: list[list[int]], limit: int, options: Options) -> list[list[int]]:
        made: dict[int, list[int]] = {}
        for batch in self.batches(prompts):
            results = self._generate([prompts[i] for i in batch], limit, options)
            made |= {i: result.sequences_ids[0] for i, result in zip(batch, results, strict=True)}
        return [made[i] for i in range(len(prompts))]

    def _generate(
        self,
        prompts: list[list[int]],
        limit: int,
        options: Options,
        stop: Callable[[Any], bool] | None = None,
    ) -> Any:
        """What comes of the prompts of one of `batches`; `stop` is asked at each step of each, and allows no beam."""

        def over(step: Any) -> bool:
            return step.batch_id == len(prompts) or (stop is not None and stop(step))

        rows, callback = prompts, stop
        if not options.temperature and (stop or options.beam == 1):
            rows, callback = [*prompts, prompts[0][: _at_once(prompts[0]) + 1]], over
        sampling = _sampling(options)  # sets the seed
        results = self._drawing(options).generate_batch(
            [self.tokenizer.convert_ids_to_tokens(ids) for ids in rows],
            max_batch_size=0,
            beam_size=1 if stop else options.beam,
            include_prompt_in_result=False,
            max_length=limit,
            end_token=self.end_ids(options),
            callback=callback,
            **sampling,
        )
        return results[: len(prompts)]

    def weigh_ids(self, rows: list[list[int]], starts: list[int]) -> list[float]:
        return self._exact.weigh_ids(rows, starts)

    @cached_property
    def _exact(self) -> LocalEngine:
        """What weighs texts: CTranslate2 4.8 refuses to score rows of unlike lengths where attention heads share
        one key, and any past a sliding window."""
        from bayling.engines.transformers import TransformersEngine

        return TransformersEngine(self.tuned)

    def stream_ids(self, prompt: list[int], limit: int, options: Options) -> Generator[int]:
        return steps(
            lambda say: self._generate([prompt], limit, options, lambda step: not say(step.token_id))
        )

    def stream_all(
        self,
        conversations: Sequence[Sequence[Turn]],
        heard: Callable[[int, str], bool],
        options: Options = Options(),
    ) -> None:
        said = [Said(self, conversation, options) for conversation in conversations]
        for batch in self.batches([one.prompt for one in said]):

            def stop(step: Any, batch: list[int] = batch) -> bool:
                index = batch[step.batch_id]
                piece, on = said[index].add(step.token_id)
                return not ((not piece or heard(index, piece)) and on)

            self._generate([said[i].prompt for i in batch], max(said[i].limit for i in batch), options, stop)


def _at_once(prompt: list[int]) -> int:
    """How many tokens of a prompt are read at once."""
    return max(1, (len(prompt) - 1) // READ * READ)  # with none, CTranslate2 says the prompt again


def _sampling(options: Options) -> dict[str, Any]:
    penalty = {"repetition_penalty": options.repetition_penalty}
    if not options.temperature:
        return {"sampling_topk": 1} | penalty
    import ctranslate2

    ctranslate2.set_random_seed(options.seed)
    return {"sampling_topk": 0, "sampling_temperature": options.temperature} | penalty


def _converted(tuned: Tuned) -> Path:
    if tuned.converted:
        return tuned.weights
    folder = tuned.cache / f"ctranslate2-{COMPUTE_TYPE}"
    stamp = folder / "bayling.json"
    wanted = {"weights": fingerprint(tuned)}
    if not (stamp.exists() and read_json(stamp) == wanted):
        with replacing(folder) as partial:
            convert(tuned, partial)
            write_json(partial / stamp.name, wanted)
    return folder


def convert(tuned: Tuned, folder: Path) -> None:
    """Write a model in CTranslate2's own form, with int8 weights, to a folder that is not there yet.

    Raises:
        BaylingError: there are no weights to convert.
    """
    from ctranslate2.converters import TransformersConverter

    from bayling.progress import progress

    class Converter(TransformersConverter):  # type: ignore[misc]
        def load_model(self, model_class: Any, model_name_or_path: str, **options: Any) -> Any:
            return tuned.load(dtype="float32")

    with progress(f"converting {tuned.name} for CTranslate2", 1) as advance:
        Converter(str(tuned.tokenizer)).convert(str(folder), quantization=COMPUTE_TYPE)
        advance()
