"""Serving: a model in, an API and a workspace out, for many clients at once.

`serve` runs a server, `Settings` are its limits. Texts go through `translate.Session` and the queue to the
engine; add addresses by a module with a function that makes a router, and a line in `make_app`.
"""

from bayling.serve.server import serve
from bayling.serve.settings import Settings, read_settings

__all__ = ["Settings", "read_settings", "serve"]
