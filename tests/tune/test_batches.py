"""Batches within a budget, each row once a pass."""

from collections import Counter
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from bayling.tune.batches import divide, pad, plan_batches, plan_tokens
from bayling.tune.rows import Part, Row


@given(st.lists(st.integers(1, 300), min_size=1, max_size=200), st.integers(1, 500), st.integers(0, 9))
def test_every_row_stands_once_in_a_pass_and_no_batch_is_over_budget(
    lengths: list[int], budget: int, seed: int
) -> None:
    batches = plan_batches(lengths, budget, 1, seed)
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[row] for row in batch)
        assert len(batch) == 1 or len(batch) * longest <= budget


def test_the_seed_gives_the_order_and_passes_differ() -> None:
    lengths = [length % 37 + 1 for length in range(500)]
    twice = plan_batches(lengths, 128, 2, seed=1)
    assert twice == plan_batches(lengths, 128, 2, seed=1) != plan_batches(lengths, 128, 2, seed=2)
    once = plan_batches(lengths, 128, 1, seed=1)
    assert twice[: len(once)] == once != twice[len(once) :]
    assert len(plan_batches(lengths, 128, 0.5, seed=1)) == round(len(once) / 2)
    longest = [max(lengths[row] for row in batch) for batch in plan_batches(lengths[:200], 128, 1, seed=1)]
    assert longest != sorted(longest)  # else what is short would all be learned before what is long


def test_each_pass_is_whole_though_passes_differ_in_steps() -> None:
    lengths = [1 + (row * row) % 97 for row in range(1200)]
    once, twice, thrice = (plan_batches(lengths, 128, epochs, seed=4) for epochs in (1, 2, 3))
    assert len(twice) > 2 * len(once)
    assert Counter(chain.from_iterable(thrice)) == Counter(dict.fromkeys(range(1200), 3))
    half = plan_batches(lengths, 128, 2.5, seed=4)
    assert half == thrice[: len(half)]
    assert len(half) - len(twice) == round((len(thrice) - len(twice)) / 2)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=50), st.integers(1, 4000), st.integers(0, 9))
def test_a_budget_of_tokens_is_reached_by_its_last_step_and_passes_are_those_of_epochs(
    counts: list[int], tokens: int, seed: int
) -> None:
    lengths = [2 * count for count in counts]  # what a row takes may be more than what counts
    steps = plan_tokens(lengths, counts, 128, tokens, seed)
    reached = [sum(counts[row] for row in batch) for batch in steps]
    assert sum(reached[:-1]) < tokens <= sum(reached)
    passes = -(-tokens // sum(counts))
    assert steps == plan_batches(lengths, 128, passes, seed)[: len(steps)]


def test_little_is_padding() -> None:
    lengths = [10 + (7 * row) % 90 for row in range(2000)]
    batches = plan_batches(lengths, 1024, 1, seed=0)
    padded = sum(len(batch) * max(lengths[row] for row in batch) for batch in batches)
    assert sum(lengths) / padded > 0.9


def test_padding_is_masked_and_not_learned() -> None:
    batch = pad([Row([3, 4, 5], [-100, 4, 5]), Row([6], [6])])
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch["labels"].tolist() == [[-100, 4, 5], [6, -100, -100]]


def test_positions_start_again_with_each_conversation_of_a_line() -> None:
    single = Row([3, 4, 5, 6, 7, 8], [-100] * 6, (Part(6, 0),))
    packed = Row([3, 4, 5, 6, 7], [-100] * 5, (Part(3, 0), Part(2, 0)))
    for rows in ([single, packed], [packed, single]):
        batch = pad(rows)
        assert batch.keys() == {"input_ids", "position_ids", "labels"}
        wanted = {6: [0, 1, 2, 3, 4, 5], 5: [0, 1, 2, 0, 1, 0]}
        assert batch["position_ids"].tolist() == [wanted[len(row.ids)] for row in rows]


def test_a_process_without_a_share_of_a_step_gets_tokens_that_are_not_learned() -> None:
    assert divide([5, 6], 3) == [[5], [6], []]
    assert pad([])["labels"].tolist() == [[-100, -100]]
