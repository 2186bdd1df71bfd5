"""Several processes that tune one model, as `torchrun` starts them."""

import os
from typing import Any


def join_group() -> None:
    """Make a process that `torchrun` did not start a group of one, so that it can go on with what a group left."""
    for name, value in {
        "RANK": "0",
        "LOCAL_RANK": "0",
        "WORLD_SIZE": "1",
        "MASTER_ADDR": "localhost",
        "MASTER_PORT": "0",
    }.items():
        os.environ.setdefault(name, value)


def shard_on_cpus(accelerator: Any, options: dict[str, Any]) -> None:
    """Switch FSDP2 on in a group of processes without accelerators, where accelerate would not."""
    from accelerate import PartialState
    from accelerate.utils import DistributedType, FullyShardedDataParallelPlugin

    accelerator.state.fsdp_plugin = FullyShardedDataParallelPlugin(**options)
    for state in (PartialState(), accelerator.state):  # the second is filled from the first now and then
        state.distributed_type = DistributedType.FSDP
