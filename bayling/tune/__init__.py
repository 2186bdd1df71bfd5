"""Tuning: conversations in, an adapter or whole weights out.

`tune` is the stage. Change the loss in `loss.py`, the batches in `batches.py`, how steps are taken in
`trainer.py`; each can be used without the others.
"""

from bayling.tune.stage import tune

__all__ = ["tune"]
