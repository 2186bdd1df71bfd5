"""What a stage reads of the user's own: the files that its part of the recipe names, and whether they have changed.

A stamp of a path is two digests: one of names, sizes and times, which is had at once, and one of the bytes, which is
looked at where the first differs, as it does in a copy.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from bayling.errors import BaylingError
from bayling.files import digest, sha256
from bayling.recipe import File, Recipe

Stamps = dict[str, list[str]]
"""Of each path, as the recipe has it."""
MODEL = (".json", ".jinja", ".model", ".safetensors", ".txt")
"""Suffixes of what is read of a foundation's folder."""
START = ("tuned.json", "adapter_config.json", "adapter_model.safetensors")
"""What is read of an earlier run's model."""


def stamps(stage: str, recipe: Recipe) -> Stamps:
    """Of the paths that the stage's part of the recipe names, those that are there.

    Raises:
        BaylingError: a file cannot be read.
    """
    return {path: [_quick(files), _content(files)] for path, files in _named(stage, recipe)}


def changed(stage: str, recipe: Recipe, before: Stamps) -> list[str]:
    """The paths of which other files are there than there were, or that were not there.

    One that is gone has not changed: what was made of it stands.
    """
    return [
        path
        for path, files in _named(stage, recipe)
        if path not in before or (_quick(files) != before[path][0] and _content(files) != before[path][1])
    ]


def _named(stage: str, recipe: Recipe) -> Iterator[tuple[str, list[Path]]]:
    named = {"build": _of_build, "tune": _of_tune, "evaluate": _of_evaluate}.get(stage)
    for path, files in named(recipe) if named else ():
        if there := [file for file in files if file.is_file()]:
            yield path, there


def _of_build(recipe: Recipe) -> Iterator[tuple[str, list[Path]]]:
    from bayling.corpora.public import public_sources

    options = recipe.build
    for each in (*options.sources, *options.held_out, *options.instructions):
        if isinstance(each, File):
            yield each.path, _corpus(Path(each.path))
    for name in options.decontaminate:
        if name not in public_sources():
            yield name, _corpus(Path(name))


def _of_tune(recipe: Recipe) -> Iterator[tuple[str, list[Path]]]:
    from bayling.models.foundation import packaged

    foundation = Path(recipe.foundation)
    if recipe.foundation not in packaged() and foundation.is_dir():
        yield recipe.foundation, sorted(path for path in foundation.iterdir() if path.suffix in MODEL)
    if "{" not in recipe.template:  # else it is Jinja itself
        yield recipe.template, [Path(recipe.template)]
    if start := recipe.tune.start:
        folders = [Path(start, *parts) for parts in ((), ("model",), ("model", "adapter"), ("adapter",))]
        yield start, [folder / name for folder in folders for name in START]


def _of_evaluate(recipe: Recipe) -> Iterator[tuple[str, list[Path]]]:
    options = recipe.evaluate
    for path in (*([options.cases] if options.cases else []), *options.instructions, *options.texts):
        yield path, [Path(path)]
    for each in options.sets:
        yield each.files, [Path(path) for path in each.paths()]


def _corpus(path: Path) -> list[Path]:
    """The files of a folder, a file, or those that are line-aligned with one and read along with it."""
    from bayling.corpora.formats import TextFile
    from bayling.corpora.formats.aligned import groups
    from bayling.corpora.formats.collection import visible
    from bayling.corpora.formats.sniff import suffixes

    if path.is_dir():
        return sorted(file for file in path.rglob("*") if visible(file.relative_to(path).as_posix()))
    if TextFile(path).suffix in suffixes() or not path.parent.is_dir():
        return [path]
    beside = [file.name for file in path.parent.iterdir() if TextFile(file).suffix not in suffixes()]
    for group in groups(beside):
        if path.name in (*group.files.values(), group.name.removesuffix(".*")):
            return [path.with_name(name) for name in group.files.values()]
    return [path]


def _quick(files: Sequence[Path]) -> str:
    states = [(file, file.stat()) for file in files]
    return digest([(file.name, state.st_size, state.st_mtime_ns) for file, state in states])


def _content(files: Sequence[Path]) -> str:
    states = [(file, file.stat()) for file in files]
    return digest([(file.name, _hash(file, state.st_size, state.st_mtime_ns)) for file, state in states])


@cache
def _hash(path: Path, size: int, time: int) -> str:
    """The SHA-256 of a file as it was then, as several runs of an experiment read the same one."""
    try:
        return sha256(path)
    except OSError as error:
        raise BaylingError(f"{path}: cannot be read ({error.strerror or error})") from error
