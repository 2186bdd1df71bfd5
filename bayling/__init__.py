"""bayling: make a multilingual language model out of parallel text by interactive translation."""

__version__ = "0.4.0"

__all__ = ["Session", "__version__"]


def __getattr__(name: str) -> object:
    if name == "Session":  # imported late: `import bayling` stays light
        from bayling.translate import Session

        return Session
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
