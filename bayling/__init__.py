"""bayling: make a multilingual language model out of parallel text by interactive translation."""

__version__ = "0.1.0"
