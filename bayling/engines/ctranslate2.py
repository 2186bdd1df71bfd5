"""CTranslate2 with int8 weights: the engine of choice on a CPU (opennmt.net/CTranslate2)."""

import weakref
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from bayling.conversation import Turn
from bayling.engines.engine import Options
from bayling.engines.local import LocalEngine, Said, like_length
from bayling.engines.tuned import Tuned, fingerprint
from bayling.files import read_json, replacing, write_json

COMPUTE_TYPE = "int8"


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

    def generate_ids(self, prompts: list[list[int]], limit: int, options: Options) -> list[list[int]]:
        return [result.sequences_ids[0] for result in self._generate(prompts, limit, options)]

    def _generate(
        self,
        prompts: list[list[int]],
        limit: int,
        options: Options,
        stop: Callable[[Any], bool] | None = None,
    ) -> Any:
        sampling = _sampling(options)  # sets the seed
        return self._drawing(options).generate_batch(
            [self.tokenizer.convert_ids_to_tokens(ids) for ids in prompts],
            max_batch_size=0,
            beam_size=1 if stop else options.beam,
            include_prompt_in_result=False,
            max_length=limit,
            end_token=self.end_ids(options),
            callback=stop,
            **sampling,
        )

    def weigh_ids(self, rows: list[list[int]], starts: list[int]) -> list[float]:
        return self._exact.weigh_ids(rows, starts)

    @cached_property
    def _exact(self) -> LocalEngine:
        """What weighs texts: CTranslate2 4.8 refuses to score rows of unlike lengths where attention heads share
        one key, and any past a sliding window."""
        from bayling.engines.transformers import TransformersEngine

        return TransformersEngine(self.tuned)

    def stream_ids(self, prompt: list[int], limit: int, options: Options) -> Iterator[int]:
        sampling = _sampling(options)
        steps = self._drawing(options).generate_tokens(
            self.tokenizer.convert_ids_to_tokens(prompt),
            max_length=limit,
            end_token=self.end_ids(options),
            **sampling,
        )
        for step in steps:
            yield step.token_id

    def stream_all(
        self,
        conversations: Sequence[Sequence[Turn]],
        heard: Callable[[int, str], bool],
        options: Options = Options(),
    ) -> None:
        said = [Said(self, conversation, options) for conversation in conversations]
        for batch in like_length([one.prompt for one in said]):

            def stop(step: Any, batch: list[int] = batch) -> bool:
                index = batch[step.batch_id]
                piece, on = said[index].add(step.token_id)
                return not ((not piece or heard(index, piece)) and on)

            self._generate([said[i].prompt for i in batch], max(said[i].limit for i in batch), options, stop)


def _sampling(options: Options) -> dict[str, Any]:
    penalty = {"repetition_penalty": options.repetition_penalty}
    if not options.temperature:
        return {"sampling_topk": 1} | penalty
    import ctranslate2

    ctranslate2.set_random_seed(options.seed)
    return {"sampling_topk": 0, "sampling_temperature": options.temperature} | penalty


def _converted(tuned: Tuned) -> Path:
    folder = tuned.cache / f"ctranslate2-{COMPUTE_TYPE}"
    stamp = folder / "bayling.json"
    wanted = {"weights": fingerprint(tuned)}
    if not (stamp.exists() and read_json(stamp) == wanted):
        from ctranslate2.converters import TransformersConverter

        from bayling.progress import progress

        class Converter(TransformersConverter):  # type: ignore[misc]
            def load_model(self, model_class: Any, model_name_or_path: str, **options: Any) -> Any:
                return tuned.load(dtype="float32")

        with progress(f"converting {tuned.name} for CTranslate2", 1) as advance, replacing(folder) as partial:
            Converter(str(tuned.tokenizer)).convert(str(partial), quantization=COMPUTE_TYPE)
            write_json(partial / stamp.name, wanted)
            advance()
    return folder
