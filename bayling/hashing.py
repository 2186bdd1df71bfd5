"""Random choices that do not depend on order, machine or Python: drawn from a hash of what is chosen."""

from hashlib import blake2b


def stable_hash(*parts: object) -> int:
    """64 bits of the parts' text, the same on every machine and in every run."""
    text = "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")
