import errno
from unittest.mock import patch

import pytest

from bayling.errors import BaylingError
from bayling.ledger import Ledger


def test_values_outlive_the_process(tmp_path):
    path = tmp_path / "new" / "kept.jsonl"
    with Ledger(path) as ledger:
        ledger["a"] = {"text": "ä\n"}
        ledger["a"] = {"text": "ö\u2028"}
        ledger["b"] = 1
    with Ledger(path) as ledger:
        assert dict(ledger) == {"a": {"text": "ö\u2028"}, "b": 1}
        ledger.finish()
    assert not path.exists()


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


def test_a_full_disk_leaves_no_half_line_for_the_next_one_to_follow(tmp_path):
    class Full:
        """Takes a few bytes, then no more."""

        def __init__(self, file):
            self.file, self.written = file, 0

        def __getattr__(self, name):
            return getattr(self.file, name)

        def write(self, data):
            if self.written:
                raise OSError(errno.ENOSPC, "No space left on device")
            self.written = self.file.write(data[:5])
            return self.written

    path = tmp_path / "kept.jsonl"
    with Ledger(path) as ledger:
        ledger["a"] = 1
        with (
            patch.object(ledger, "file", Full(ledger.file)),
            pytest.raises(BaylingError, match="disk is full"),
        ):
            ledger["b"] = 2
        assert "b" not in ledger
        ledger["c"] = 3
    with Ledger(path) as ledger:
        assert dict(ledger) == {"a": 1, "c": 3}
