"""Batches within a budget, each row once a pass."""

from hypothesis import given
from hypothesis import strategies as st

from bayling.tune.batches import divide, pad, plan_batches, plan_tokens
from bayling.tune.rows import Row


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


@given(st.lists(st.integers(1, 60), min_size=1, max_size=50), st.integers(1, 4000), st.integers(0, 9))
def test_a_budget_of_tokens_is_reached_by_its_last_step_and_passes_are_those_of_epochs(
    lengths: list[int], tokens: int, seed: int
) -> None:
    steps = plan_tokens(lengths, lengths, 128, tokens, seed)
    counts = [sum(lengths[row] for row in batch) for batch in steps]
    assert sum(counts[:-1]) < tokens <= sum(counts)
    passes = -(-tokens // sum(lengths))
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


def test_a_process_without_a_share_of_a_step_gets_tokens_that_are_not_learned() -> None:
    assert divide([5, 6], 3) == [[5], [6], []]
    assert pad([])["labels"].tolist() == [[-100, -100]]
