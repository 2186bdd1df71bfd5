"""The commands of docs/tuning.md for several processes: torchrun and Slurm take them as they stand."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import torch
from torch.distributed.run import parse_args

from bayling.errors import BaylingError
from bayling.recipe import read_recipe
from bayling.tune.options import check_options

PAGE = (Path(__file__).parents[2] / "docs" / "tuning.md").read_text(encoding="utf-8")
SCONTROL = "printf 'node1\\nnode2\\n'"
SRUN = """while [ "${1#--}" != "$1" ]; do echo "$1" >> given; shift; done; exec "$@" """
TORCHRUN = """printf '%s\\n' "$@" > arguments"""


def blocks() -> list[str]:
    return [re.sub("(?m)^ {4}", "", block) for block in re.findall(r"(?m)(?:^ {4}.*\n)+", PAGE)]


def taken(arguments: list[str]) -> None:
    """torchrun takes them, for the command line of this project and a recipe that is shared out."""
    options = parse_args(arguments)
    assert (options.module, options.training_script) == (True, "bayling.cli")
    command, recipe = options.training_script_args
    assert command == "tune" and read_recipe(recipe).tune.sharded


def test_torchrun_takes_the_line_for_one_machine() -> None:
    (line,) = [line for block in blocks() for line in block.splitlines() if line.startswith("torchrun ")]
    taken(line.split()[1:])


def test_slurms_script_asks_torchrun_for_all_nodes(tmp_path: Path) -> None:
    (script,) = [block for block in blocks() if block.startswith("#!/bin/bash")]
    for name, said in (("scontrol", SCONTROL), ("srun", SRUN), ("torchrun", TORCHRUN)):
        (tmp_path / name).write_text(f"#!/bin/sh\n{said}\n")
        (tmp_path / name).chmod(0o755)
    slurm = {
        "SLURM_JOB_NODELIST": "node[1-2]",
        "SLURM_NNODES": "2",
        "SLURM_JOB_ID": "7",
        "SLURM_CPUS_PER_TASK": "64",
    }
    environment = os.environ | slurm | {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    subprocess.run(["bash", "-eu", "-c", script], cwd=tmp_path, env=environment, check=True)
    arguments = (tmp_path / "arguments").read_text().splitlines()
    options = parse_args(arguments)
    assert (options.nnodes, options.nproc_per_node) == ("2", "8")
    assert (options.rdzv_backend, options.rdzv_id, options.rdzv_endpoint) == ("c10d", "7", "node1:29500")
    assert (tmp_path / "given").read_text() == "--cpus-per-task=64\n"
    taken(arguments)


def test_who_would_fill_one_gpu_of_several_is_told_how_to_start_all(monkeypatch: pytest.MonkeyPatch) -> None:
    options = read_recipe("bayling-7b").tune
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 8)
    with pytest.raises(BaylingError, match=r"torchrun .*, or .*CUDA_VISIBLE_DEVICES") as said:
        check_options(options)
    (arguments,) = re.findall("torchrun (.*), or", str(said.value))
    taken(arguments.replace("RECIPE", "bayling-7b").split())
    monkeypatch.setenv("WORLD_SIZE", "8")
    check_options(options)
