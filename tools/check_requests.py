"""A hook of mkdocs: refuse a page that would ask another host for a script, a style, a font or a picture."""

import re
from typing import Any

from mkdocs.exceptions import PluginError

FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=["']?(?:https?:)?//[^\s"'>]+"""
    r"""|<link\b(?![^>]*\brel=["']?canonical)[^>]*\bhref=["']?(?:https?:)?//[^\s"'>]+"""
    r"""|<(?:div|pre)\b[^>]*\bclass=["']?mermaid"""  # the theme fetches what draws it
)


def on_post_page(output: str, *, page: Any, **_: Any) -> str:
    """Look a built page over; mkdocs calls it for each.

    Raises:
        PluginError: the page would fetch something from elsewhere.
    """
    if found := FETCHED.search(output):
        raise PluginError(f"{page.file.src_path}: asks another host: {found.group()}")
    return output
