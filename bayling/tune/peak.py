"""How much of what the machine can multiply a tuning reached."""

import time
from pathlib import Path
from typing import Any

import torch

from bayling.errors import BaylingError
from bayling.recipe import Tune
from bayling.tune.plan import shape_of, step_flops

SIZE = 1024
SECONDS = 1.0


def matrix_peak(precision: str, device: torch.device) -> float:
    """FLOP/s of square products of this size in this precision, the fastest in a second: other
    programs slow a product down, and nothing speeds it up."""
    dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
    size = SIZE * 8 if device.type == "cuda" else SIZE
    a = torch.ones(size, size, dtype=dtype, device=device)
    out = torch.empty_like(a)
    times: list[float] = []
    started = time.perf_counter()
    while not times or time.perf_counter() - started < SECONDS:
        before = time.perf_counter()
        torch.mm(a, a, out=out)
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        times.append(time.perf_counter() - before)
    return 2.0 * size**3 / min(times)


def ideal_seconds(
    model: Any, options: Tune, tokens: int, learned: int, pieces: int | None, flops_per_second: float
) -> float | None:
    """Seconds that the tuning's products would take at the peak, the output layer's with `pieces` alone, if given; None
    for an architecture that is not counted."""
    try:
        shape = shape_of(model.config.get_text_config().to_dict(), Path("config.json"))
    except BaylingError:
        return None
    return step_flops(shape, options, tokens, learned, pieces) / flops_per_second
