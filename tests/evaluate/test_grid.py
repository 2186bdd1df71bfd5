"""Tables as a terminal shows them."""

from rich.console import Console

from bayling.evaluate.grid import Grid


def test_brackets_are_no_markup():
    console = Console(width=80)
    with console.capture() as shown:
        console.print(Grid("t[de]", ("", "c[/b]"), (("x[de]", "a[/b]"),), "n[de]").rich())
    assert all(text in shown.get() for text in ("t[de]", "c[/b]", "x[de]", "a[/b]", "n[de]"))
