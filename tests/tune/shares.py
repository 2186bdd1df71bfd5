"""Run by a test in processes of its own: as tests.tune.scaled, with a look at the gradients after each part of a step."""

from typing import Any

import torch

from bayling.tune.trainer import AnswerTrainer
from tests.tune.scaled import main

step = AnswerTrainer.training_step


def watched(self: Any, *args: Any, **rest: Any) -> Any:
    loss = step(self, *args, **rest)
    gradients: list[Any] = [parameter.grad for parameter in self.model.parameters()]
    assert not any(gradient is None for gradient in gradients), "kept whole until the step's last part"
    shares = torch.cat([gradient.to_local().flatten() for gradient in gradients])
    assert shares.any() and not torch.equal(shares, shares.bfloat16().float()), "added up in bfloat16"
    return loss


if __name__ == "__main__":
    AnswerTrainer.training_step = watched  # type: ignore[method-assign]
    main()
