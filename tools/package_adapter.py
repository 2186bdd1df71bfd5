"""Put a run's adapter into the package, as `bayling publish` writes one, in half precision.

python tools/package_adapter.py runs/nano     # bayling/models/adapters/nano/
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from bayling.models.weights import ADAPTER
from bayling.publish import Publication, write_folder
from bayling.run import open_run

ADAPTERS = Path(__file__).parents[1] / "bayling/models/adapters"


def main() -> None:
    run = open_run(Path(sys.argv[1]))
    folder = ADAPTERS / run.recipe.name
    write_folder(Publication(run, run.recipe.name), folder)
    weights = load_file(folder / ADAPTER)
    save_file({name: tensor.to(torch.float16) for name, tensor in weights.items()}, folder / ADAPTER)
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{folder}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
