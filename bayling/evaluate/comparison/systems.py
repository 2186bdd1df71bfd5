"""What systems made of segments, and how much one is better than another on those that both translated."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any, NamedTuple

from numpy.typing import NDArray

from bayling.evaluate.metrics import Floats, chrfpp
from bayling.evaluate.significance import paired_bootstrap_of_mean
from bayling.languages import language_name


class Route(NamedTuple):
    """A test set in one direction."""

    set: str
    source_lang: str
    target_lang: str

    @property
    def ends(self) -> str:
        return f"{language_name(self.source_lang)} → {language_name(self.target_lang)}"


class Answered(NamedTuple):
    """A segment, its human translation and a system's."""

    source: str
    reference: str
    answer: str


@dataclass(slots=True)
class System:
    """What one system reached."""

    name: str
    figures: dict[Route, dict[str, Any]] = field(default_factory=dict)
    """By direction: `chrf` and `segments`, and in a run's results what else was measured."""
    answers: dict[Route, dict[str, Answered]] = field(default_factory=dict)
    """By the segment's name, so that two systems are compared on the same segments."""
    _counts: dict[Route, NDArray[Any]] = field(default_factory=dict)

    def counts(self, route: Route, ids: Sequence[str]) -> NDArray[Any]:
        """chrF++'s statistics of segments of a direction, counted once: `[segments, statistics]`."""
        answers = self.answers[route]
        if route not in self._counts:
            hypotheses = [each.answer for each in answers.values()]
            references = [each.reference for each in answers.values()]
            self._counts[route] = chrfpp().counts(hypotheses, references)
        places = {id: place for place, id in enumerate(answers)}
        return self._counts[route][[places[id] for id in ids]]

    def score(self, route: Route, ids: Sequence[str]) -> float:
        """chrF++ of these segments together."""
        return chrfpp().score(self.counts(route, ids).sum(0))

    def scores(self, route: Route, ids: Sequence[str]) -> Floats:
        """chrF++ of each of these segments."""
        return chrfpp().scores(self.counts(route, ids))


@dataclass(frozen=True, slots=True)
class Change:
    """How much chrF++ one system has more than another, on average over directions."""

    gain: float
    p_value: float | None
    """By the paired bootstrap; None where they did not meet the same segments, or too few."""

    def __str__(self) -> str:
        return f"{self.gain:+.1f}, " + ("no test" if self.p_value is None else f"p {self.p_value:.2g}")


def shared(one: System, other: System, route: Route) -> list[str]:
    """The segments of a direction that both translated."""
    mine, others = one.answers.get(route, {}), other.answers.get(route, {})
    return [id for id in mine if id in others and mine[id][:2] == others[id][:2]]


def testable(one: System, other: System, route: Route) -> bool:
    """Whether both have figures of the same segments, and the answers that these figures come from."""
    ids = shared(one, other, route)
    for system in (one, other):
        figure = system.figures[route]
        if len(ids) != figure["segments"]:
            return False
        if abs(system.score(route, ids) - figure["chrf"]) > 1e-6:
            return False
    return True


def change(one: System, other: System, routes: Sequence[Route]) -> Change:
    """From one system to another, over directions that both have figures of."""
    gain = fmean(other.figures[route]["chrf"] - one.figures[route]["chrf"] for route in routes)
    if not all(testable(one, other, route) for route in routes):
        return Change(gain, None)
    pairs = []
    for route in routes:
        ids = shared(one, other, route)
        pairs.append((one.counts(route, ids), other.counts(route, ids)))
    return Change(gain, paired_bootstrap_of_mean(chrfpp(), pairs))
