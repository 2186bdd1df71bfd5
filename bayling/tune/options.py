"""Options of tuning that do not go together."""

from importlib.util import find_spec

import torch

from bayling.errors import BaylingError
from bayling.recipe import Tune
from bayling.run import alone

ONLY_ANSWERS = ("packing", "sampled_pieces", "sharded", "dev_steps")
"""Options that tuning by preference does not know."""


def check_options(options: Tune) -> None:
    """See to it that what is asked for can be done together.

    Raises:
        BaylingError: it cannot; names the option.
    """
    if options.minutes and not alone():
        raise BaylingError("tune.minutes: the clocks of several processes differ; say tune.epochs instead")
    if options.tokens and options.minutes:
        raise BaylingError("tune.tokens: tune.minutes may end before them; leave one of the two out")
    if options.sampled_pieces and (options.method == "full" or options.sharded or not alone()):
        raise BaylingError("tune.sampled_pieces: is for a frozen output layer in one process; leave it out")
    if options.sharded and alone() and (gpus := torch.cuda.device_count()) > 1:
        raise BaylingError(
            f"tune.sharded: one process would put all of the model on one of {gpus} GPUs; start one for each with "
            f"torchrun --nproc-per-node {gpus} -m bayling.cli tune RECIPE, or leave one in CUDA_VISIBLE_DEVICES"
        )
    if options.patience and not options.dev_steps:
        raise BaylingError("tune.patience: needs tune.dev_steps, how often to measure")
    if options.start and options.method == "full":
        raise BaylingError("tune.start: an adapter is gone on from; set tune.method to lora")
    if options.objective == "preference":
        _check_preferring(options)


def _check_preferring(options: Tune) -> None:
    if options.method == "full":
        raise BaylingError(
            "tune.method: with full, the reference would be a second model in memory; prefer with lora"
        )
    for name in ONLY_ANSWERS:
        if getattr(options, name):
            raise BaylingError(f"tune.{name}: not for tuning by preference; leave it out")
    if options.accumulate > 1 or not alone():
        raise BaylingError(
            "tune.objective: preference works off a step at once, in one process; lower tune.batch_tokens instead"
        )
    if not find_spec("trl"):
        raise BaylingError(
            "tune.objective: preference needs TRL; install it with pip install 'bayling[preference]'"
        )
