"""Tables as a terminal shows them."""

from rich.console import Console

from bayling.evaluate.grid import Grid


def test_brackets_are_no_markup():
    console = Console(width=80)
    with console.capture() as shown:
        console.print(Grid("t[de]", ("", "c[/b]"), (("x[de]", "a[/b]"),), "n[de]").rich())
    assert all(text in shown.get() for text in ("t[de]", "c[/b]", "x[de]", "a[/b]", "n[de]"))


def test_a_signature_longer_than_its_table_stays_whole():
    signature = "nrefs:1|bs:1000|seed:12345|case:mixed|eff:yes|nc:6|nw:2|space:no|version:2.6.0"
    console = Console(width=80)
    with console.capture() as shown:
        console.print(Grid("1002 segments, de", ("", "ours"), (("bleu", "31.26"),), signature).rich())
    lines = [line.rstrip() for line in shown.get().splitlines()]
    assert lines[0] == "1002 segments, de" and lines[-1] == signature


def test_names_that_differ_in_their_ends_are_not_cut():
    names = [f"experiment-gemma-270m-seed-{seed}" for seed in "ab"]
    console = Console(width=50)
    with console.capture() as shown:
        console.print(Grid("t", ("", *names), (("chrf++", "31.26", "29.90"),)).rich())
    heading = shown.get().partition("┡")[0]
    assert "…" not in heading and "seed-a" in heading and "seed-b" in heading
