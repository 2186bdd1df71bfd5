"""What the authors published, from `published.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from statistics import fmean
from typing import Any

from bayling.packaged import read_packaged


@dataclass(frozen=True, slots=True)
class Group:
    """A published table of exams. Accuracies and averages are from 0 to 100."""

    name: str
    exams: tuple[str, ...]
    accuracy: dict[str, dict[str, float]]
    """By system and exam."""
    average: dict[str, float]
    """By system, as published."""

    def measured(self, found: Mapping[tuple[str, str], float]) -> "Group":
        """The same group with what was found, by system and exam, in place of the published accuracies."""
        accuracy = {
            system: {exam: found.get((system, exam), value) for exam, value in values.items()}
            for system, values in self.accuracy.items()
        }
        return replace(self, accuracy=accuracy)

    def same_basis(self, system: str) -> float:
        """The average over all of the group's exams."""
        return fmean(self.accuracy[system].values())

    def left_out(self, system: str) -> str | None:
        """The exam without which the published average comes out; None where it comes out with all."""
        if abs(self.same_basis(system) - self.average[system]) < 0.01:
            return None
        without = {
            exam: fmean(value for other, value in self.accuracy[system].items() if other != exam)
            for exam in self.exams
        }
        return min(without, key=lambda exam: abs(without[exam] - self.average[system]))


@cache
def published() -> dict[str, Any]:
    """The whole file."""
    return read_packaged("evaluate/release/published.yaml")


def absent() -> list[str]:
    """What was published and cannot be computed from the release, and why."""
    return list(published()["absent"])


def exam_groups() -> list[Group]:
    """The published tables of exams."""
    return [
        Group(
            name,
            tuple(group["exams"]),
            {
                system: dict(zip(group["exams"], values, strict=True))
                for system, values in group["accuracy"].items()
            },
            group["average"],
        )
        for name, group in published()["exams"]["groups"].items()
    ]
