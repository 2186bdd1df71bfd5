"""Mean losses by task, language and how much text a language has."""

import pytest
import torch

from bayling.tune.losses import LossTable
from bayling.tune.rows import Part, Row


def test_each_conversation_of_a_line_counts_for_its_own_task_and_language_token_by_token() -> None:
    packed = Row([0] * 9, [0] * 9, (Part(5, 3, "omission", "ga"), Part(4, 1, "retarget", "de")))
    single = Row([0] * 4, [0] * 4, (Part(4, 2, "omission", "de"),))
    table = LossTable()
    table.add([packed, single], torch.tensor([1.0, 2.0, 3.0, 7.0, 4.0, 6.0]))
    table.add([], torch.tensor([]))  # a process without a share of a step
    table.add([Row([0] * 3, [0] * 3, (Part(3, 1, "retarget", "de"),))], torch.tensor([9.0]))
    means = table.read()
    assert means["task"] == {"omission": pytest.approx(16 / 5), "retarget": pytest.approx(16 / 2)}
    assert means["language"] == {"ga": pytest.approx(6 / 3), "de": pytest.approx(26 / 4)}
    assert means["resources"] == {"poor": pytest.approx(6 / 3), "rich": pytest.approx(26 / 4)}
    table.add([single], torch.tensor([1.0, 3.0]))
    assert table.read() == {"task": {"omission": 2.0}, "language": {"de": 2.0}, "resources": {"rich": 2.0}}
