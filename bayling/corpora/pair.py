"""The pair: a source and a target segment with their languages, origin and licence."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Pair:
    """Two segments that translate each other."""

    source: str
    target: str
    source_lang: str
    """BCP-47 tag."""
    target_lang: str
    """BCP-47 tag."""
    corpus: str
    """Short name of the source, such as `homeassistant`."""
    origin: str
    """Where exactly: `package==version` or a file's name."""
    licence: str
    """SPDX identifier where there is one."""
    id: str
    """Names the message within its corpus; the same in every language of a many-way corpus."""

    def reversed(self) -> "Pair":
        """The same pair, read the other way."""
        return replace(
            self,
            source=self.target,
            target=self.source,
            source_lang=self.target_lang,
            target_lang=self.source_lang,
        )
