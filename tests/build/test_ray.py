"""Builds on a cluster: the bytes of this machine, whatever dies."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bayling.build.dataflow import use_ray
from bayling.errors import BaylingError
from bayling.recipe import Recipe
from tests.build.test_buckets import build_command, digests, recipe, with_options

__all__ = ["recipe"]

SIZES = "buckets.BUCKET, buckets.SPOOL, buckets.GROUP = 200, 200, 2"
CLUSTER = """
import sys, threading
from pathlib import Path
from ray.cluster_utils import Cluster
from bayling.build import buckets
from bayling.build import build
from bayling.build.dataflow import use_ray
from bayling.recipe import Recipe
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
workers = [cluster.add_node(num_cpus=1, include_dashboard=False) for _ in range(2)]
recipe = Recipe.model_validate_json(Path(sys.argv[1]).read_text())
%s
use_ray(cluster.address, recipe)
build(recipe, Path(sys.argv[2]))
killed = threading.Event()
def kill():
    cluster.remove_node(workers[0], allow_graceful=False)
    killed.set()
threading.Timer(6, kill).start()
build(recipe, Path(sys.argv[3]))
assert killed.is_set()
"""


@pytest.mark.slow(60)
def test_two_workers_give_the_same_bytes_and_one_that_is_killed_costs_time_alone(
    recipe: Recipe, tmp_path: Path
) -> None:
    pytest.importorskip("ray")
    alone = build_command(recipe, tmp_path, "alone", SIZES)
    subprocess.run(alone, check=True, capture_output=True)
    folders = [str(tmp_path / name) for name in ("both", "one")]
    command = [sys.executable, "-c", CLUSTER % SIZES, str(tmp_path / "toy.json"), *folders]
    subprocess.run(
        command, check=True, capture_output=True, env=os.environ | {"RAY_USAGE_STATS_ENABLED": "0"}
    )
    assert digests(tmp_path / "both") == digests(tmp_path / "alone")
    assert digests(tmp_path / "one") == digests(tmp_path / "alone")


def test_a_build_that_is_none_for_a_cluster_is_said(recipe: Recipe) -> None:
    with pytest.raises(BaylingError, match=r"--ray: the recipe's build takes all pairs at once"):
        use_ray("127.0.0.1:1", with_options(recipe, engine="memory"))


def test_ray_that_is_not_installed_is_said(recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BaylingError, match=r"--ray: needs Ray: pip install 'bayling\[ray\]'"):
        use_ray("127.0.0.1:1", recipe)
