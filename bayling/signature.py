"""One place that names artefacts, as sacreBLEU's signatures name scores."""

from typing import Any

from bayling import __version__


def signature(digest: str, **parts: Any) -> str:
    """Such as `bayling|mix:translation.6+retarget.1|seed:7|v:0.1.0|sha:0a1b2c3d4e5f6a7b`."""
    named = "".join(f"|{key}:{value}" for key, value in parts.items())
    return f"bayling{named}|v:{__version__}|sha:{digest[:16]}"
