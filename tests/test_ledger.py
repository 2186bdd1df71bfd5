import pytest

from bayling.errors import BaylingError
from bayling.ledger import Ledger


def test_values_outlive_the_process(tmp_path):
    with Ledger(tmp_path / "kept.jsonl") as ledger:
        ledger["a"] = {"text": "ä\n"}
        ledger["a"] = {"text": "ö\u2028"}
        ledger["b"] = 1
    with Ledger(tmp_path / "kept.jsonl") as ledger:
        assert dict(ledger) == {"a": {"text": "ö\u2028"}, "b": 1}


def test_a_half_written_line_is_cut_off_at_any_byte(tmp_path):
    path = tmp_path / "kept.jsonl"
    with Ledger(path) as ledger:
        ledger["a"] = 1
        whole = path.stat().st_size
        ledger["b"] = "ü"
    data = path.read_bytes()
    for end in range(whole, len(data)):
        path.write_bytes(data[:end])
        with Ledger(path) as ledger:
            assert dict(ledger) == {"a": 1}
            ledger["c"] = 3
        with Ledger(path) as ledger:
            assert dict(ledger) == {"a": 1, "c": 3}


def test_damage_and_a_second_run_are_refused(tmp_path):
    path = tmp_path / "kept.jsonl"
    with Ledger(path), pytest.raises(BaylingError, match="another run"):
        Ledger(path)
    path.write_bytes(b"nonsense\n")
    with pytest.raises(BaylingError, match="damaged at byte 0"):
        Ledger(path)
