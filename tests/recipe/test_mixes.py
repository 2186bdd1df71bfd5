"""Mixes that are known by name."""

import pytest

from bayling.errors import BaylingError
from bayling.instruct import task_names
from bayling.recipe.mixes import named_mix


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("bayling-1", {"general": 69.5 / 229.5, "interactive": 160 / 229.5}),
        ("bayling-2", {"general-zh": 0.432, "general-en": 0.262, "the rest": 0.306}),
    ],
)
def test_named_mixes_have_the_shares_that_they_say(name: str, parts: dict[str, float]) -> None:
    shares = named_mix(name)
    assert set(shares) - {"general-zh", "general-en"} <= set(task_names())
    total = sum(shares.values())
    for part, share in parts.items():
        names = [
            task for task in shares if task == part or (part == "general" and task.startswith("general"))
        ]
        names = names or [task for task in shares if not task.startswith("general")]
        assert sum(shares[task] for task in names) / total == pytest.approx(share)


def test_a_mix_that_is_not_known_names_those_that_are() -> None:
    with pytest.raises(BaylingError, match="no mix 'bayling-3' among bayling-1, bayling-2"):
        named_mix("bayling-3")
