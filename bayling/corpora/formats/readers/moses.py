"""Line-aligned files side by side, such as `x.en` and `x.de`; named by one of them or by `x`."""

from collections.abc import Iterator

from bayling.corpora.formats.aligned import Group, aligned_rows, groups
from bayling.corpora.formats.names import parts
from bayling.corpora.formats.reader import Reader, Row, TextFile
from bayling.corpora.formats.sniff import suffixes
from bayling.errors import BaylingError


class Moses(Reader):
    """Lines in two or more languages."""

    name = "Moses files"
    order = 5

    @staticmethod
    def recognises(file: TextFile) -> bool:
        return file.opener is None and not file.path.is_dir() and _group(file) is not None

    @staticmethod
    def rows(file: TextFile) -> Iterator[Row]:
        group = _group(file)
        if group is None:
            raise BaylingError(f"{file.where}: has no line-aligned file in another language beside it")
        if group.others:
            file.skip("file in a language that another file has", len(group.others))
        members = {
            tag: TextFile(file.path.with_name(name), file.languages, file.pivots, file.skipped)
            for tag, name in group.files.items()
        }
        return aligned_rows(file, members)


def _group(file: TextFile) -> Group | None:
    if file.path.exists() and not any(parts(file.name)):
        return None
    if not file.path.parent.is_dir():
        return None
    beside = [path for path in file.path.parent.iterdir() if path.is_file()]
    names = [path.name for path in beside if TextFile(path).suffix not in suffixes()]
    for group in groups(names):
        if file.path.name in (*group.files.values(), *group.others, group.name.removesuffix(".*")):
            return group
    return None
