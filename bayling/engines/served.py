"""What a server tells of the model that it serves, so that another one at the same address is another system.

told("http://localhost:8000/v1#model")  ─►  {"root": "/models/mine-2"}
"""

import json
import os
import time
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TOLD = ("id", "root", "parent", "fingerprint")
"""What is told of a model for as long as it is the same. `created` is no such thing: to vLLM and llama.cpp it is the
time of asking, to others that of their start."""
TIMEOUT = 20
ATTEMPTS, PAUSE = 3, 0.5
"""For a server that is busy, since another identity would have everything asked again."""


def told(address: str) -> dict[str, Any]:
    """What a server tells of the model at an address that the address does not; nothing where it cannot be reached,
    tells nothing, or has several models and none is named."""
    base, _, name = address.partition("#")
    models = [model for model in _models(base.rstrip("/")) if not name or model.get("id") == name]
    if len(models) != 1:
        return {}
    known = {"id": name, "root": name} if name else {}
    return {field: value for field in TOLD if (value := models[0].get(field)) and value != known.get(field)}


def _models(base: str) -> list[dict[str, Any]]:
    if not base.startswith(("http://", "https://")):
        return []
    key = os.environ.get("OPENAI_API_KEY") or "none"
    request = Request(f"{base}/models", headers={"Authorization": f"Bearer {key}"})
    for attempt in range(ATTEMPTS):
        try:
            with urlopen(request, timeout=TIMEOUT) as reply:
                return [model for model in json.load(reply)["data"] if isinstance(model, dict)]
        except HTTPError as error:
            if error.code != 429 and error.code < 500:
                return []
        except OSError:
            return []
        except (HTTPException, ValueError, KeyError, TypeError):
            pass  # nonsense
        if attempt + 1 < ATTEMPTS:
            time.sleep(PAUSE * 2**attempt)
    return []
