"""Progress on terminals that can write over a line, and elsewhere."""

from types import SimpleNamespace

import pytest

from bayling import progress as module


@pytest.mark.parametrize(
    ("terminal", "term", "lines"), [(True, "xterm", False), (True, "dumb", True), (False, "xterm", True)]
)
def test_lines_where_no_bar_can_move(monkeypatch, capsys, terminal, term, lines):
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    clock = iter(range(0, 1000, 20))
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))
    with module.progress("into German", 4) as advance:
        advance(1, "so far")
    shown = capsys.readouterr().err
    assert (shown == "into German: 25%, 60 s left so far\n") == lines
    assert ("\x1b[" in shown) != lines
