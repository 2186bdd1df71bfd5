"""Which format a file is in, by its content."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bayling.corpora.formats.reader import Reader, TextFile
from bayling.errors import BaylingError


@cache
def readers() -> tuple[type[Reader], ...]:
    """All readers, those that are surest of their format first."""
    from bayling.corpora.formats import readers

    for module in iter_modules(readers.__path__):
        import_module(f"{readers.__name__}.{module.name}")
    return tuple(sorted(Reader.registry.values(), key=lambda reader: (reader.order, reader.name)))


@cache
def suffixes(*, translations: bool = False) -> frozenset[str]:
    """The suffixes that files of the known formats usually have, or of those that are for translations alone."""
    return frozenset().union(
        *(reader.suffixes for reader in readers() if reader.translations or not translations)
    )


def sniff(file: TextFile) -> type[Reader]:
    """The reader of the file's format.

    Raises:
        BaylingError: there is no such file, it is empty, or no reader knows it.
    """
    try:
        for reader in readers():
            if reader.recognises(file):
                return reader
        if file.opener is None and not file.path.exists():
            raise BaylingError(f"{file.where}: no such file")
    except OSError as error:
        raise BaylingError(f"{file.where}: cannot be read ({error.strerror})") from error
    if not file.head:
        raise BaylingError(f"{file.where}: empty, no data")
    raise BaylingError(f"{file.where}: none of {', '.join(reader.name for reader in readers())}")
